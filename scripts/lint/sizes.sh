#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# sizes.sh: no source of more than 400 lines; headers of more than 120 are named, as it's an aim
set -euo pipefail

bad=0
while IFS= read -r -d '' file; do
	[ -f "$file" ] || continue
	lines=$(wc -l <"$file")
	if [ "$lines" -gt 400 ]; then
		echo "$file: $lines lines, the limit is 400"
		bad=1
	elif [[ $file == *.h ]] && [ "$lines" -gt 120 ]; then
		echo "note: $file: $lines lines, more than the 120 we aim at"
	fi
done < <(git ls-files -z --cached --others --exclude-standard -- '*.c' '*.h' '*.cc' '*.ll' '*.yy' '*.py' '*.sh' Makefile)
exit $bad
