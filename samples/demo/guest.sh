#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# guest.sh yes|no: the demo itself, as root in the guest; everything that is shown runs as the
# ordinary user "demo". With "yes" in colours.
# shellcheck disable=SC2034,SC2154 # the parts and lib.sh share these variables
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
rules=$here/../rules
policyctl=/evf/bin/policyctl
object_manager=/evf/bin/object_manager
output=/run/demo-output
# shellcheck source=samples/demo/lib.sh
. "$here/lib.sh"
if [ "${1:-no}" = yes ]; then use_colours; fi

prepare() {
	install -d -o demo -g demo -m 700 /home/demo/.ssh
	echo "the secret key" >/home/demo/.ssh/id_ed25519
	echo "dear diary" >/home/demo/diary.txt
	install -d -o demo -g demo /srv/disk /srv/www /home/demo/projects
	echo "blocks of the disk" >/srv/disk/data
	echo "<h1>It works</h1>" >/srv/www/index.html
	echo "hello" >/tmp/note
	install -m 644 "$here"/*.py "$here/nginx.conf" /tmp/
	chown -R demo:demo /home/demo /srv/disk /srv/www /tmp/note
	start_records
}

printf '%sEvent filters: access control that a program hands the kernel as text%s\n' "$bold" "$plain"
"$policyctl" --version | sed 's/^/  /'
prepare
for part in coreutils doors python nginx relabel; do
	# shellcheck source=/dev/null
	. "$here/part_$part.sh"
done
summary
