#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# check_log.sh FILE: fail, and show the lines with what follows them, if a kernel's log tells of a bug.
set -euo pipefail

bad='BUG:|WARNING:|\bOops\b|KASAN:|UBSAN:|KCSAN:|kmemleak: [0-9]+ new suspected|suspicious RCU usage'
bad+='|possible (circular|recursive) locking|possible irq lock inversion|inconsistent lock state'
bad+='|DEBUG_LOCKS_WARN_ON|held lock freed|lock held when returning|scheduling while atomic'
bad+='|sleeping function called|general protection fault|Kernel panic|Call Trace:|refcount_t:'
bad+='|list_(add|del) corruption|Bad page (state|map)|rcu: INFO:|INFO: task .* blocked|soft lockup|CRED: Invalid'

if grep -nE "$bad" "$1" >/dev/null; then
	echo "the kernel's log tells of a bug:" >&2
	grep -nE -A 24 "$bad" "$1" | head -n 80 >&2
	exit 1
fi
