#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# image-finish.sh ROOT: called by mmdebstrap, inside its namespace, on the finished root: add what the
# guest needs besides packages, and write the ext4 image $EVF_IMAGE.
set -e

chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash demo
echo evf >"$1/etc/hostname"
printf '127.0.0.1 localhost evf\n::1 localhost\n' >"$1/etc/hosts"
mkdir -p "$1/evf" "$1/src" "$1/results" "$1/scratch"
rm -rf "$1/var/cache/apt" "$1"/var/lib/apt/lists/* "$1/usr/share/doc" "$1/usr/share/man"

# A bind mount shows the tree without the /proc and /sys that mmdebstrap mounted in it
mkdir "$EVF_IMAGE.root"
mount --bind "$1" "$EVF_IMAGE.root"
kib=$(du -sk --apparent-size "$EVF_IMAGE.root" | cut -f1)
truncate -s $((kib * 5 / 4 + 65536))K "$EVF_IMAGE"
mke2fs -q -t ext4 -m 0 -O ^has_journal -U 65766665-0000-4000-8000-000000000001 \
	-d "$EVF_IMAGE.root" "$EVF_IMAGE"
umount "$EVF_IMAGE.root"
