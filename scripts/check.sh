#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# check.sh [CTEST ARGS]: the unit tests and the corpus (label "unit") under ASan and UBSan
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/userspace.sh asan
ctest --preset asan --label-regex unit --parallel "$(nproc)" --no-tests=error --output-junit "$PWD/build/asan/unit.xml" "$@" |
	grep -vE '^ +Start +[0-9]+:|\. +Passed +[0-9.]+ sec$'
