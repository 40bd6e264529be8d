#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# sparse.sh: compile kernel/seccomp_filter with W=1 and run sparse over it; any warning is a failure
set -euo pipefail
# shellcheck source=scripts/kernel/lib.sh
. scripts/kernel/lib.sh

if ! is_wired "$root"; then
	echo "kernel/patches/$kernel_series or kernel/seccomp_filter/Kconfig doesn't exist yet: nothing to check"
	exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
bad=0
scripts/kernel/object.sh --sparse --keep-going kernel/seccomp_filter/ >"$log" 2>&1 || bad=1
if grep -E '(warning|error):|No rule to make' "$log"; then bad=1; fi
echo "$(grep -c '^  CHECK .*kernel/seccomp_filter' "$log") files checked"
exit $bad
