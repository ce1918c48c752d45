# SPDX-License-Identifier: GPL-2.0
# `make demo` and `make check` do everything from a fresh Debian 12 or 13 on.
# Lines that begin with two hashes are what `make help` prints.

O ?= build
override O := $(abspath $(O))
export O LINUX_SRC QEMU_SRC T HOURS

.NOTPARALLEL:
.DEFAULT_GOAL := all

## demo       set up, then the farm: the same guests in each mode, and a table;
##            FARM="--modes none,cmma --set guests.count=6 ..." gives it options
demo: build images farm
	@mkdir -p $(O)/results
	@scripts/root $(O)/farm/cmma-farm run --output $(O)/results/demo.json $(FARM) demo

# $(call suite,NAME,TARGET): what a suite takes besides, if it is one of those that run
suite = $(if $(filter $(1),$(or $(T),$(1))),$(2))

## check      set up, then every test; T=SUITE runs one of: SUITES
check: build $(call suite,fuzz,qemu-asan) $(call suite,qemu,qemu-tests) \
		$(call suite,guest,linux-debug) $(call suite,kunit,linux-debug) \
		$(call suite,soak,qemu-asan linux-debug) $(call suite,host,linux-debug) \
		$(call suite,hercules,linux-debug) images $(call suite,soak,soak-images) farm compat
	@scripts/root tests/run $(T)

## bench      measure: T=farm the farm in all modes, T=host what page states cost and
##            give on this host, T=guest what they cost a guest in instructions; or all
##            of them. BENCH="--rounds 3 ..." gives the latter two options
bench: $(addprefix bench-,$(or $(T),farm host guest))

bench-farm: build images soak-images farm
	@mkdir -p $(O)/results
	@scripts/root $(O)/farm/cmma-farm run $(FARM) web web-squeeze web-disk web-private web-rate \
		launch build nested-lru mixed database

bench-host: build images
	@scripts/root bench/host/run $(BENCH)

bench-guest: build images
	@bench/guest/run $(BENCH)

## soak       the adversarial host, for HOURS=n; T=soak only the programs that check
##            their own data
soak: build qemu-asan linux-debug linux-lockdep linux-kasan images soak-images farm
	@scripts/root scripts/soak

## mutants    put known mistakes into Linux and QEMU, one at a time, and see that a
##            test finds each; MUTANTS="NAME ..." only those
mutants: build linux-debug images
	@scripts/root scripts/mutants $(MUTANTS)

## all        set up and build everything, run nothing
all: build images farm compat

## linux      the guest kernel
linux: packages $(if $(LINUX_SRC),,src-linux)
	@scripts/build-linux

## linux-debug the same with checks at run time (configs/debug.config), for the
##            suites guest, kunit, host and soak
linux-debug: packages $(if $(LINUX_SRC),,src-linux)
	@scripts/build-linux debug

## linux-lockdep, linux-kasan: with that besides (configs/), for make soak
linux-lockdep linux-kasan: linux-%: packages $(if $(LINUX_SRC),,src-linux)
	@scripts/build-linux debug $*

## qemu       QEMU and its firmware
qemu: packages $(if $(QEMU_SRC),,src-qemu)
	@scripts/build-qemu

## qemu-tests QEMU's own tests
qemu-tests: qemu
	@scripts/build-qemu --tests

## qemu-asan  QEMU with sanitizers, for the fuzzer
qemu-asan: packages $(if $(QEMU_SRC),,src-qemu)
	@scripts/build-qemu --sanitize

## images     the guests' initramfs and the web server's disk
images: packages
	@scripts/guest-initramfs
	@scripts/guest-web

## soak-images the disks of tests/soak
soak-images: images
	@scripts/guest-soak

## farm       the farm runner
farm: packages
	@$(MAKE) --no-print-directory -C farm -j$$(nproc) O=$(O) CC="ccache gcc"

## compat     Debian's own kernel and QEMU, to test against
compat: packages
	@scripts/compat

## src        the patched sources in O/src, nothing built
src: src-linux src-qemu
src-linux src-qemu: src-%: packages
	@scripts/prepare $*

## packages   install the Debian packages that are missing
packages:
	@scripts/packages

## refresh    edits in O/src back into overlay files and patches
##            (scripts/refresh linux|qemu TREE does it from a git tree)
refresh:
	@scripts/refresh linux
	@scripts/refresh qemu

## clean      remove O; the cache of sources and objects stays
clean:
	rm -rf $(O)

## help       this list
help:
	@sed -n "s/^## //p" Makefile | sed "s/SUITES/$$(tests/run --list | tr '\n' ' ')/"
	@echo
	@echo "O=DIR builds in DIR instead of build. LINUX_SRC=TREE and QEMU_SRC=TREE build"
	@echo "trees of your own as they are; scripts/prepare linux|qemu TREE patches one."

build: linux qemu

.PHONY: demo check bench bench-farm bench-host bench-guest soak mutants all linux linux-debug linux-lockdep \
	linux-kasan qemu qemu-tests qemu-asan images soak-images farm compat src src-linux \
	src-qemu packages refresh clean help build
