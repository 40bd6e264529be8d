#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# profiles.sh [ROWS]: importing and compiling Debian's AppArmor profiles beside apparmor_parser: rows of CPU time and peak
# memory over the same files, and of how many of their file rules are exact. Natively, all in one run. Needs the preset
# "guest" built, apparmor, apparmor-profiles and apparmor-profiles-extra.
set -euo pipefail
cd "$(dirname "$0")/../../.."
policyctl=${POLICYCTL:-$PWD/build/guest/bin/policyctl}
[ -x "$policyctl" ] || { echo "profiles.sh: no $policyctl: scripts/userspace.sh guest" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
profiles=(/etc/apparmor.d/{bin.ping,sbin.klogd,sbin.syslogd,usr.bin.irssi,usr.sbin.avahi-daemon,usr.sbin.dnsmasq,usr.sbin.identd,usr.sbin.mdnsd,usr.sbin.nscd,usr.sbin.traceroute})

# measured SUBJECT COMMAND...: its output goes to $work/out, and what it took to $work/SUBJECT
measured() {
	local status=0 TIMEFORMAT='%3U %3S'
	{ time /usr/bin/time -o "$work/memory" -f %M "${@:2}" >"$work/out" 2>"$work/err" || status=$?; } 2>"$work/cpu"
	[ "$status" = 0 ] || { tail -n 20 "$work/err" >&2; return "$status"; }
	paste -d ' ' "$work/cpu" "$work/memory" >>"$work/$1"
}

for profile in "${profiles[@]}"; do
	measured apparmor_parser apparmor_parser -Q -K "$profile"
	measured import "$policyctl" import apparmor "$profile"
	cp "$work/out" "$work/policy"
	measured compile "$policyctl" compile "$work/policy"
done
for subject in apparmor_parser import compile; do
	awk -v row="row profiles $subject" '{ cpu += $1 + $2; if ($3 > most) most = $3 }
		END { printf "%s CPU_ms %.0f\n%s peak_MiB %.0f\n", row, 1000 * cpu, row, most / 1024 }' "$work/$subject"
done
"$policyctl" import apparmor --counts "${profiles[@]}" 2>"$work/err" |
	awk '$1 == "file" { printf "row profiles import exact_rules %d\nrow profiles import other_rules %d\n", $2, $3 + $4 }'
