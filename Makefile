# SPDX-License-Identifier: GPL-2.0-or-later
# For people; the work is done by the scripts. `make help` lists the targets.
# Copyright (C) 2026 The rover authors

KERNEL ?= 6.12
TARGET ?= arm64

# Where the helper goes: Debian's names of architectures are for the emulated machines.
built = build/$(if $(findstring -,$(TARGET)),$(TARGET),userspace$(patsubst -arm64,,-$(TARGET)))

# Where you say, from the command line. To the kernel's own Makefile, which would
# inherit it, it means something else.
to = $(if $(filter command,$(origin O)),$(if $(O),'$(O)'))
ifneq ($(word 2,$(to)),)
$(error O=$(O): make cannot build in a folder with blanks in its name)
endif
MAKEOVERRIDES := $(filter-out O=%,$(MAKEOVERRIDES))

OVERLAYS := $(patsubst %-overlay.dts,build/dts/%.dtbo,$(notdir $(wildcard dts/*-overlay.dts dts/sim/*-overlay.dts tests/dts/*-overlay.dts)))
vpath %-overlay.dts dts dts/sim tests/dts

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: ## drive a virtual rover; leaves build/demo/telemetry.csv and track.svg
	@scripts/setup fetch build vm
	@scripts/demo

shell: ## a prompt on the virtual rover
	@scripts/setup fetch build vm
	@$(MAKE) --no-print-directory -s modules userspace dtbo
	@scripts/vm --kernel $(KERNEL) -- sh -l

test: ## all tests, in emulated machines; TESTS=NAME for some, see tests/runs
	@scripts/setup fetch build vm test check documents
	@scripts/test $(TESTS)

test-full: ## those, on a bare Debian 12 if root runs this, and the long ones
	@scripts/setup fetch build vm test check documents
	@scripts/test --full $(TESTS)

test-debug: ## all on virtual rovers, on kernels that are built with all checks
	@scripts/setup fetch build vm test kernel
	@scripts/test --debug $(TESTS)

bench: ## what it costs, beside what the kernel has without us: build/bench/report.md
	@scripts/setup fetch build vm test
	@$(MAKE) --no-print-directory -s modules userspace dtbo
	@scripts/test-programs build/tests
	@scripts/bench

check: ## compilers, sparse, checkpatch, shellcheck, dtc and dt-schema
	@scripts/check

matrix: ## each kernel tree with each compiler, and what comes of it; MATRIX=quick, or "6.1 rt-clang"
	@scripts/setup fetch build vm test kernel
	@scripts/matrix $(MATRIX)

modules: ## rover.ko, its faces and rover_sim.ko, in build/KERNEL or O=; KERNEL=6.1, or a KDIR= of yours
	+@scripts/setup fetch build
ifneq ($(origin KDIR),undefined)
	+@name=$$(scripts/kernel name '$(KDIR)/') && scripts/modules $(or $(to),build/$$name) KDIR='$(KDIR)'
else
	+@name=$$(scripts/kernel name $(KERNEL)) && kbuild=$$(scripts/kernel kbuild $(KERNEL)) && \
		scripts/modules $(or $(to),build/$$name) $$kbuild
endif

# Those of the variables that are on the command line; in the environment they are for kernels.
named = $(strip $(foreach name,$(1),$(if $(filter command,$(origin $(name))),$(name))))
others = $(foreach name,CROSS_COMPILE LLVM,$(if $(filter environment,$(origin $(name))),-u $(name)))

userspace: ## roverctl for 64-bit Arm, in build/userspace; TARGET=amd64 for PCs; or with a toolchain of yours: see userspace/Makefile
ifneq ($(findstring -,$(TARGET))$(call named,SYSROOT CROSS_COMPILE CC LLVM MCPU EXTRA_LIBDIR STATIC),)
	+@env $(others) $(if $(call named,SYSROOT CROSS_COMPILE CC TARGET),,TARGET=$(TARGET)) scripts/userspace --toolchain
else
	+@scripts/setup fetch
	+@scripts/userspace --arch $(TARGET) $(or $(to),$(built))
endif

vision: ## the example with OpenCV for 64-bit Arm, by clang, and a disk for scripts/vm --root; SYSROOT= and OPENCV= of yours
	+@scripts/vision $(if $(SYSROOT),--sysroot '$(SYSROOT)') $(if $(OPENCV),--opencv '$(OPENCV)')

dtbo: ## the device tree overlays, in build/dts
	@scripts/setup build
	@$(MAKE) --no-print-directory $(OVERLAYS)

# fragment@0 and its like have no reg by nature
build/dts/%.dtbo: %-overlay.dts
	@mkdir -p $(@D)
	dtc -@ -I dts -O dtb -W no-unit_address_vs_reg -o $@ $<

install: ## what was built onto this machine, or DESTDIR=, a mounted SD card: scripts/install --help
	@scripts/install install

uninstall: ## all that make install has put there
	@scripts/install uninstall

deb: ## the Debian packages, in build/deb: see scripts/PACKAGES.md; ARCHS="arm64 armhf" for some
	@scripts/setup fetch build deb
	@scripts/deb $(ARCHS)

images: ## container images: roverctl, rover-cross, rover-demo, in build/images
	@scripts/image build roverctl rover-cross rover-demo

clean: ## remove what was built, or just that for TARGET=; downloads stay in the cache
ifeq ($(origin TARGET),command line)
	@case '$(TARGET)' in ''|.*|*[!A-Za-z0-9._-]*) echo "TARGET=$(TARGET) is no machine" >&2; exit 2 ;; esac
	rm -rf $(built)
else
	rm -rf build
endif

.PHONY: help demo shell bench test test-full test-debug check matrix modules userspace vision dtbo \
	install uninstall deb images clean
