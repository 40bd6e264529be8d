#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# boot.sh [OPTIONS] -- COMMAND...: run COMMAND as root in a virtual machine with our kernel and
# Debian's programs; its output is ours, its exit status is ours. Afterwards the kernel's log is
# looked through: a warning, a panic, a leak (125) or no end in time (124) is a failure.
#
#   --kernel DIR|FILE  a result of scripts/kernel/build.sh, or a boot image; default: this checkout's production kernel
#   --packages LIST    what the guest's root is made of; default selftests/vm/packages
#   --init FILE        of the checkout: its second stage; default selftests/vm/guest-init
#   --share DIR        read-only as /evf; default build/guest. The checkout itself is /src
#   --results DIR      read-write as /results, kept; the kernel's log ends there as console.log
#   --append "..."     added to the kernel's command line
#   --smp N, --mem MB  processors (2) and memory (1024)
#   --icount           one processor, and time counted in instructions: the same run every time
#   --plugin FILE,ARG  a plugin for QEMU: see selftests/bench/profile.sh
#   --timeout SECONDS  default 300
#   --no-leak-check    don't wait for kmemleak where the kernel has it
#   --interactive      a shell on this terminal instead of a COMMAND
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kernel='' share=$root/build/guest results='' append='' smp=2 mem=1024 icount=no timeout=300
leak_check=yes interactive=no plugin=() packages=$here/packages init=selftests/vm/guest-init

die() {
	echo "boot.sh: $*" >&2
	exit 125
}

while [ $# -gt 0 ]; do
	case $1 in
	--kernel) kernel=${2:?} && shift 2 ;;
	--share) share=${2:?} && shift 2 ;;
	--results) results=${2:?} && shift 2 ;;
	--packages) packages=${2:?} && shift 2 ;;
	--init) init=${2:?} && shift 2 ;;
	--append) append=${2?} && shift 2 ;;
	--smp) smp=${2:?} && shift 2 ;;
	--mem) mem=${2:?} && shift 2 ;;
	--timeout) timeout=${2:?} && shift 2 ;;
	--icount) icount=yes && shift ;;
	--plugin) plugin=(-plugin "${2:?}") && shift 2 ;;
	--no-leak-check) leak_check=no && shift ;;
	--interactive) interactive=yes && shift ;;
	--) shift && break ;;
	*) die "unknown option '$1'" ;;
	esac
done
[ $# -gt 0 ] || [ $interactive = yes ] || die "no command"
kernel=${kernel:-$("$root/scripts/kernel/path.sh")}
boot=$kernel
if [ -d "$kernel" ]; then
	# A debug kernel has both, and boots only from the second: see scripts/kernel/build.sh
	boot=$kernel/vmlinux
	if [ -e "$kernel/bzImage" ]; then boot=$kernel/bzImage; fi
fi
[ -r "$boot" ] || die "$boot is missing: run 'make kernel' first"
image=$("$here/image.sh" "$packages")

work=$(mktemp -d "${TMPDIR:-/tmp}/eventfilter-vm.XXXXXX")
trap 'rm -rf "$work"' EXIT
results=${results:-$work/results}
mkdir -p "$results/.evf" "$share"
rm -f "$results/.evf/status" "$results/kmemleak"
log=$results/console.log
: >"$log"
# Each argument quoted, so that the guest's shell sees the very words we were given
{ printf '%q ' "$@" && echo; } >"$results/.evf/command"
echo "/src/$init" >"$results/.evf/init"
printf 'interactive=%s leak_check=%s rows=%s columns=%s term=%s\n' "$interactive" "$leak_check" \
	"$(tput lines 2>/dev/null || echo 24)" "$(tput cols 2>/dev/null || echo 80)" "${TERM:-linux}" >"$results/.evf/mode"

# fixed order and times: two boots with --icount start from the same bytes
make_initramfs() {
	mkdir -p "$work/initramfs"/{bin,dev,proc,sys}
	cp /bin/busybox "$work/initramfs/bin/"
	cp "$here/initramfs-init" "$work/initramfs/init"
	chmod 755 "$work/initramfs/init"
	find "$work/initramfs" -exec touch -h -d @0 {} +
	(cd "$work/initramfs" && find . -print0 | LC_ALL=C sort -z |
		cpio --null --create --format=newc --owner=0:0 --reproducible --quiet) >"$work/initramfs.cpio"
}

make_scratch() {
	truncate -s 64M "$work/scratch.ext4"
	mke2fs -q -t ext4 -U 65766665-0000-4000-8000-000000000002 -E hash_seed=65766665-0000-4000-8000-000000000003 "$work/scratch.ext4"
}

line="console=ttyS0 panic=-1 oops=panic panic_on_warn=1 reboot=t no_timer_check nokaslr"
line+=" random.trust_cpu=on random.trust_bootloader=on clocksource=tsc tsc=reliable"
# Neighbours keep the host busy: a stall is one that lasts
line+=" rcupdate.rcu_cpu_stall_timeout=120"
machine=("${plugin[@]}" -M "microvm,acpi=off" -nodefaults -no-user-config -display none -no-reboot -m "$mem")
if [ $icount = yes ]; then
	smp=1
	machine+=(-accel tcg -cpu "max,erms=off,fsrm=off" -icount "shift=0,sleep=off" -seed 1
		-rtc "base=2024-01-01T00:00:00,clock=vm")
	line+=" nolapic_timer norandmaps slab_nomerge lpj=1000000 quiet"
elif "$here/probe_kvm.sh" "$boot"; then
	machine+=(-accel kvm -cpu host)
else
	# One thread for all processors: with one each, QEMU 7.2 may translate code that another processor is patching, and the
	# guest dies of the breakpoint of a jump label
	machine+=(-accel "tcg,thread=single" -cpu "max,erms=off,fsrm=off")
fi
machine+=(-smp "$smp")

make_initramfs
make_scratch
devices=(
	-serial "file:$log"
	-chardev "stdio,id=out,signal=off" -device virtio-serial-device -device "virtconsole,chardev=out"
	-drive "id=root,file=$image,format=raw,if=none,readonly=on" -device "virtio-blk-device,drive=root,serial=root"
	-drive "id=scratch,file=$work/scratch.ext4,format=raw,if=none,cache=unsafe" -device "virtio-blk-device,drive=scratch,serial=scratch"
	-fsdev "local,id=src,path=$root,security_model=none,readonly=on" -device "virtio-9p-device,fsdev=src,mount_tag=src"
	-fsdev "local,id=evf,path=$share,security_model=none,readonly=on" -device "virtio-9p-device,fsdev=evf,mount_tag=evf"
	-fsdev "local,id=results,path=$results,security_model=none" -device "virtio-9p-device,fsdev=results,mount_tag=results"
)
status=0
if [ $interactive = yes ]; then
	echo "A shell in the guest: /evf is $share, /src the checkout. Ctrl-D ends it."
	saved=$(stty -g)
	stty raw -echo
	qemu-system-x86_64 "${machine[@]}" "${devices[@]}" -kernel "$boot" \
		-initrd "$work/initramfs.cpio" -append "$line $append" || status=$?
	stty "$saved"
else
	timeout --kill-after=5 "$timeout" qemu-system-x86_64 "${machine[@]}" "${devices[@]}" -kernel "$boot" \
		-initrd "$work/initramfs.cpio" -append "$line $append" </dev/null || status=$?
fi

# What went wrong, most telling first
if ! "$here/check_log.sh" "$log"; then exit 125; fi
if [ $status = 124 ] || [ $status = 137 ]; then
	echo "boot.sh: the guest didn't end within $timeout s; its log ends with:" >&2
	tail -n 15 "$log" >&2
	exit 124
fi
[ $status = 0 ] || die "QEMU failed with status $status"
if [ -s "$results/kmemleak" ]; then
	cat "$results/kmemleak" >&2
	die "the kernel leaked memory"
fi
if [ ! -s "$results/.evf/status" ]; then
	tail -n 15 "$log" >&2
	die "the guest ended without saying how the command did; its log ends as above"
fi
exit "$(cat "$results/.evf/status")"
