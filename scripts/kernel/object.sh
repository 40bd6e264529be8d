#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# object.sh [--sparse] [--keep-going] TARGET...: compile single files of the kernel with W=1, in a tree of their
# own. TARGET is what kbuild calls it: kernel/seccomp_filter/domain.o, or kernel/seccomp_filter/ for
# all of it. --sparse also runs sparse over them, --keep-going goes on after an error.
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/lib.sh"

options=()
while [[ ${1:-} == --* ]]; do
	case $1 in
	--sparse) options+=(C=2 CHECK=sparse) ;;
	--keep-going) options+=(--keep-going) ;;
	*) die "unknown option '$1'" ;;
	esac
	shift
done
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
kmake "$tree" -j"$(nproc)" W=1 "${options[@]}" "$@" 2>&1 | sed "s,$tree/src/,,g"
