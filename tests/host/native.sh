# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced after ktap.sh: roverctl for this machine itself.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are for, and of, those who source this

# native_build: sets `native` to the program.
native_build()
{
	local arch folder
	arch=$(dpkg --print-architecture)
	folder=$top/build/userspace-$arch
	[ "$arch" != arm64 ] || folder=$top/build/userspace
	native=$folder/roverctl
	"$top/scripts/userspace" --arch "$arch" "$folder" >&2
}
