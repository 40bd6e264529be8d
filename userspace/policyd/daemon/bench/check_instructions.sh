#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# check_instructions.sh PROGRAM: instructions that each further question of a batch costs the front end,
# by callgrind, and those of a batch of one. Sending and receiving are the kernel's, and an echo server's as well:
# policyd_load compares with one.
set -euo pipefail
program=${1:?which program?}
# Measured: 200 and 1859
budget=230
budget_of_one=2150
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# of_batch QUESTIONS: instructions for one batch
of_batch() {
	local times sums=()
	for times in 100 200; do
		valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --toggle-collect=answer_batch \
			"$program" "$1" "$times" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 1; }
		sums+=("$(sed -n 's/^summary: //p' "$scratch/out")")
	done
	echo $(((sums[1] - sums[0]) / 100))
}

one=$(of_batch 1)
many=$(of_batch 256)
each=$(((many - one) / 255))
echo "a batch of 1: $one instructions (at most $budget_of_one); each further question: $each (at most $budget)"
# Nothing is free: a count like this says that the wrong thing was measured
if [ "$each" -lt 20 ] || [ "$one" -lt 100 ]; then
	echo "too few to be true"
	exit 1
fi
[ "$each" -le "$budget" ] && [ "$one" -le "$budget_of_one" ]
