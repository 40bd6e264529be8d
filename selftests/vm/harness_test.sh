#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# harness_test.sh [--kernel DIR]: does the harness notice what it exists to notice? Its last line is
# "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kernel=("$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=selftests/vm/cases.sh
. "$here/cases.sh" "$work/case"

# guest STATUS OPTIONS... -- COMMAND...: boot, keep the output, compare the status
guest() {
	local want=$1 got=0
	shift
	# Looking for leaks takes most of a minute where a kernel can, and isn't what is tried here
	"$here/boot.sh" "${kernel[@]}" --no-leak-check "$@" >"$work/out" 2>"$work/err" || got=$?
	cat "$work/err" >>"$work/out"
	[ "$got" = "$want" ] || shown
}
shown() {
	cat "$work/out"
	return 1
}
says() { grep -qE -- "$1" "$work/out" || shown; }
lkdtm() { echo "echo $1 >/sys/kernel/debug/provoke-crash/DIRECT"; }
prints() { [ "$(cat "$work/out")" = "$1" ] || shown; }

ok "a command's status is the harness's" guest 3 -- sh -c 'exit 3'
words=$'a  b\'"$c*\nd'
ok "a command with odd words runs" guest 0 -- printf '%s\n' "$words"
ok "... which arrive as they were given, bytes as they were written" prints "$words"
ok "the guest is what tests rely on" guest 0 --results "$work/results" -- /src/selftests/vm/guest_facts.sh
ok "... and results come back" grep -qx written "$work/results/proof"
ok "a WARN is a failure" guest 125 -- sh -c "$(lkdtm WARNING)"
ok "... and is shown" says 'WARNING: CPU.*lkdtm'
ok "a panic is a failure" guest 125 -- sh -c "$(lkdtm PANIC)"
ok "... and is shown" says 'Kernel panic - not syncing: dumptest'
ok "a BUG line of a surviving kernel is a failure" guest 125 -- sh -c 'echo "<3>BUG: made up" >/dev/kmsg; exit 0'
ok "... and is shown" says 'BUG: made up'
limited='cd /sys/fs/cgroup && echo +memory >cgroup.subtree_control && mkdir l && echo 8M >l/memory.max && echo 0 >l/cgroup.procs && tail /dev/zero'
ok "who meets a cgroup's limit is ended, which is no bug" guest 0 -- sh -c "sh -c '$limited'; [ \$? = 137 ]"
ok "a hang ends in time" guest 124 --timeout 15 -- sleep 1000
ok "... and says so" says "didn't end within 15 s"
ok "a guest that ends without a status is a failure" guest 125 -- busybox reboot -f
ok "counted instructions: the same command boots" guest 0 --icount -- true

# The other thing that mustn't pass unseen: a kernel option that was asked for and isn't set
config() {
	printf '%s\n' "$1" >"$work/want"
	printf 'CONFIG_A=y\n# CONFIG_B is not set\n' >"$work/have"
	(
		# shellcheck source=scripts/kernel/lib.sh
		. "$root/scripts/kernel/lib.sh"
		check_config "$work/want" "$work/have"
	) >"$work/out" 2>&1
}
refuses() { ! config "$1" && says "$2"; }
ok "options that are set pass" config $'CONFIG_A=y\n# CONFIG_B is not set\n# CONFIG_C is not set'
ok "an option that isn't set is refused" refuses CONFIG_B=y 'CONFIG_B: asked for y, got n'
ok "an unknown option is refused" refuses CONFIG_C=y 'CONFIG_C: asked for y, got n'
ok "an option that mustn't be set is refused" refuses '# CONFIG_A is not set' 'CONFIG_A: asked for n, got y'

count_cases
