# SPDX-License-Identifier: BSD-2-Clause
# The front door. `make demo` and `make test` are all that a fresh Debian 12 needs.

VARIANT ?= production
PRESET ?= release
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help deps kernel all install deb check test test-long bench vm demo lint fuzz clean

help: ## Show this list
	@sed -n -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo
	@echo "VARIANT=debug takes the kernel with KASAN and lockdep, VARIANT=leaks the one with kmemleak (kernel, vm, test),"
	@echo "VARIANT=peers the one with SELinux, AppArmor and BPF LSM besides (kernel, vm)."
	@echo "PRESET=asan, tsan, guest or fuzz builds userspace that way (all)."
	@echo "Kernels and the guest's file system are kept in \$$EVENTFILTER_CACHE, default ~/.cache/eventfilter."

deps: ## Install the Debian packages that are missing, and say which
	@scripts/deps.sh

kernel: deps ## Build the patched Linux 6.1, unless this very one is there already
	@scripts/kernel/build.sh --variant $(VARIANT)

all: deps ## Build userspace
	@scripts/userspace.sh $(PRESET)

install: deps ## Install userspace beneath $DESTDIR$PREFIX (/usr/local): docs/install.md
	@scripts/userspace.sh --target installed release
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

deb: deps ## Debian packages, of userspace and of the kernel, in build/deb
	@scripts/deb.sh

check: deps ## Unit tests and corpus, with ASan and UBSan: under a minute
	@scripts/check.sh

test: deps ## Everything: unit tests, fuzzing, guest tests, KUnit, lint, the demo's own check
	@scripts/test.sh --variant $(VARIANT) --fuzz-seconds $(FUZZ_SECONDS)

test-long: deps ## The same with the debug kernel, an hour of fuzzing, 10,000 policies, every loop in full
	@EVF_LONG=1 scripts/test.sh --variant debug --fuzz-seconds 3600
	@EVF_LONG=1 scripts/test.sh long faults leaks lives packages

bench: deps ## Us, seccomp, Landlock, SELinux, AppArmor, BPF side by side: writes docs/benchmarks.md
	@scripts/test.sh bench

vm: kernel ## A shell in the guest (VARIANT=debug for the debug kernel)
	@scripts/userspace.sh guest
	@selftests/vm/boot.sh --kernel "$$(scripts/kernel/path.sh --variant $(VARIANT))" --interactive

demo: kernel ## Real programs under real filters, every step checked
	@scripts/userspace.sh guest
	@samples/demo/run.sh

lint: deps ## checkpatch, sparse, the budget of changed kernel lines, include directions, SPDX, sizes
	@scripts/lint/run.sh

fuzz: deps ## Run every libFuzzer target for FUZZ_SECONDS (60) in all
	@scripts/fuzz.sh $(FUZZ_SECONDS)

clean: ## Remove build/; the kernels in the cache stay
	rm -rf build
