#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# run.sh TARGET: runs a libFuzzer target for EVF_FUZZ_SECONDS (30) and says how many inputs it tried.
set -eu
target=$1
corpus=$target.corpus
log=$target.log
mkdir -p "$corpus"
set -- "$corpus"
[ -d "${target}_seeds" ] && set -- "$@" "${target}_seeds"
[ -e "$target.dict" ] && set -- "-dict=$target.dict" "$@"
if ! "$target" -max_total_time="${EVF_FUZZ_SECONDS:-30}" -timeout=10 -print_final_stats=1 \
	-artifact_prefix="$target-" "$@" >"$log" 2>&1; then
	tail -n 40 "$log"
	exit 1
fi
sed -n 's/^stat::number_of_executed_units: */executions: /p' "$log"
