#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh --kernel DIR: boot the kernel that has all access controls in it, with and without us, beside
# SELinux and beside AppArmor (of which a kernel runs one at a time). The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

[ "${1:-}" = --kernel ] || { echo "run.sh: no --kernel" >&2 && exit 2; }
kernel=$2
out=build/test/coexist
rm -rf "$out"
selftests/coexist/kernel_tests.sh build/guest/coexist || exit

status=0 passed=0 failed=0
boot() {
	local name=$1 lsms=$2
	mkdir -p "$out/$name"
	selftests/vm/boot.sh --kernel "$kernel" --mem 1024 --timeout 1500 --results "$out/$name" \
		--append "lsm=$lsms" -- /src/selftests/coexist/guest.sh "$lsms" >"$out/$name.log" 2>&1
	local result=$?
	grep -E '^\[  (FAILED|PASSED)|Failure' "$out/$name.log"
	if [ $result != 0 ]; then
		tail -n 40 "$out/$name.log"
		status=1
	fi
}

add() {
	passed=$((passed + $1)) failed=$((failed + $2))
}

for major in selinux apparmor; do
	echo "--- beside Landlock, $major and BPF"
	boot "$major-without" "landlock,$major,bpf"
	boot "$major-with" "landlock,$major,bpf,eventfilter"
	counts=$(selftests/coexist/compare.py "$out/$major-without/tap" "$out/$major-with/tap" | tee /dev/stderr | tail -n 1)
	read -r good bad <<<"$(sed -E 's/ passed, | failed/ /g' <<<"$counts")"
	add "$good" "$bad"
	read -r good bad <<<"$(python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
skipped = sum(case.get("result") == "SKIPPED" for suite in report["testsuites"] for case in suite["testsuite"])
print(report["tests"] - report["failures"] - skipped, report["failures"])' "$out/$major-with/report.json" || echo 0 1)"
	echo "coexist_test: $good passed, $bad failed, beside $major"
	add "$good" "$bad"
done
[ $status = 0 ] || [ $failed != 0 ] || failed=1
echo "$passed passed, $failed failed"
[ $failed = 0 ]
