#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# deb_test.sh: build the packages, read them with lintian, compile against libeventfilter-dev, and install all of them in
# a fresh root that is booted with the packaged kernel and systemd. With EVF_LONG=1 build them a second time, from
# scratch and elsewhere, and compare. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=selftests/vm/cases.sh
. selftests/vm/cases.sh "$work/out"

no_errors() {
	# Its status tells of warnings as well
	lintian --allow-root --tag-display-limit 0 "$@" >"$work/lintian" 2>&1
	cat "$work/lintian"
	! grep -E '^E: ' "$work/lintian"
}
lintian_works() {
	mkdir -p "$work/bad/DEBIAN" "$work/bad/usr/local"
	printf 'Package: bad\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: b\n' >"$work/bad/DEBIAN/control"
	dpkg-deb --root-owner-group --build "$work/bad" "$work/bad.deb" && ! no_errors "$work/bad.deb"
}
has() { dpkg-deb --contents "$1" | awk '{ print $6 }' | grep -qx "\./$2"; }
needs() { dpkg-deb --field "$1" Depends | grep -q "$2"; }

# A program of somebody else's, who has nothing but the packages. In a shell of its own: where pkg-config looks is for
# nobody else
compiles() (
	local dev=$work/dev name
	for name in libeventfilter0 libeventfilter-dev; do dpkg-deb --extract build/deb/"$name"_*.deb "$dev" || exit; done
	scripts/man_example.py docs/man/eventfilter_ruleset.3 "$work/example.c" || exit
	printf '#include <linux/eventfilter.h>\n#include <eventfilter.hpp>\nint main() { return eventfilter_version() == nullptr; }\n' >"$work/cxx.cc"
	export PKG_CONFIG_SYSROOT_DIR=$dev PKG_CONFIG_PATH=$dev/usr/lib/x86_64-linux-gnu/pkgconfig
	# shellcheck disable=SC2046
	gcc -Wall -Werror -o "$work/example" "$work/example.c" $(pkg-config --cflags --libs libeventfilter) &&
		g++ -std=c++20 -Wall -Werror -o "$work/cxx" "$work/cxx.cc" $(pkg-config --cflags --libs libeventfilter) &&
		readelf -d "$work/cxx" | grep -q 'NEEDED.*libeventfilter.so.0' &&
		LD_LIBRARY_PATH=$dev/usr/lib/x86_64-linux-gnu "$work/cxx"
)

booted() {
	local kernel=$work/kernel image
	dpkg-deb --extract build/deb/linux-image-*.deb "$kernel" || return
	image=$(echo "$kernel"/boot/vmlinuz-*)
	rm -rf build/test/packages
	selftests/vm/boot.sh --kernel "$image" --packages selftests/install/packages --init selftests/install/guest-init \
		--share "$PWD/build/deb" --results build/test/packages --append "systemd.show_status=no" --timeout 1800 -- \
		/src/selftests/install/guest_test.sh "$(sha256sum "$image" | cut -c1-64)"
}

# As somebody else: another folder, umask, time zone and language, no cache
same_bytes() {
	local clone=$work/elsewhere
	git clone --quiet . "$clone" && rsync -a --exclude=/build --exclude=.git ./ "$clone/" || return
	(umask 077 && cd "$clone" && TZ=Pacific/Apia LC_ALL=C CCACHE_DISABLE=1 scripts/deb.sh) || return
	(cd build/deb && sha256sum ./*.deb) >"$work/sums"
	(cd "$clone/build/deb" && sha256sum --check "$work/sums")
}

if ! scripts/deb.sh; then
	echo "0 passed, 1 failed"
	exit 1
fi
ok "lintian finds what is wrong" lintian_works
ok "lintian finds no error in ours" no_errors build/deb/*.deb
grep -E '^W: ' "$work/lintian" || true
for file in usr/sbin/policyd usr/bin/policyctl lib/systemd/system/policyd.service usr/lib/sysusers.d/policyd.conf \
	usr/lib/tmpfiles.d/policyd.conf usr/share/bash-completion/completions/policyctl usr/share/man/man1/policyctl.1.gz; do
	ok "policyd has $file" has build/deb/policyd_*.deb $file
done
ok "the library is told by its name" has build/deb/libeventfilter0_*.deb 'usr/lib/x86_64-linux-gnu/libeventfilter.so.0'
ok "the interface's header is in -dev" has build/deb/libeventfilter-dev_*.deb usr/include/linux/eventfilter.h
ok "policyd says what it's linked with" needs build/deb/policyd_*.deb 'libsystemd0.*libz3-4'
ok "programs compile against libeventfilter-dev" compiles
if [ "${EVF_LONG:-0}" = 1 ]; then ok "the same commit gives the same bytes" same_bytes; fi

# Its cases are counted with these
booted | tee "$work/guest"
status=${PIPESTATUS[0]}
read -r good bad <<<"$(sed -n -E 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$work/guest" | tail -n 1)"
passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-0}))
if [ "$status" != 0 ] && [ "${bad:-0}" = 0 ]; then failed=$((failed + 1)); fi
if [ "${good:-0}" = 0 ]; then failed=$((failed + 1)); fi
count_cases
