#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# refpolicy.sh: have Debian's SELinux policy as the kernel takes it, and print where it is. Built from
# the package as it comes, with the modules that its installation enables; nothing is installed here.
set -euo pipefail
cache=${EVENTFILTER_CACHE:-$HOME/.cache/eventfilter}/refpolicy
# Those that the package's postinst disables
disabled=' amtu bugzilla cobbler condor cyphesis git ksmtuned likewise livecd nessus numad oddjob openca
 soundserver thunderbird updfstab usernetctl '

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ -s "$cache/policy" ]; then
	echo "$cache/policy"
	exit 0
fi
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
if ! apt-get -q download selinux-policy-default policycoreutils >&2; then
	echo "refpolicy.sh: no Debian package selinux-policy-default to be had: run 'apt-get update'" >&2
	exit 1
fi
for package in *.deb; do dpkg-deb -x "$package" root; done
modules=root/usr/share/selinux/default
while read -r module; do
	case $disabled in *" $module "*) continue ;; esac
	bunzip2 <"$modules/$module.pp.bz2" >module.pp
	root/usr/libexec/selinux/hll/pp module.pp "$module.cil"
done <"$modules/.modules"
secilc -M true -c 33 -f /dev/null -o policy ./*.cil >&2
mv policy "$cache/policy"
echo "$cache/policy"
