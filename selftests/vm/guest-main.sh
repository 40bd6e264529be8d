#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# guest-main.sh [GLOB]: in the guest, run every executable /evf/selftests/*_test (or those that GLOB
# names), as root, or as the user demo where the name says *_user_test. Each leaves a log, and its
# GoogleTest report or its status, in /results/tests; guest_summary.py counts them on the host.
set -uo pipefail
glob=${1:-*_test}
out=/results/tests
limit=${EVF_TEST_TIMEOUT:-300}
mkdir -p "$out"
status=0

run() {
	local program=$1 name=${1##*/} dir as=()
	dir=$(mktemp -d "/tmp/$name.XXXXXX")
	if [[ $name == *_user_test ]]; then
		chown demo:demo "$dir"
		as=(setpriv --reuid=1000 --regid=1000 --init-groups env HOME=/home/demo USER=demo)
	fi
	# So that a line in the kernel's log can be told to belong to a test
	echo "eventfilter-test: $name" >/dev/kmsg
	(cd "$dir" && exec timeout --kill-after=5 "$limit" "${as[@]}" "$program" "--gtest_output=json:$dir/report.json") >"$dir/log" 2>&1
	local result=$?
	cp "$dir/log" "$out/$name.log"
	[ -e "$dir/report.json" ] && cp "$dir/report.json" "$out/$name.json"
	echo $result >"$out/$name.status"
	if [ $result = 0 ]; then
		echo "ok $name"
	else
		echo "not ok $name (status $result)"
		sed 's/^/    /' "$dir/log" | tail -n 60
		status=1
	fi
	rm -rf "$dir"
}

for program in /evf/selftests/$glob; do
	[ -f "$program" ] && [ -x "$program" ] && run "$program"
done
exit $status
