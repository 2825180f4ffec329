# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the scripts beside it: messages, the checkout, the cache folder.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for those who source this

note()
{
	echo "${0##*/}: $*" >&2
}

die()
{
	note "$*"
	exit 1
}

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scripts=$top/scripts
if [ -n "${ROVER_CACHE:-}" ]; then
	cache=$ROVER_CACHE
elif [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/rover
else
	die "neither HOME nor ROVER_CACHE is set: set ROVER_CACHE to a folder for downloads"
fi
case $cache in
/*) ;;
*) cache=$PWD/$cache ;;
esac
# kbuild splits its arguments at blanks
case $top$cache in
*[[:space:]]*) die "kernel modules cannot be built below a path with blanks: $top, $cache" ;;
esac

# build_folder FOLDER: makes it, sets `folder` to its full path, and waits until
# no other run builds there. The lock ends with the program that we become.
build_folder()
{
	mkdir -p "$1"
	folder=$(cd "$1" && pwd)
	exec 8>"$folder/.lock"
	flock 8
}

# As many jobs as there are processors, unless a make above us deals them out.
make_jobs()
{
	case ${MAKEFLAGS:-} in
	*jobserver*) ;;
	*) echo "-j$(nproc)" ;;
	esac
}
