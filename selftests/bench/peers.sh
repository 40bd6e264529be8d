#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# peers.sh OUT [BOOT...]: measure what access controls cost, ours and the others, each in a boot of its own with
# instructions counted. OUT receives a file of rows per boot, and report.py makes the page of them.
# Needs the preset "guest" built. With names, only those boots.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:?where to?}
shift
only=" $* "
mkdir -p "$out"

# wanted NAME: has it been asked for?
wanted() { [[ $only = "  " || $only = *" $1 "* ]]; }

scripts/kernel/build.sh --result "$out/production"
for name in plain ours landlock selinux apparmor bpf; do
	wanted "$name" || continue
	scripts/kernel/build.sh --variant peers --result "$out/peers"
	policy=$(selftests/bench/peers/refpolicy.sh)
	cp "$policy" build/guest/selftests/helpers/refpolicy
	break
done

# boot NAME KERNEL LSMS WHAT...: an absent row is said, and a boot that doesn't end well is the end
boot() {
	local name=$1 kernel=$2 lsms=$3
	shift 3
	wanted "$name" || return 0
	echo "--- $name"
	if ! selftests/vm/boot.sh --kernel "$(cat "$out/$kernel")" --icount --timeout 900 --append "lsm=$lsms" \
		-- /evf/selftests/helpers/evf_peers "$@" >"$out/$name.log" 2>&1; then
		tail -n 20 "$out/$name.log" >&2
		exit 1
	fi
	grep -E '^(row|absent) ' "$out/$name.log" >"$out/$name.rows"
	grep '^absent' "$out/$name.rows" || true
}

# "capability" is always there
boot normal_plain production capability plain
boot normal_ours production eventfilter idle=ours ours
boot plain peers capability plain seccomp
boot ours peers eventfilter idle=ours ours
boot landlock peers landlock idle=landlock landlock
boot selinux peers selinux idle=selinux selinux
boot apparmor peers apparmor idle=apparmor apparmor
boot bpf peers bpf idle=bpf bpf

# Rows that others print: see notes.md, "adding"
for script in selftests/bench/extra/*.sh; do
	name=$(basename "$script" .sh)
	wanted "$name" || continue
	echo "--- $name"
	"$script" "$out" >"$out/$name.rows"
done
