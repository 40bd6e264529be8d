#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# build.sh [--variant production|debug|leaks|peers] [--result FILE]: build the patched kernel, unless this very
# one is there already. The result is a folder named by the hash of everything that went in (path.sh
# prints it, FILE gets its name): vmlinux (and bzImage, with KASAN), .config, System.map, build.log.
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/lib.sh"

variant=production result_file=/dev/null
while [ $# -gt 0 ]; do
	case $1 in
	--variant) variant=${2:?} && shift 2 ;;
	--result) result_file=${2:?} && shift 2 ;;
	*) die "unknown argument '$1'" ;;
	esac
done
need_variant "$variant"
tree=$cache/tree/$variant
# PVH's entry, and what it calls, is instrumented by KASAN in 6.1 and runs before there is a shadow:
# it faults at once. So the debug kernel boots in the old way.
targets=(vmlinux)
if [ "$variant" = debug ]; then
	targets+=(bzImage)
	# Somebody waits for a production kernel, at the same time and for seconds only
	renice -n 5 $$ >/dev/null
fi
snap=$(mktemp -d)
trap 'rm -rf "$snap"' EXIT

# progress EXPECTED: one line per step of kbuild in, a count out; every 50 steps off a terminal
progress() {
	local every=50
	[ -t 1 ] && every=1
	awk -v expected="$1" -v every="$every" '
		/^  (CC|AS|HOSTCC|LD|AR|VDSO|LDS|GEN|OBJCOPY|CHECK|UPD|KSYMS|NM|SYSMAP)/ {
			if ($1 == "CC" || $1 == "AS") count++
			if (every == 1) printf "\r\033[K[%d%s] %s", count, expected, $0
			else if (($1 == "CC" || $1 == "AS") && count % every == 0) printf "[%d%s] %s\n", count, expected, $2
			fflush()
		}
		END { if (every == 1) printf "\r\033[K"; printf "%d objects compiled\n", count }'
}

# prune: results cost 25 MB each, and every edit makes one; keep those used last
prune() {
	# shellcheck disable=SC2012
	ls -1dt "$cache"/kernel/*/ 2>/dev/null | tail -n +17 | xargs -r rm -rf
}

# save RESULT: the folder appears at once and complete, or not at all
save() {
	local tmp=$1.tmp.$$
	mkdir -p "$tmp"
	strip -o "$tmp/vmlinux" "$tree/out/vmlinux"
	if [ "$variant" = debug ]; then cp "$tree/out/arch/x86/boot/bzImage" "$tmp/"; fi
	cp "$tree/out/.config" "$tree/out/System.map" "$tree/build.log" "$tmp/"
	echo "$variant" >"$tmp/variant"
	rm -rf "$1"
	mv "$tmp" "$1"
}

done_already() {
	[ -e "$1/vmlinux" ] || return 1
	touch "$1"
	echo "$1" >"$result_file"
	echo "kernel ($variant) is up to date: $1"
}

# A function, so that bash has read the whole script before a build of minutes: it may be edited
main() {
	local started result expected
	snapshot "$snap"
	if done_already "$cache/kernel/$(input_hash "$snap" "$variant")"; then exit 0; fi

	mkdir -p "$cache/kernel" "$cache/tree"
	exec 9>"$cache/tree/$variant.lock"
	if ! flock -n 9; then
		echo "waiting for another build of this variant" >&2
		flock 9
	fi
	# Somebody may have edited, or built, meanwhile
	snapshot "$snap"
	result=$cache/kernel/$(input_hash "$snap" "$variant")
	if done_already "$result"; then exit 0; fi

	is_wired "$snap" || echo "kernel/patches/$kernel_series or kernel/seccomp_filter/Kconfig is absent: building a kernel without eventfilter" >&2
	echo "building the kernel ($variant) on $(nproc) processors"
	started=$SECONDS
	sync_tree "$snap" "$tree"
	expected=
	if [ ! -e "$tree/out/vmlinux" ]; then
		expected=/$(sed -n "s/^$variant //p" "$snap/kernel/config/expected-objects")
	fi
	configure "$snap" "$variant" "$tree"
	if ! kmake "$tree" -j"$(nproc)" "${targets[@]}" 2>&1 | tee "$tree/build.log" | progress "$expected"; then
		grep -E -A6 '(error|warning|undefined reference|\*\*\*)' "$tree/build.log" | sed "s,$tree/src/,,g" | tail -n 60 >&2
		die "the kernel doesn't build; everything make said is in $tree/build.log"
	fi
	save "$result"
	echo "$result" >"$result_file"
	prune
	echo "kernel ($variant) built in $((SECONDS - started)) s: $result"
}

main
exit
