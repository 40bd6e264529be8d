#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# deps.sh: install the Debian packages that are missing, and say which. scripts/packages lists them.
set -euo pipefail

list=$(dirname "$0")/packages
missing=()
while read -r package; do
	status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$status" = installed ] || missing+=("$package")
done < <(sed 's/#.*//' "$list" | xargs -n1)
if [ ${#missing[@]} = 0 ]; then
	echo "deps: nothing is missing"
	exit 0
fi

echo "deps: installing ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || { echo "deps: neither root nor sudo; install the packages named above" >&2; exit 1; }
	as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
echo "deps: installed ${#missing[@]} packages"
