#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# guest.sh LSMS: in the guest, with these modules on: the kernel's own tests of seccomp and Landlock,
# and, where eventfilter is one of them, ours that have the neighbours refuse beside us.
set -uo pipefail
lsms=$1
out=/results/tap
mkdir -p "$out"

if [ "$(cat /sys/kernel/security/lsm)" != "capability,$lsms" ]; then
	echo "asked for $lsms, got $(cat /sys/kernel/security/lsm)"
	exit 1
fi

# They want a folder that they may write to, with "true" in it
tap() {
	local dir
	dir=$(mktemp -d "/tmp/$1.XXXXXX")
	cp /evf/coexist/true "$dir/"
	(cd "$dir" && timeout --kill-after=5 600 "/evf/coexist/$1") >"$out/$1.tap" 2>&1
	echo "$1 ended with $?" >>"$out/$1.tap"
}
for name in seccomp_bpf landlock_base landlock_fs landlock_ptrace; do tap $name; done

case ,$lsms, in
*,eventfilter,*) EVF_LSMS=$lsms /evf/coexist/coexist_test --gtest_output=json:/results/report.json ;;
esac
