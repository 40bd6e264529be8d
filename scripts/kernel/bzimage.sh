#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# bzimage.sh [--result FILE]: the production kernel as a boot loader takes it, unless it's there already. FILE
# gets the name of a folder with bzImage, config, System.map and release. The kernel in it is the very one that
# build.sh made and tests boot: that is compared.
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/lib.sh"

result_file=/dev/null
if [ "${1:-}" = --result ]; then result_file=${2:?}; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(dirname "$0")/build.sh" --result "$work/result"
kernel=$(cat "$work/result")
result=$cache/bzimage/${kernel##*/}

prune() {
	# shellcheck disable=SC2012
	ls -1dt "$cache"/bzimage/*/ 2>/dev/null | tail -n +5 | xargs -r rm -rf
}

make_image() {
	local tree=$cache/tree/production snap=$work/snap made=$result.tmp.$$
	exec 9>"$tree.lock"
	flock 9
	snapshot "$snap"
	# Somebody may have edited since
	[ "$(input_hash "$snap" production)" = "${kernel##*/}" ] || die "the kernel's sources changed meanwhile: once more, please"
	sync_tree "$snap" "$tree"
	configure "$snap" production "$tree"
	kmake "$tree" -j"$(nproc)" bzImage >"$work/log" 2>&1 || { tail -n 60 "$work/log" >&2; die "the boot image doesn't build"; }
	strip -o "$work/vmlinux" "$tree/out/vmlinux"
	cmp "$work/vmlinux" "$kernel/vmlinux" || die "this isn't the kernel that is tested: building it twice gives two"
	mkdir -p "$made"
	cp "$tree/out/arch/x86/boot/bzImage" "$tree/out/System.map" "$made/"
	cp "$tree/out/.config" "$made/config"
	cp "$tree/out/include/config/kernel.release" "$made/release"
	rm -rf "$result"
	mv "$made" "$result"
	prune
}

if [ -e "$result/bzImage" ]; then
	touch "$result"
else
	echo "making the kernel's boot image"
	make_image
fi
echo "$result" >"$result_file"
