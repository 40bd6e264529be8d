#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# cases.sh [LOG]: sourced by tests that are shell scripts; LOG is a file for what a case says, shown when it fails.
case_log=${1:?which log?}
passed=0 failed=0

# ok NAME COMMAND...: one case
ok() {
	local name=$1
	shift
	if "$@" >"$case_log" 2>&1; then
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "not ok $name: $* (status $?)"
		sed 's/^/    /' "$case_log" | tail -n 40
		failed=$((failed + 1))
	fi
}

fails() { ! "$@"; }

# The last line of a test, and its status
count_cases() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
