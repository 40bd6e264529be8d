# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154,SC2034
chapter "1. coreutils may use /tmp and the home directory, but not ~/.ssh"
policy=$rules/coreutils.policy domain=coreutils_t

explain "The filter that policyctl makes of samples/rules/coreutils.policy, as the kernel gets it:"
as_demo "$policyctl" compile --domain "$domain" "$policy" | grep '^file_open:' | fold -s -w 90 | sed 's/^/    /'
explain "A refusal names its event, the layer, the term at which the filter failed, the path in its"
explain "file system, and the label there."

try "cat /tmp/note" allowed -- cat /tmp/note
try "cat ~/diary.txt" allowed -- cat diary.txt
try "cp ~/diary.txt /tmp/copy" allowed -- cp diary.txt /tmp/copy
try "ls -l ~" allowed -- ls -l .
try "mkdir, touch, mv, rm in ~/projects" allowed -- \
	sh -c 'mkdir projects/a && touch projects/a/f && mv projects/a/f projects/a/g && rm -r projects/a'
try "cat ~/.ssh/id_ed25519" refused file_open "*/.ssh/id_ed25519" -- cat .ssh/id_ed25519
try "ls ~/.ssh" refused file_open "*/.ssh" -- ls .ssh
try "touch ~/.ssh/authorized_keys" refused file_create "*/.ssh/authorized_keys" -- \
	touch .ssh/authorized_keys
try "rm -f ~/.ssh/id_ed25519" refused file_unlink "*/.ssh/id_ed25519" -- rm -f .ssh/id_ed25519
try "mkdir ~/.gnupg, which doesn't exist yet and is carved out already" \
	refused file_create "*/.gnupg" -- mkdir .gnupg
try "cat /srv/disk/data, which nobody labelled" refused file_open "/srv/disk/data" -- \
	cat /srv/disk/data
try "cat /etc/shadow: file modes still count" fails -- cat /etc/shadow
