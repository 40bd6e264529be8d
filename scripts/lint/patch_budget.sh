#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# patch_budget.sh: count what the patches change in existing kernel files. At most 5 files and 25
# insertions; a sixth file needs its reason in a line "Sixth-file-for-security: ..." of a patch.
set -euo pipefail

shopt -s nullglob
patches=(kernel/patches/6.1/*.patch)
if [ ${#patches[@]} = 0 ]; then
	echo "kernel/patches/6.1 has no patch yet: nothing to count"
	exit 0
fi
changes=$(for patch in "${patches[@]}"; do git apply --numstat "$patch"; done |
	awk '{ plus[$3] += $1; minus[$3] += $2 } END { for (file in plus) print plus[file], minus[file], file }' | sort -k3)
echo "$changes" | awk '{ printf "%4d insertions %4d deletions  %s\n", $1, $2, $3 }'
read -r files plus minus <<<"$(echo "$changes" | awk '{ p += $1; m += $2 } END { print NR, p, m }')"
echo "$files files, $plus insertions, $minus deletions"

bad=0
allowed=5
if grep -q '^Sixth-file-for-security: .' "${patches[@]}"; then allowed=6; fi
if [ "$files" -gt $allowed ]; then echo "more than $allowed files" && bad=1; fi
if [ "$plus" -gt 25 ]; then echo "more than 25 insertions" && bad=1; fi
if echo "$changes" | grep -E ' kernel/(trace|events)/'; then echo "kernel/trace and kernel/events are not ours to touch" && bad=1; fi
exit $bad
