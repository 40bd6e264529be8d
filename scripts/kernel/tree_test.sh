#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# tree_test.sh: does the persistent tree hold exactly what it should, and are times such that make
# rebuilds exactly what changed? With a source of three files. The last line is "N passed, N failed".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export EVENTFILTER_CACHE=$work/cache EVENTFILTER_KERNEL_TARBALL=$work/linux.tar.xz
# shellcheck source=scripts/kernel/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=selftests/vm/cases.sh
. "$(dirname "$0")/../../selftests/vm/cases.sh" "$work/case"
tree=$work/tree snap=$work/snap

holds() { [ "$(cat "$tree/src/$1" 2>/dev/null)" = "$2" ]; }
gone() { [ ! -e "$tree/src/$1" ]; }
# sync: and remember what was there before; a second later, as times are compared
sync() {
	touch "$work/before"
	sleep 0.02
	sync_tree "$snap" "$tree"
}
renewed() { [ "$tree/src/$1" -nt "$work/before" ]; }
kept() { ! renewed "$1"; }
patch_adding() {
	cat >"$snap/kernel/patches/6.1/0001.patch" <<-PATCH
		--- a/Makefile
		+++ b/Makefile
		@@ -1 +1,2 @@
		 first
		+$1
		--- /dev/null
		+++ b/kernel/new.c
		@@ -0,0 +1 @@
		+new
	PATCH
}

mkdir -p "$work/linux/kernel" "$snap/kernel/patches/6.1" "$snap/kernel/seccomp_filter"
echo first >"$work/linux/Makefile"
echo other >"$work/linux/kernel/other.c"
tar -cJf "$EVENTFILTER_KERNEL_TARBALL" -C "$work" linux
touch "$snap/kernel/seccomp_filter/Kconfig"
echo one >"$snap/kernel/seccomp_filter/one.c"
echo two >"$snap/kernel/seccomp_filter/two.c"

patch_adding second
sync
ok "a patch is applied" holds Makefile $'first\nsecond'
ok "a file it adds is there" holds kernel/new.c new
ok "our sources are there" holds kernel/seccomp_filter/one.c one
sync
ok "with nothing changed a patched file keeps its time" kept Makefile
ok "... and so does ours" kept kernel/seccomp_filter/one.c
echo changed >"$snap/kernel/seccomp_filter/one.c"
rm "$snap/kernel/seccomp_filter/two.c"
patch_adding third
sync
ok "a changed patch is applied afresh" holds Makefile $'first\nthird'
ok "... with a new time" renewed Makefile
ok "what it leaves alone keeps its time" kept kernel/new.c
ok "a changed source of ours has a new time" renewed kernel/seccomp_filter/one.c
ok "a source that was removed is gone" gone kernel/seccomp_filter/two.c
ok "files of the kernel keep their time" kept kernel/other.c
rm "$snap/kernel/patches/6.1/0001.patch"
sync
ok "without patches the file is what it was" holds Makefile first
ok "... with a new time, not that of the source" renewed Makefile
ok "what a patch had added is gone" gone kernel/new.c
ok "what isn't wired in is gone" gone kernel/seccomp_filter
patch_adding second
sed -i 's/^ first$/ elsewhere/' "$snap/kernel/patches/6.1/0001.patch"
ok "a patch that doesn't apply is refused" eval '! (sync) 2>/dev/null'
ok "the unpacked source was never touched" grep -qx first "$(pristine)/Makefile"

count_cases
