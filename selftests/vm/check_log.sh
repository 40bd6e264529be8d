#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# check_log.sh FILE: fail, and show the lines with what follows them, if a kernel's log tells of a bug.
set -euo pipefail

bad='BUG:|WARNING:|\bOops\b|KASAN:|UBSAN:|KCSAN:|kmemleak: [0-9]+ new suspected|suspicious RCU usage'
bad+='|possible (circular|recursive) locking|possible irq lock inversion|inconsistent lock state'
bad+='|DEBUG_LOCKS_WARN_ON|held lock freed|lock held when returning|scheduling while atomic'
bad+='|sleeping function called|general protection fault|Kernel panic|Call Trace:|refcount_t:'
bad+='|list_(add|del) corruption|Bad page (state|map)|rcu: INFO:|INFO: task .* blocked|soft lockup|CRED: Invalid'

# Whom a memory cgroup's limit ends is told with a trace of its calls, which is no bug. When all of
# the machine's memory is gone, that is one.
without_limits() {
	awk '
		{ line[NR] = $0 }
		/invoked oom-killer/ { looking = 1; trace = 0 }
		looking && !trace && /Call Trace:/ { trace = NR }
		/oom-kill:constraint=/ {
			if (trace && /CONSTRAINT_MEMCG/) line[trace] = ""
			looking = trace = 0
		}
		END { for (i = 1; i <= NR; i++) print line[i] }' "$1"
}

log=$(without_limits "$1")
if grep -qE "$bad" <<<"$log"; then
	echo "the kernel's log tells of a bug:" >&2
	grep -nE -A 24 "$bad" <<<"$log" | head -n 80 >&2 || true
	exit 1
fi
