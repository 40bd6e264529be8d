#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [PART...]: run all parts of lint, or those named; the last line is "N passed, N failed". A
# part whose subject doesn't exist yet says so.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
parts=("$@")
[ $# -gt 0 ] || parts=(patch_budget checkpatch sparse kernel_doc includes facts spdx sizes shellcheck)
passed=0 failed=0
for part in "${parts[@]}"; do
	script=$(ls "scripts/lint/$part".{sh,py} 2>/dev/null)
	if output=$("$script" 2>&1); then
		passed=$((passed + 1)) verdict=ok
	else
		failed=$((failed + 1)) verdict='not ok'
	fi
	echo "$verdict lint $part"
	[ -z "$output" ] || echo "    ${output//$'\n'/$'\n'    }"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
