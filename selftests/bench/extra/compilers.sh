#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# compilers.sh [ROWS [FOLDER]]: the policy compiler beside SELinux's, on Debian's SELinux policy, and its growth with the
# number of rules: rows of CPU time and peak memory. Natively, all in one run. Nothing of the policy is kept
# but in FOLDER (default: a temporary one). Needs the preset "guest" built, secilc and checkpolicy.
set -euo pipefail
cd "$(dirname "$0")/../../.."
policyctl=$PWD/build/guest/bin/policyctl
generate=$PWD/selftests/bench/policies/generate.py
work=${2:-}
if [ -z "$work" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi
[ -x "$policyctl" ] || { echo "compilers.sh: no $policyctl: scripts/userspace.sh guest" >&2; exit 2; }

# measured TABLE SUBJECT COMMAND...: its output thrown away
measured() {
	local status=0
	/usr/bin/time -o "$work/time" -f '%U %S %M' "${@:3}" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = 0 ] || { tail -n 20 "$work/err" >&2; return "$status"; }
	awk -v row="row $1 $2" '{ printf "%s CPU_ms %.0f\n%s peak_MiB %.0f\n", row, 1000 * ($1 + $2), row, $3 / 1024 }' "$work/time"
}

# As CIL, of the binary package; and as the language that checkpolicy reads, of the source package
fetch() {
	local module
	mkdir -p "$work/package" "$work/cil" "$work/bin"
	(cd "$work" && apt-get -q download selinux-policy-default selinux-policy-src policycoreutils) >&2
	for module in "$work"/*.deb; do dpkg-deb -x "$module" "$work/package"; done
	for module in "$work"/package/usr/share/selinux/default/*.pp.bz2; do
		bunzip2 -c "$module" >"$work/module.pp"
		"$work/package/usr/libexec/selinux/hll/pp" "$work/module.pp" "$work/cil/$(basename "$module" .pp.bz2).cil"
	done
	tar --zstd -xf "$work/package/usr/src/selinux-policy-src.tar.zst" -C "$work"
	# Its Makefile asks for GNU's by name
	command -v gawk >/dev/null || ln -sf "$(command -v awk)" "$work/bin/gawk"
	PATH=$work/bin:$PATH make -C "$work/selinux-policy-src" MONOLITHIC=y QUIET=y conf >/dev/null
	PATH=$work/bin:$PATH make -C "$work/selinux-policy-src" MONOLITHIC=y QUIET=y policy.conf >/dev/null
}

selinux() {
	measured compilers secilc secilc -o "$work/policy" -f "$work/contexts" "$work"/cil/*.cil
	measured compilers checkpolicy checkpolicy -M -o "$work/policy2" "$work/selinux-policy-src/policy.conf"
	measured compilers ours "$policyctl" import cil "$work"/cil/*.cil
	sed -n '/^phase/,$p' "$work/out" | awk 'NR > 1 { printf "row phases CPU_ms %s %.0f\nrow phases peak_MiB_until_then %s %d\n", $1, 1000 * $2, $1, $3 / 1024 }'
}

growth() {
	local rules
	for rules in 10000 30000 100000 150000 300000 1000000; do
		"$generate" "$work/generated" 5000 1500 "$rules"
		measured generated "$rules" "$policyctl" compile "$work/generated/main.policy" |
			awk '{ print $1, $2, $4, $3, $5 }'
		rm -rf "$work/generated"
	done
}

[ -d "$work/cil" ] || fetch
selinux
growth
