#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# userspace.sh [--target NAME] PRESET: configure, if that wasn't done, and build; says nothing of what is up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

# A preset says by itself what it builds
target=()
if [ "${1:-}" = --target ]; then target=(--target "${2:?}") && shift 2; fi
preset=${1:?which preset?}
mkdir -p build
exec 9>"build/.$preset.lock"
flock 9
if [ ! -e "build/$preset/build.ninja" ]; then
	cmake --preset "$preset" >"build/$preset.log" 2>&1 || { cat "build/$preset.log" >&2; exit 1; }
fi
echo "building userspace ($preset)"
cmake --build --preset "$preset" "${target[@]}" -- --quiet
