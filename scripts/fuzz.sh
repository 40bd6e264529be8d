#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh SECONDS: run every libFuzzer target, all together for about SECONDS, two at a time. What is
# found interesting is kept in the cache, so that each run starts where the last one ended. The last
# line is "N passed, N failed", a target being one.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
cache=${EVENTFILTER_CACHE:-$HOME/.cache/eventfilter}

scripts/userspace.sh fuzz
shopt -s nullglob
targets=()
for file in build/fuzz/fuzz/*; do
	if [ -f "$file" ] && [ -x "$file" ]; then targets+=("$file"); fi
done
if [ ${#targets[@]} = 0 ]; then
	echo "no fuzz target exists yet"
	echo "0 passed, 0 failed"
	exit 1
fi
jobs=$(nproc)
rounds=$(((${#targets[@]} + jobs - 1) / jobs))
each=$((seconds / rounds > 1 ? seconds / rounds : 1))
findings=build/fuzz/findings
mkdir -p "$findings"

# fuzz TARGET: a log that ends with libFuzzer's figures, and the input when one fails
fuzz() {
	local name=${1##*/} corpus=$cache/fuzz/${1##*/} seeds=() dictionary=()
	mkdir -p "$corpus"
	[ -e "$1_seeds" ] && seeds=("$1_seeds/")
	[ -e "$1.dict" ] && dictionary=(-dict="$1.dict")
	"$1" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 "${dictionary[@]}" \
		-artifact_prefix="$findings/$name-" "$corpus" "${seeds[@]}" >"$findings/$name.log" 2>&1
}

passed=0 failed=0
for ((first = 0; first < ${#targets[@]}; first += jobs)); do
	group=("${targets[@]:first:jobs}")
	processes=()
	for target in "${group[@]}"; do
		fuzz "$target" &
		processes+=($!)
	done
	for index in "${!group[@]}"; do
		name=${group[index]##*/}
		if wait "${processes[index]}"; then
			runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$findings/$name.log")
			echo "ok fuzz $name: $runs executions in $each s"
			passed=$((passed + 1))
		else
			echo "not ok fuzz $name; the input is kept in $findings"
			tail -n 40 "$findings/$name.log" | sed 's/^/    /'
			failed=$((failed + 1))
		fi
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
