# SPDX-License-Identifier: GPL-2.0-or-later
# For people; the work is done by the scripts. `make help` lists the targets.
# Copyright (C) 2026 The rover authors

KERNEL ?= 6.12
W ?= 1

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

modules: ## rover.ko and rover_sim.ko, in build/$(KERNEL); KERNEL=6.1, or a KDIR= of your own
	+@scripts/setup build
ifdef KDIR
	+@scripts/modules build/kdir KDIR="$(KDIR)" W=$(W)
else
	+@kbuild=$$(scripts/kernel kbuild $(KERNEL)) && scripts/modules build/$(KERNEL) $$kbuild W=$(W)
endif

clean: ## remove what was built; downloads stay in the cache
	rm -rf build

.PHONY: help modules clean
