#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# checkpatch.sh: the kernel's own checkpatch --strict over our patches and sources. New files needn't
# be in somebody else's MAINTAINERS; all else that isn't followed is in checkpatch_exceptions.
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. scripts/kernel/lib.sh

linux=$(pristine)
check=("$linux/scripts/checkpatch.pl" --root="$linux" --strict --terse --show-types --no-summary
	--ignore FILE_PATH_CHANGES)
shopt -s nullglob
patches=("kernel/patches/$kernel_series"/*.patch)
files=()
if [ ${#patches[@]} = 0 ]; then echo "kernel/patches/$kernel_series has no patch yet"; fi
# What only userspace compiles has no business in kernel style
if [ -d kernel/seccomp_filter ]; then
	mapfile -t files < <(find kernel/seccomp_filter -name '*.[ch]' -not -path '*/env/user/*' | sort)
else
	echo "kernel/seccomp_filter doesn't exist yet"
fi

# excused LINE: is "FILE:NUMBER: LEVEL:TYPE: text" about something we don't follow?
excused() {
	local file=${1%%:*} type pattern excuse
	type=$(sed -E 's/^[^:]+:[0-9]+: [A-Z]+:([A-Z_]+): .*/\1/' <<<"$1")
	while read -r pattern excuse _; do
		# shellcheck disable=SC2053 # a pattern it is
		if [[ $file == $pattern && $type == "$excuse" ]]; then return 0; fi
	done < <(grep -v '^#' scripts/lint/checkpatch_exceptions)
	return 1
}

bad=0
while read -r line; do
	line=${line#"$root/"}
	excused "$line" && continue
	echo "$line"
	bad=1
done < <(
	# From a folder without .git: inside one, checkpatch asks the kernel tree's git about licenses
	cd "$linux"
	for file in "${patches[@]}"; do "${check[@]}" "$root/$file" 2>&1 || true; done
	[ ${#files[@]} = 0 ] || "${check[@]}" --file "${files[@]/#/$root/}" 2>&1 || true
)
echo "${#patches[@]} patches and ${#files[@]} files read"
exit $bad
