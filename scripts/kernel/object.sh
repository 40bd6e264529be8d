#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# object.sh [--sparse] TARGET...: compile single files of the kernel with W=1, in a tree of their
# own. TARGET is what kbuild calls it: kernel/seccomp_filter/domain.o, or kernel/seccomp_filter/ for
# all of it. --sparse also runs sparse over them.
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/lib.sh"

check=()
if [ "${1:-}" = --sparse ]; then
	check=(C=2 CHECK=sparse)
	shift
fi
[ $# -gt 0 ] || die "which object? For example kernel/seccomp_filter/domain.o"
tree=$cache/tree/object
mkdir -p "$cache/tree"
exec 9>"$cache/tree/object.lock"
flock 9
snap=$(mktemp -d)
trap 'rm -rf "$snap"' EXIT
snapshot "$snap"
sync_tree "$snap" "$tree"
configure "$snap" production "$tree"
# Messages name the files of the checkout, not those of the copy
kmake "$tree" -j"$(nproc)" W=1 "${check[@]}" "$@" 2>&1 | sed "s,$tree/src/,,g"
