#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# events_doc.sh [--check]: write docs/events.md from the table of object events; or say whether it's
# what would be written.
set -euo pipefail
cd "$(dirname "$0")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
source=kernel/seccomp_filter
"${CC:-cc}" -std=gnu11 -Wall -Werror -I"$source" -I"$source/env/user" -I"$source/uapi" \
	-o "$tmp/doc" scripts/events_doc.c "$source/core/events.c"
"$tmp/doc" >"$tmp/events.md"
if [ "${1:-}" != --check ]; then
	cp "$tmp/events.md" docs/events.md
elif ! diff -u docs/events.md "$tmp/events.md"; then
	echo "docs/events.md isn't what the table says: run scripts/events_doc.sh" >&2
	exit 1
fi
