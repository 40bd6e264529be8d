#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# kernel_tests.sh DIR: build the kernel's own tests of seccomp and Landlock, as they are in the
# source package, into DIR.
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/../../scripts/kernel/lib.sh"

out=${1:?where to?}
tests=$(pristine)/tools/testing/selftests
# Whichever compiler builds them, what they warn about is not ours
flags=(-O2 -w -I "$tests")

newer() { [ -e "$1" ] && [ "$1" -nt "$2" ] && [ "$1" -nt "$0" ]; }

build() {
	local source=$tests/$1 program=$out/$2
	shift 2
	if newer "$program" "$source"; then return; fi
	ccache gcc "${flags[@]}" -c -o "$program.o" "$source"
	gcc -o "$program" "$program.o" "$@"
	rm "$program.o"
}

mkdir -p "$out"
build seccomp/seccomp_bpf.c seccomp_bpf -lpthread -lcap
for name in base fs ptrace; do build landlock/${name}_test.c landlock_$name -lcap; done
build landlock/true.c true -static
