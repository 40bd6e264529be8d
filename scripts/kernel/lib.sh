# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Shared by the scripts beside it: where things are, what a kernel is made of, how its tree is kept.
#
#   $cache/kernel/<hash>/              finished kernels, one folder per content hash
#   $cache/tree/<variant>/{src,out}    persistent trees, so that a change costs only what it touches
#   $cache/pristine-<hash>/            the unpacked source that the trees are hard-linked from
#
# "production", "debug", "leaks" and "peers" are kernels that boot; "object" only ever compiles single files, so that
# checking one file doesn't wait for somebody's kernel.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${EVENTFILTER_CACHE:-$HOME/.cache/eventfilter}
tarball=${EVENTFILTER_KERNEL_TARBALL:-/usr/src/linux-source-6.1.tar.xz}
kernel_series=6.1

export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-10G}
# Fixed, so that the same input gives the same kernel, and ccache finds it
export KBUILD_BUILD_TIMESTAMP='2024-01-01 00:00:00 UTC' KBUILD_BUILD_USER=eventfilter KBUILD_BUILD_HOST=eventfilter
export KBUILD_BUILD_VERSION=1
export LC_ALL=C

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

need_variant() {
	case $1 in
	production | debug | leaks | peers | object) ;;
	*) die "there is no variant '$1': production, debug, leaks or peers" ;;
	esac
}

# The hash of 138 MB, remembered for as long as size and time stay the same.
tarball_hash() {
	[ -r "$tarball" ] || die "$tarball is missing: run 'make deps' first"
	local memo
	memo=$cache/tarball-$(stat -Lc '%s-%Y' "$tarball")
	mkdir -p "$cache"
	if [ ! -s "$memo" ]; then
		sha256sum "$tarball" | cut -c1-64 >"$memo.$$"
		mv "$memo.$$" "$memo"
	fi
	cat "$memo"
}

# snapshot DIR: copy all that a kernel is made of, so that an edit during a build can't end up in a
# result that carries the hash of something else. What only userspace compiles stays out.
snapshot() {
	local part parts=()
	for part in kernel/seccomp_filter kernel/patches/$kernel_series kernel/config; do
		[ -e "$root/$part" ] && parts+=("./$part")
	done
	(cd "$root" && rsync -a --relative --delete \
		--exclude=CMakeLists.txt --exclude=/kernel/seccomp_filter/env/user \
		--exclude='*.cc' --exclude='*.md' --exclude='*.o' --exclude='.*' --exclude='*~' \
		"${parts[@]}" scripts/kernel/lib.sh scripts/kernel/build.sh "$1/")
}

# is_wired DIR: does this snapshot hold the patches that make eventfilter a part of the kernel?
is_wired() {
	compgen -G "$1/kernel/patches/$kernel_series/*.patch" >/dev/null && [ -e "$1/kernel/seccomp_filter/Kconfig" ]
}

# fragments DIR VARIANT: the config fragments of a variant; what comes later wins
fragments() {
	echo "$1/kernel/config/base.config"
	if is_wired "$1"; then echo "$1/kernel/config/eventfilter.config"; fi
	case $2 in
	debug | leaks | peers) echo "$1/kernel/config/$2.config" ;;
	esac
}

# input_hash DIR VARIANT: one hash for everything that goes into the result
input_hash() {
	local fragment parts
	{
		echo "variant $2"
		tarball_hash
		gcc --version | head -n1
		ld --version | head -n1
		parts=(scripts)
		# What isn't built in yet can't make a difference
		if is_wired "$1"; then parts+=(kernel/seccomp_filter kernel/patches); fi
		(cd "$1" && find "${parts[@]}" -type f -print0 | sort -z | xargs -0 sha256sum)
		for fragment in $(fragments "$1" "$2"); do sha256sum <"$fragment"; done
	} | sha256sum | cut -c1-64
}

# pristine: unpack the kernel's source once; prints where
pristine() {
	local dir
	dir=$cache/pristine-$(tarball_hash | cut -c1-16)
	if [ ! -e "$dir/Makefile" ]; then
		echo "unpacking $tarball" >&2
		rm -rf "$dir.tmp"
		mkdir -p "$dir.tmp"
		tar -xf "$tarball" -C "$dir.tmp" --strip-components=1
		mv "$dir.tmp" "$dir"
	fi
	echo "$dir"
}

# sync_tree DIR TREE: make TREE/src the pristine source + patches + kernel/seccomp_filter of the
# snapshot DIR. A file whose content stays the same keeps its time, so make rebuilds only what
# changed; one whose content changes gets the present time, also when a patch is taken back.
sync_tree() {
	local snap=$1 src=$2/src stage=$2/stage clean file
	clean=$(pristine)
	if [ "$(cat "$2/pristine" 2>/dev/null)" != "$clean" ]; then
		rm -rf "$2"
		mkdir -p "$2"
		cp -al "$clean" "$src"
		echo "$clean" >"$2/pristine"
	fi
	rm -rf "$stage"
	mkdir -p "$stage"
	touch "$2/patched"
	patched_files "$snap" >"$2/patched.new"
	sort -u "$2/patched" "$2/patched.new" >"$2/patched.all"
	while read -r file; do
		if [ -e "$clean/$file" ]; then (cd "$clean" && cp --parents "$file" "$stage"); fi
	done <"$2/patched.all"
	apply_patches "$snap" "$stage"
	# First, so that what an interrupted run has changed is looked at by the next one
	cp "$2/patched.all" "$2/patched"
	while read -r file; do
		[ -e "$stage/$file" ] || rm -f "$src/$file"
	done <"$2/patched.all"
	rsync -rlp --checksum "$stage/" "$src/"
	mv "$2/patched.new" "$2/patched"
	if is_wired "$snap"; then
		rsync -rlp --checksum --delete "$snap/kernel/seccomp_filter/" "$src/kernel/seccomp_filter/"
	else
		rm -rf "$src/kernel/seccomp_filter"
	fi
}

patched_files() {
	is_wired "$1" || return 0
	sed -n -E 's,^(---|\+\+\+) [ab]/([^	]+).*$,\2,p' "$1"/kernel/patches/$kernel_series/*.patch | sort -u
}

apply_patches() {
	is_wired "$1" || return 0
	local patch
	for patch in "$1/kernel/patches/$kernel_series"/*.patch; do
		# No fuzz: a patch that nearly applies is a patch to look at
		patch -d "$2" -p1 --fuzz=0 --no-backup-if-mismatch --batch --silent <"$patch" ||
			die "${patch##*/} doesn't apply to $kernel_series"
	done
}

# kmake TREE ARGS...: make for the kernel, compiler behind ccache
kmake() {
	local tree=$1
	shift
	CCACHE_BASEDIR=$tree make -C "$tree/src" O="$tree/out" ARCH=x86_64 CC="ccache gcc" --no-print-directory "$@" </dev/null
}

# configure DIR VARIANT TREE: write TREE/out/.config, and fail when it isn't what the fragments say
configure() {
	local merged=$3/merged.config
	mkdir -p "$3/out"
	# shellcheck disable=SC2046
	cat $(fragments "$1" "$2") >"$merged"
	kmake "$3" KCONFIG_ALLCONFIG="$merged" KCONFIG_CONFIG=.config.new allnoconfig >"$3/config.log" 2>&1 ||
		{ cat "$3/config.log" >&2; die "configuring the kernel failed"; }
	check_config "$merged" "$3/out/.config.new"
	if cmp -s "$3/out/.config.new" "$3/out/.config"; then
		rm "$3/out/.config.new"
	else
		mv "$3/out/.config.new" "$3/out/.config"
	fi
}

# check_config MERGED CONFIG: every option that was asked for has the value that was asked for. An
# option that the configuration doesn't know at all counts as not set.
check_config() {
	awk '
		function name(line) {
			if (match(line, /^CONFIG_[A-Za-z0-9_]+=/)) return substr(line, 1, RLENGTH - 1)
			if (match(line, /^# CONFIG_[A-Za-z0-9_]+ is not set$/)) return substr(line, 3, length(line) - 13)
			return ""
		}
		name($0) == "" { next }
		{ value = /^#/ ? "n" : substr($0, length(name($0)) + 2) }
		NR == FNR { want[name($0)] = value; next }
		{ have[name($0)] = value }
		END {
			for (option in want) {
				got = option in have ? have[option] : "n"
				if (got != want[option]) {
					printf "%s: asked for %s, got %s\n", option, want[option], got
					bad = 1
				}
			}
			exit bad
		}' "$1" "$2" >&2 || die "the kernel's configuration isn't what kernel/config asks for"
}
