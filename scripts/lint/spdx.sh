#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# spdx.sh: every file has an SPDX line near its top, with the license that its place asks for, and is
# in git or ignored by it
set -euo pipefail

exceptions=()
while read -r glob _; do exceptions+=(":(exclude,glob)$glob" ":(exclude,glob)**/$glob" ":(exclude)$glob"); done \
	< <(grep -v '^#' scripts/lint/spdx_exceptions)
bad=0

# license_of FILE: what its place asks for
license_of() {
	case $1 in
	kernel/seccomp_filter/core/*_test.* | kernel/seccomp_filter/*/CMakeLists.txt | kernel/seccomp_filter/CMakeLists.txt | *.cc)
		echo '(GPL-2\.0-only OR )?BSD-2-Clause|GPL-2\.0-only' ;;
	kernel/seccomp_filter/core/*) echo 'GPL-2\.0-only OR BSD-2-Clause' ;;
	kernel/seccomp_filter/uapi/*) echo 'GPL-2\.0-only( WITH Linux-syscall-note)? OR BSD-2-Clause|\(GPL-2\.0-only WITH Linux-syscall-note\) OR BSD-2-Clause|\(\(GPL-2\.0-only WITH Linux-syscall-note\) OR BSD-2-Clause\)' ;;
	kernel/seccomp_filter/env/user/*) echo '(GPL-2\.0-only OR )?BSD-2-Clause' ;;
	kernel/*) echo 'GPL-2\.0-only( OR BSD-2-Clause)?' ;;
	*) echo '(GPL-2\.0-only OR )?BSD-2-Clause' ;;
	esac
}

count=0
while IFS= read -r -d '' file; do
	[ -f "$file" ] || continue
	count=$((count + 1))
	if ! head -n 5 "$file" | grep -qE "SPDX-License-Identifier: ($(license_of "$file"))( ?(\*/|-->))?\$"; then
		echo "$file: no SPDX line that fits its place"
		bad=1
	fi
done < <(git ls-files -z --cached --others --exclude-standard -- . "${exceptions[@]}")
echo "$count files read"
exit $bad
