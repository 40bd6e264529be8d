#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# avc_instructions.sh PROGRAM: instructions of a hit in the access vector cache, by callgrind, for each of
# the four places in which an entry may be. The first is in the budget; the others are told.
set -euo pipefail
program=${1:?which program?}
budget=40
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# collected FUNCTION WAY TIMES: all instructions within the function
collected() {
	valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --toggle-collect="$1" \
		"$program" "$2" "$3" 2>"$scratch/log" || { cat "$scratch/log" >&2; exit 1; }
	sed -n 's/^summary: //p' "$scratch/out"
}

# per_call FUNCTION WAY
per_call() {
	local more less
	more=$(collected "$1" "$2" 2000)
	less=$(collected "$1" "$2" 1000)
	echo $(((more - less) / 1000))
}

status=0
for way in 0 1 2 3; do
	check=$(per_call eventfilter_avc_check "$way")
	decide=$(per_call eventfilter_avc_decide "$way")
	echo "avc hit, place $way: $check instructions, with the vectors $decide"
	if [ "$way" = 0 ] && [ "$check" -gt "$budget" ]; then
		echo "more than the budget of $budget"
		status=1
	fi
	# Nothing is free: a count like this says that the wrong thing was measured
	if [ "$check" -lt 10 ] || [ "$decide" -lt "$check" ]; then
		echo "too few to be true"
		status=1
	fi
done
exit $status
