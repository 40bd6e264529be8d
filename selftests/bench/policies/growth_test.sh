#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# growth_test.sh POLICYCTL: four times the rules may take at most 4.6 times the instructions to compile, and four
# times the labels with the rules left as they are at most 2.5 times. Counted by callgrind, not timed; POLICYCTL
# is one without sanitizers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
policyctl=${1:?which policyctl?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# instructions LABELS DOMAINS RULES
instructions() {
	"$here/generate.py" "$work/policy" "$@"
	valgrind --tool=callgrind --callgrind-out-file="$work/out" "$policyctl" compile "$work/policy/main.policy" \
		>/dev/null 2>"$work/err" || { tail -n 5 "$work/err" >&2; return 1; }
	rm -rf "$work/policy"
	sed -n 's/^summary: //p' "$work/out"
}

# at_most LIMIT_PERCENT NAME LESS MORE
at_most() {
	local percent=$(($4 * 100 / $3))
	if [ "$percent" -le "$1" ]; then
		echo "ok $2: $percent % of the instructions ($3, $4)"
		passed=$((passed + 1))
	else
		echo "not ok $2: $percent % of the instructions ($3, $4), more than $1 %"
		failed=$((failed + 1))
	fi
}

few=$(instructions 500 100 1500)
many=$(instructions 500 100 6000)
labels=$(instructions 2000 100 6000)
at_most 460 "four times the rules" "$few" "$many"
at_most 250 "four times the labels" "$many" "$labels"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
