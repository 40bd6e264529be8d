#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# deb.sh [userspace|kernel_image]...: Debian packages in build/deb, all of packaging/ or the named part: policyd,
# libpam-eventfilter, libeventfilter0 and libeventfilter-dev; the kernel. What was compiled before stays, so a
# second time costs what changed. The same commit gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
parts=("$@")
[ $# -gt 0 ] || parts=(userspace kernel_image)
out=$PWD/build/deb
mkdir -p "$out"
exec 9>"$out/.lock"
flock 9

# From the changelog's and the compiler's point of view an unreleased version comes before the release
version() {
	local base
	base=$(sed -n -E 's/^project\(eventfilter VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
	if ! grep -q '^## Unreleased' CHANGELOG.md; then
		echo "$base"
	elif commit=$(git log -1 --format=%cd.%h --date=format-local:%Y%m%d%H%M%S --abbrev=12 2>/dev/null); then
		echo "$base~git$commit"
	else
		echo "$base~unreleased"
	fi
}

# changelog SOURCE VERSION: the one entry that a package is told by
changelog() {
	printf '%s (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' "$1" "$2" \
		'eventfilter maintainers <maintainers@eventfilter.example.org>' "$(date -R -u -d "@$SOURCE_DATE_EPOCH")"
}

# pack DIR: build the packages of the source tree DIR into $out
pack() {
	local log=$1.log
	rm -f "${1%/*}"/*.{deb,buildinfo,changes}
	(cd "$1" && dpkg-buildpackage --build=binary --no-sign) >"$log" 2>&1 ||
		{ tail -n 60 "$log" >&2; echo "deb.sh: everything that was said is in $log" >&2; exit 1; }
}

userspace() {
	local source=$out/userspace/source
	mkdir -p "$source"
	# Without times: what changed gets the present one, as ninja wants it, and what didn't keeps its own
	rsync -rlp --checksum --delete --delete-excluded --exclude=/obj --exclude='*~' --exclude=__pycache__ --relative \
		./CMakeLists.txt ./CHANGELOG.md ./LICENSES ./cmake ./docs ./grammar ./kernel/seccomp_filter ./samples/rules \
		./scripts ./userspace "$source/"
	rsync -rlp --checksum --delete --exclude=/changelog packaging/debian/ "$source/debian/"
	changelog eventfilter "$version" >"$source/debian/changelog"
	pack "$source"
}

kernel_image() {
	local source=$out/linux-image/source built release
	scripts/kernel/bzimage.sh --result "$out/kernel"
	built=$(cat "$out/kernel")
	release=$(cat "$built/release")
	rm -rf "$source"
	mkdir -p "$source/debian/source"
	cp "$built/bzImage" "$source/vmlinuz"
	cp "$built/System.map" "$built/config" "$source/"
	cp packaging/linux-image/{rules,copyright,hook.in} "$source/debian/"
	cp packaging/debian/source/format "$source/debian/source/"
	sed "s/@RELEASE@/$release/g" packaging/linux-image/control.in >"$source/debian/control"
	echo "RELEASE = $release" >"$source/debian/release.mk"
	changelog linux-eventfilter "${release%-eventfilter}+$version" >"$source/debian/changelog"
	pack "$source"
}

# ccache, as everywhere; files with debugging symbols are nobody's wish here
DEB_BUILD_OPTIONS="noautodbgsym parallel=$(nproc)"
# Of a commit its time; without git that of the changelog
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
export SOURCE_DATE_EPOCH DEB_BUILD_OPTIONS TZ=UTC LC_ALL=C.UTF-8
umask 022
version=$(version)
rm -f "$out"/*.{deb,buildinfo,changes}
echo "building packages of version $version"
for part in "${parts[@]}"; do
	case $part in
	userspace | kernel_image) "$part" ;;
	*) echo "deb.sh: there is no part '$part': userspace, kernel_image" >&2 && exit 2 ;;
	esac
done
find "$out" -mindepth 2 -maxdepth 2 \( -name '*.deb' -o -name '*.buildinfo' -o -name '*.changes' \) -exec mv -t "$out" {} +
find build/deb -maxdepth 1 -name '*.deb' -printf '%p, %k KiB\n' | sort
