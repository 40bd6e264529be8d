#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# path.sh [--variant production|debug|leaks|peers]: print the folder that build.sh puts this checkout's kernel in
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/lib.sh"

variant=production
if [ "${1:-}" = --variant ]; then variant=${2:?}; fi
need_variant "$variant"
snap=$(mktemp -d)
trap 'rm -rf "$snap"' EXIT
snapshot "$snap"
echo "$cache/kernel/$(input_hash "$snap" "$variant")"
