#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh: boot the guest and show there what event filters do, with Debian's own programs. Every
# step is compared with what it should come to; the status is not 0 when one differs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
colours=no
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then colours=yes; fi
exec "$root/selftests/vm/boot.sh" "$@" -- /src/samples/demo/guest.sh "$colours"
