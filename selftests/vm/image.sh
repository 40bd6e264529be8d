#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# image.sh [LIST]: build a guest's root file system from Debian packages (those of selftests/vm/packages),
# unless it's there already, and print its path. Any change of the list or of how it is built makes a new one.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${EVENTFILTER_CACHE:-$HOME/.cache/eventfilter}
suite=bookworm
packages=${1:-$here/packages}
hash=$(cat "$packages" "$here/image.sh" "$here/image-finish.sh" | sha256sum | cut -c1-32)
image=$cache/image/$hash.ext4

mkdir -p "$cache/image"
exec 9>"$cache/image/lock"
flock 9
if [ -e "$image" ]; then
	echo "$image"
	exit 0
fi
echo "building the guest's root file system" >&2

# The machine's own package sources, so that a mirror that is configured here is used
sources=()
for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
	if grep -qs "$suite" "$file"; then sources=("$file") && break; fi
done

# Without root, mmdebstrap's user namespace writes the image as another user: hence the open folder
work=$(mktemp -d "$cache/image/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 1777 "$work"
export EVF_IMAGE=$work/image.ext4
mmdebstrap --quiet --variant=minbase --format=null \
	--include="$(sed 's/#.*//' "$packages" | xargs | tr ' ' ',')" \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--customize-hook="$here/image-finish.sh" \
	"$suite" - "${sources[@]}" >&2
cp --sparse=always "$EVF_IMAGE" "$image.tmp"
chmod 644 "$image.tmp"
mv "$image.tmp" "$image"
echo "$image"
