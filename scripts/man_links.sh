#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# man_links.sh DIR PAGE...: into DIR, for each further name in a page's NAME, a page that leads to it
set -euo pipefail
dir=${1:?which folder?}
shift
mkdir -p "$dir"
for page in "$@"; do
	section=${page##*.}
	sed -n '/^\.SH NAME$/{n;s/ \\-.*//;s/, /\n/g;p}' "$page" | while read -r name; do
		[ "$name.$section" = "${page##*/}" ] || echo ".so man$section/${page##*/}" >"$dir/$name.$section"
	done
done
