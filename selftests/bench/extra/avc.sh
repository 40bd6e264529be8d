#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# avc.sh: instructions of a hit in the access vector caches of libeventfilter and of libselinux, by callgrind. Neither
# records anything; libselinux has no locks, which it takes from callbacks where there are threads.
set -euo pipefail
cd "$(dirname "$0")/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# hit FUNCTION PROGRAM TIMES-goes-here...: instructions within the function, per call, by how many a thousand more take
collected() {
	valgrind --tool=callgrind --callgrind-out-file="$work/out" --toggle-collect="$1" "${@:2}" \
		2>"$work/log" || { cat "$work/log" >&2; exit 1; }
	sed -n 's/^summary: //p' "$work/out"
}

# The compiler's own flags: those of a release
gcc -O2 -std=gnu11 -I userspace/libeventfilter -I userspace/libeventfilter/include -I kernel/seccomp_filter/uapi \
	-o "$work/ours" userspace/libeventfilter/bench/avc_instructions.c userspace/libeventfilter/avc.c \
	userspace/libeventfilter/avc_{count,names,page}.c -pthread
gcc -O2 -o "$work/selinux" selftests/bench/extra/selinux_avc.c -lselinux

less=$(collected eventfilter_avc_check "$work/ours" 0 1000)
more=$(collected eventfilter_avc_check "$work/ours" 0 2000)
echo "row avc ours hit $(((more - less) / 1000))"
for ref in none ref; do
	mkdir -p "$work/selinuxfs"
	less=$(collected avc_has_perm_noaudit "$work/selinux" "$work/selinuxfs" 1000 $ref)
	more=$(collected avc_has_perm_noaudit "$work/selinux" "$work/selinuxfs" 2000 $ref)
	name=hit
	[ $ref = none ] || name=hit_of_an_entry_that_the_caller_refers_to
	echo "row avc libselinux $name $(((more - less) / 1000))"
done
