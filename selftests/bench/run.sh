#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [--kernel DIR] [--share DIR]: count instructions in the guest and compare them with
# budgets.txt. Last line: "N passed, N failed". Needs the preset "guest" built.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../vm/boot.sh" --icount --timeout 600 "$@" -- /evf/selftests/helpers/evf_bench /src/selftests/bench/budgets.txt
