#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs shellcheck over every shell script; they are found by their first line.
set -euo pipefail

mapfile -t scripts < <(git ls-files --cached --others --exclude-standard | while read -r file; do
	if [ -f "$file" ] && head -n 1 "$file" | grep -qE '^#!.*(/| )(ba)?sh$'; then echo "$file"; fi
done)
shellcheck --external-sources --source-path=. "${scripts[@]}"
echo "${#scripts[@]} scripts read"
