#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# test.sh [--variant production|debug|leaks] [--fuzz-seconds N] [STAGE...]: everything, or the stages named.
# Each stage ends with a line "N passed, N failed" of its own; the last line of all adds them up. A
# stage that fails without a count, or in which nothing ran, counts as one failure.
# shellcheck disable=SC2317 # the stages are called by name
set -uo pipefail
cd "$(dirname "$0")/.." || exit

variant=production fuzz_seconds=60
while [[ ${1:-} == --* ]]; do
	case $1 in
	--variant) variant=${2:?} ;;
	--fuzz-seconds) fuzz_seconds=${2:?} ;;
	*) echo "test.sh: unknown option '$1'" >&2 && exit 2 ;;
	esac
	shift 2
done
stages=("$@")
[ $# -gt 0 ] || stages=(lint unit fuzz tree kernel harness guest unsupported growth kunit coexist demo budgets)
# KASAN and lockdep multiply the time; the guest's memory, too
limit=900 memory=1024
if [ "$variant" = debug ]; then limit=14400 memory=2048; fi
export EVF_TEST_TIMEOUT=$((limit / 3)) EVENTFILTER_VARIANT=$variant
out=build/test
mkdir -p "$out"
rm -f "$out/kernel"

# The kernel that stage_kernel built, whatever is edited meanwhile
kernel() { cat "$out/kernel" 2>/dev/null || scripts/kernel/path.sh --variant "$variant"; }
boot() { selftests/vm/boot.sh --kernel "$(kernel)" --mem "$memory" --timeout "$limit" "$@"; }

stage_lint() { scripts/lint/run.sh; }
stage_unit() {
	local status=0
	rm -f build/asan/unit.xml
	scripts/check.sh || status=$?
	scripts/junit_count.py build/asan/unit.xml && [ "$status" = 0 ]
}
stage_fuzz() { scripts/fuzz.sh "$fuzz_seconds"; }
stage_tree() { scripts/kernel/tree_test.sh; }
stage_kernel() {
	scripts/kernel/build.sh --variant "$variant" --result "$out/kernel" && echo "1 passed, 0 failed"
}
stage_harness() { selftests/vm/harness_test.sh --kernel "$(kernel)" --mem "$memory"; }

stage_guest() {
	local status=0 count=0
	rm -rf "$out/guest"
	scripts/userspace.sh guest || return
	boot --results "$out/guest" -- env "EVF_TEST_TIMEOUT=$EVF_TEST_TIMEOUT" /src/selftests/vm/guest-main.sh || status=$?
	selftests/vm/guest_summary.py "$out/guest" || count=$?
	# 124 and 125 are the harness's own: a kernel that complained after every test passed is no pass
	[ "$status" = 0 ] && [ "$count" = 0 ]
}

# in_full FOLDER VARIANT TEST [NAME=VALUE...]: a test of the guest's, with the time that its loops need in full
in_full() {
	local folder=$1 variant=$2 test=$3 status=0 count=0
	shift 3
	rm -rf "${out:?}/$folder"
	scripts/userspace.sh guest || return
	scripts/kernel/build.sh --variant "$variant" --result "$out/$folder-kernel" || return
	selftests/vm/boot.sh --kernel "$(cat "$out/$folder-kernel")" --mem 3072 --timeout 28800 --results "$out/$folder" -- \
		env EVF_TEST_TIMEOUT=28000 "$@" /src/selftests/vm/guest-main.sh "$test" || status=$?
	selftests/vm/guest_summary.py "$out/$folder" || count=$?
	[ "$status" = 0 ] && [ "$count" = 0 ]
}

# The loops in full, on the kernel that people run: hours
stage_long() { in_full long production stress_test EVF_LONG=1; }
# The daemon's processes, killed some hundred times while it's at work; hostile users, over and over
stage_faults() { in_full faults production policyd_test EVF_LONG=1 'GTEST_FILTER=Faults.*:Hostile.*:Planted.*'; }

# What kmemleak finds after allocations that failed, and everything else that stress_test does
stage_leaks() { in_full leaks leaks stress_test; }
# And after 110,000 tasks that were confined and ended: an hour
stage_lives() { in_full lives leaks stress_test EVF_LONG=1 GTEST_FILTER=Scale.EnforcingAndExiting; }

# Debian packages, read by lintian and installed in a root of their own, which systemd starts
stage_packages() { scripts/deb_test.sh; }

# The kernel with the LSM left out of lsm=: every call says so, and nothing runs unconfined
stage_unsupported() {
	local status=0 count=0
	rm -rf "$out/unsupported"
	scripts/userspace.sh guest || return
	boot --results "$out/unsupported" --append lsm=capability -- \
		/src/selftests/vm/guest-main.sh libeventfilter_unsupported || status=$?
	selftests/vm/guest_summary.py "$out/unsupported" || count=$?
	[ "$status" = 0 ] && [ "$count" = 0 ]
}

# How compiling grows with rules and labels, in instructions; policyctl without sanitizers is the guest's
stage_growth() { scripts/userspace.sh guest && selftests/bench/policies/growth_test.sh build/guest/bin/policyctl; }

stage_kunit() {
	local status=0
	rm -rf "$out/kunit"
	boot --results "$out/kunit" --append "kunit.enable=1 kunit.filter_glob=eventfilter*" -- true || status=$?
	[ -e "$out/kunit/console.log" ] && selftests/vm/ktap.py "$out/kunit/console.log" && [ "$status" = 0 ]
}

# Beside seccomp, Landlock, SELinux, AppArmor and BPF, on a kernel with all of them
stage_coexist() {
	scripts/userspace.sh guest || return
	scripts/kernel/build.sh --variant peers --result "$out/peers" || return
	selftests/coexist/run.sh --kernel "$(cat "$out/peers")"
}

# Its steps compare themselves with what they should come to
stage_demo() {
	scripts/userspace.sh guest &&
		samples/demo/run.sh --kernel "$(kernel)" --mem "$memory" --timeout "$limit" && echo "1 passed, 0 failed"
}

# A few exact counts against what they were when somebody last looked
stage_budgets() { scripts/userspace.sh guest && selftests/bench/run.sh --kernel "$(kernel)"; }

# Not part of "everything": it says how much, not whether. Writes docs/benchmarks.md.
stage_bench() {
	scripts/userspace.sh guest && selftests/bench/peers.sh build/bench &&
		selftests/bench/report.py build/bench docs && echo "1 passed, 0 failed"
}

# A function, so that bash has read all of the script before it takes minutes: it may be edited
main() {
	local stage started status good bad count
	passed=0 failed=0 table=
	for stage in "${stages[@]}"; do
		echo "=== $stage"
		started=$SECONDS
		"stage_$stage" 2>&1 | tee "$out/$stage.log"
		status=${PIPESTATUS[0]}
		good=0 bad=0
		count=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out/$stage.log" | tail -n 1)
		if [ -n "$count" ]; then read -r good bad <<<"$(sed -E 's/ passed, | failed/ /g' <<<"$count")"; fi
		if [ "$bad" = 0 ] && { [ "$status" != 0 ] || [ "$good" = 0 ]; }; then bad=1; fi
		passed=$((passed + good)) failed=$((failed + bad))
		table+=$(printf '%-10s %6d passed %4d failed %5d s' "$stage" "$good" "$bad" $((SECONDS - started)))$'\n'
	done
	echo "=== summary"
	printf '%s' "$table"
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}

main
exit
