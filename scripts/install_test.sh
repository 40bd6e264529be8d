#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# install_test.sh BUILD: install the components of policyd that BUILD has ready into a folder of its own,
# and have systemd and the shells read them
set -euo pipefail
build=${1:?which build?}
source=$(cd "$(dirname "$0")/.." && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
	echo "install_test.sh: $*" >&2
	exit 1
}

DESTDIR=$root cmake --install "$build/userspace/policyd/daemon" --prefix /usr >"$root/log" || { cat "$root/log"; fail "installing"; }
for file in lib/systemd/system/{policyd.service,policyd-labeld.service,policyd-denials.service,policyd.socket,policyd-admin.socket,policyd-labeld.socket} \
	lib/sysusers.d/policyd.conf lib/tmpfiles.d/policyd.conf share/man/man8/policyd.8 sbin/policyd; do
	[ -s "$root/usr/$file" ] || fail "/usr/$file is missing"
done
[ -d "$root/usr/share/policyd" ] || fail "/usr/share/policyd is missing"
"$root/usr/sbin/policyd" --version | grep -q '^policyd [0-9]' || fail "policyd doesn't start"
bash -n "$source/userspace/policyd/daemon/install/policyctl.bash" || fail "the completion for bash"

# Without systemd or groff there is nobody to read them
if command -v systemd-analyze >/dev/null; then
	# As they'd be found in an installed system, whose programs are here
	for unit in "$root"/usr/lib/systemd/system/*; do
		sed -i -E "s#^(ExecStart=|ExecReload=\+)[^ ]*#\1$root/usr/sbin/policyd#" "$unit"
	done
	said=$(SYSTEMD_UNIT_PATH=$root/usr/lib/systemd/system: systemd-analyze verify --man=no \
		"$root"/usr/lib/systemd/system/*.service 2>&1 | grep -F policyd || true)
	[ -z "$said" ] || fail "systemd-analyze: $said"
	systemd-sysusers --dry-run "$root/usr/lib/sysusers.d/policyd.conf" >"$root/log" 2>&1 || { cat "$root/log"; fail "systemd-sysusers"; }
fi
if command -v man >/dev/null; then
	said=$(MANROFFSEQ='' LC_ALL=C.UTF-8 man --warnings -l -Tutf8 "$source/docs/man/policyd.8" 2>&1 >/dev/null)
	[ -z "$said" ] || fail "policyd.8: $said"
fi
echo "installed and read"
