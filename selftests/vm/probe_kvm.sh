#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# probe_kvm.sh IMAGE: succeed if KVM works here with this kernel. That /dev/kvm opens proves nothing inside another
# hypervisor, so a guest without a root has to panic within a few seconds. Remembered until reboot.
set -euo pipefail

[ -w /dev/kvm ] && [ -r /dev/kvm ] || exit 1
cache=${EVENTFILTER_CACHE:-$HOME/.cache/eventfilter}
memo=$cache/kvm-$(cat /proc/sys/kernel/random/boot_id)
if [ ! -e "$memo" ]; then
	answer=no
	log=$(mktemp)
	if timeout --kill-after=1 5 qemu-system-x86_64 -M microvm,acpi=off -accel kvm -cpu host -m 256 \
		-nodefaults -no-user-config -display none -no-reboot -serial "file:$log" -kernel "$1" \
		-append "console=ttyS0 panic=-1 reboot=t" </dev/null >/dev/null 2>&1 && grep -q 'Kernel panic' "$log"; then
		answer=yes
	fi
	rm -f "$log"
	mkdir -p "$cache"
	echo $answer >"$memo"
fi
[ "$(cat "$memo")" = yes ]
