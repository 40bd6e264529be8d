#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [FOLDER]: the policy compiler beside SELinux's, on Debian's SELinux policy, and its growth with the
# number of rules; CPU time and peak memory, as tables in Markdown. Natively, all in one run. Nothing of the
# policy is kept but in FOLDER (default: a temporary one). Needs secilc, checkpolicy and policycoreutils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
policyctl=$root/build/release/bin/policyctl
work=${1:-}
if [ -z "$work" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi
[ -x "$policyctl" ] || { echo "run.sh: no $policyctl: cmake --preset release && ninja -C build/release policyctl" >&2; exit 2; }

# measured COMMAND...: "CPU-seconds MiB", its output thrown away
measured() {
	local status=0
	/usr/bin/time -o "$work/time" -f '%U %S %M' "$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = 0 ] || { cat "$work/err" >&2; return "$status"; }
	awk '{ printf "%.2f %d\n", $1 + $2, $3 / 1024 }' "$work/time"
}
row() { printf '| %s | %s | %s |\n' "$@"; }

fetch() {
	local module
	mkdir -p "$work/package" "$work/cil"
	(cd "$work" && apt-get download selinux-policy-default >/dev/null 2>&1)
	dpkg-deb -x "$work"/selinux-policy-default_*.deb "$work/package"
	for module in "$work"/package/usr/share/selinux/default/*.pp.bz2; do
		bunzip2 -c "$module" >"$work/module.pp"
		/usr/libexec/selinux/hll/pp "$work/module.pp" "$work/cil/$(basename "$module" .pp.bz2).cil"
	done
}

selinux() {
	local cpu memory
	echo "Debian's selinux-policy-default, $(cat "$work"/cil/*.cil | wc -c) bytes of CIL"
	echo
	echo '| compiler | CPU s | peak MiB |'
	echo '| --- | ---: | ---: |'
	read -r cpu memory < <(measured secilc -o "$work/policy" -f "$work/contexts" "$work"/cil/*.cil)
	row "secilc" "$cpu" "$memory"
	# checkpolicy reads the older language: what it writes of the binary policy
	checkpolicy -bF -M -o "$work/policy.conf" "$work/policy" >/dev/null 2>&1
	read -r cpu memory < <(measured checkpolicy -M -o "$work/policy2" "$work/policy.conf")
	row "checkpolicy, of the same without modules, optionals and neverallow" "$cpu" "$memory"
	read -r cpu memory < <(measured "$policyctl" import cil "$work"/cil/*.cil)
	row "policyctl import cil, with all filters" "$cpu" "$memory"
	echo
	sed -n '/^phase/,$p' "$work/out" | awk 'NR == 1 { print "| phase | CPU s | peak MiB |"; print "| --- | ---: | ---: |"; next }
		{ printf "| %s | %s | %d |\n", $1, $2, $3 / 1024 }'
}

growth() {
	local rules cpu memory
	echo "5,000 labels, 1,500 domains (generate.py)"
	echo
	echo '| rules | CPU s | peak MiB | CPU s a million rules |'
	echo '| ---: | ---: | ---: | ---: |'
	for rules in 10000 30000 100000 150000 300000 1000000; do
		"$here/generate.py" "$work/generated" 5000 1500 "$rules"
		read -r cpu memory < <(measured "$policyctl" compile "$work/generated/main.policy")
		printf '| %s | %s | %s | %s |\n' "$rules" "$cpu" "$memory" \
			"$(awk -v cpu="$cpu" -v rules="$rules" 'BEGIN { printf "%.1f", cpu * 1e6 / rules }')"
		rm -rf "$work/generated"
	done
}

[ -d "$work/cil" ] || fetch
cat <<'END'
<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- Written by selftests/bench/policies/run.sh >selftests/bench/policies/results.md -->
# The policy compiler beside SELinux's, and its growth

END
selinux
echo
growth
