#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/binfmt, on a machine that does not matter: a PC that has never heard of
# Arm's programs. In /share: binfmt, qemu-aarch64-static and qemu-arm-static, and
# roverctl for both.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"

PATH=$PATH:/share:$here/cli
registry=/proc/sys/fs/binfmt_misc
persistent=/etc/binfmt.d/rover-qemu.conf

nothing_runs_without_it()
{
	! /share/roverctl-aarch64 --version >/dev/null 2>&1 || fail "it runs already"
	exits 0 /share/binfmt show
	says err "not mounted: nothing is registered"
}

registers_under_its_own_names()
{
	exits 0 /share/binfmt add aarch64 arm
	exits 0 /share/binfmt show
	says out "rover-aarch64	enabled	/share/qemu-aarch64-static	F"
	says out "rover-arm	enabled	/share/qemu-arm-static	F"
	exits 0 /share/roverctl-aarch64 --version
	says out "roverctl"
	exits 0 /share/roverctl-armhf --version
	says out "roverctl"
}

# F: there is no qemu inside
works_in_an_empty_root()
{
	mkdir "$tmp/root"
	cp /share/roverctl-aarch64 "$tmp/root/roverctl"
	exits 0 chroot "$tmp/root" /roverctl --version
	says out "roverctl"
}

again_changes_nothing()
{
	exits 0 /share/binfmt add aarch64 arm
	exits 0 /share/binfmt show
	must [ "$(grep -c rover- "$tmp/out")" = 2 ]
	must [ ! -e $persistent ]
}

persists_for_the_next_boot()
{
	exits 0 /share/binfmt add --persist aarch64 arm
	must [ "$(grep -c '^:rover-' $persistent)" = 2 ]
	# what systemd-binfmt does with it: each line to the kernel
	echo -1 >$registry/rover-arm
	grep '^:rover-arm:' $persistent >$registry/register
	exits 0 /share/roverctl-armhf --version
}

removes_only_its_own()
{
	echo ':somebody:E::xyz::/bin/busybox:' >$registry/register
	exits 0 /share/binfmt remove
	must [ ! -e $registry/rover-aarch64 ]
	must [ ! -e $registry/rover-arm ]
	must [ -e $registry/somebody ]
	must [ ! -e $persistent ]
	# a file of somebody else
	echo ':rover-arm:of:somebody' >$persistent
	exits 1 /share/binfmt remove
	says err "is not of this script: it stays"
	exits 1 /share/binfmt add --persist arm
	must [ -e $persistent ]
	rm $persistent
}

as_the_document_says()
{
	# shellcheck disable=SC2317 # the document calls it
	sudo() { "$@"; }
	# shellcheck disable=SC1091 # made by tests/host/binfmt
	. /share/document.sh >"$tmp/out"
	says out "rover-aarch64	enabled	/share/qemu-aarch64-static	F"
	must [ ! -e $registry/rover-aarch64 ]
}

says_what_is_missing()
{
	exits 1 /share/binfmt add riscv64
	says err "unknown architecture 'riscv64'"
	exits 1 env PATH=/usr/bin:/bin /share/binfmt add aarch64
	says err "there is no qemu-aarch64-static; as root: apt-get install qemu-user-static"
	exits 2 /share/binfmt add_all
	exits 2 /share/binfmt show all
	exits 1 as-user 1000 1000 /share/binfmt add arm
	says err "this needs root"
	umount $registry
	rmmod binfmt_misc
	mv /lib/modules /lib/modules.away
	trap 'mv /lib/modules.away /lib/modules' EXIT
	exits 1 /share/binfmt add arm
	says err "this kernel has no binfmt_misc"
}

ktap_run nothing_runs_without_it registers_under_its_own_names works_in_an_empty_root \
	again_changes_nothing persists_for_the_next_boot removes_only_its_own as_the_document_says \
	says_what_is_missing
