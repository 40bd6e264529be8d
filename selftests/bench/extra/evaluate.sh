#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# evaluate.sh: instructions per predicate of the filter language's evaluator as userspace has it, by callgrind: what
# 32 predicates more cost, all of them looked at.
set -euo pipefail
cd "$(dirname "$0")/../../.."
core=kernel/seccomp_filter
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -std=gnu11 -I $core -I $core/env/user -I $core/uapi -o "$work/evaluate" \
	selftests/bench/extra/evaluate.c $core/core/*.c $core/kunit/vector_schema.c

# instructions KIND PREDICATES TIMES: of all runs of the program
instructions() {
	valgrind --tool=callgrind --callgrind-out-file="$work/out" --toggle-collect=evf_program_run \
		"$work/evaluate" "$@" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
	sed -n 's/^summary: //p' "$work/out"
}

for kind in $("$work/evaluate"); do
	few=$(instructions "$kind" 8 100)
	many=$(instructions "$kind" 40 100)
	awk -v kind="$kind" -v few="$few" -v many="$many" \
		'BEGIN { printf "row evaluation ours %s %.1f\n", kind, (many - few) / 100 / 32 }'
done
