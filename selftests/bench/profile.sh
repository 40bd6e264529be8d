#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# profile.sh OPERATION [KERNEL]: where the instructions of an operation go: a line per function of the
# kernel, instructions per operation and stores elsewhere than on its stack, under our label filter. -OPERATION: without one. Operations are
# those of operations.cc. Needs the preset "guest" built.
set -euo pipefail
cd "$(dirname "$0")/../.."
operation=${1:?which operation?}
kernel=${2:-$(scripts/kernel/path.sh)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -shared -fPIC -fvisibility=hidden -o "$work/profile.so" selftests/bench/profile.c
selftests/vm/boot.sh --kernel "$kernel" --icount --append "${EVF_PROFILE_APPEND:-}" \
	--plugin "$work/profile.so,out=$work/profile" -- /evf/selftests/helpers/evf_peers "profile=$operation"
selftests/bench/profile.py "$work/profile" "$kernel/System.map" 100
