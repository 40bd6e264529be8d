#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# guest_facts.sh: in the guest, check what every test there relies on
set -uo pipefail
bad=0

# expect WHAT WANT GOT
expect() {
	[ "$2" = "$3" ] && return
	echo "$1: expected '$2', found '$3'"
	bad=1
}
type_of() { stat -f -c %T "$1"; }

expect "user" 0 "$(id -u)"
expect "demo's uid" 1000 "$(id -u demo)"
expect "demo's home" demo "$(stat -c %U /home/demo)"
expect "/" overlayfs "$(type_of /)"
expect "/tmp" tmpfs "$(type_of /tmp)"
expect "/scratch" ext2/ext3 "$(type_of /scratch)"
for mount in /proc /sys /dev /dev/pts /sys/fs/cgroup /sys/kernel/tracing /sys/kernel/security /evf /src /results; do
	expect "$mount is a mount" yes "$(mountpoint -q $mount && echo yes)"
done
expect "loopback" 127.0.0.1/8 "$(ip -o -4 addr show lo | awk '{print $4}')"
expect "loopback, IPv6" ::1/128 "$(ip -o -6 addr show lo | awk '{print $4}')"
expect "/src can't be written to" no "$(touch /src/x 2>/dev/null && echo yes || echo no)"
expect "/evf can't be written to" no "$(touch /evf/x 2>/dev/null && echo yes || echo no)"
expect "/scratch can be written to by demo" yes "$(setpriv --reuid=1000 --regid=1000 --init-groups touch /scratch/x && echo yes)"
expect "panic_on_warn" 1 "$(cat /proc/sys/kernel/panic_on_warn)"
expect "the last LSM" eventfilter "$(grep -o '[^,]*$' /sys/kernel/security/lsm)"
echo written >/results/proof
exit $bad
