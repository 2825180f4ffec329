#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs test programs one after the other in one machine. Words of the form
# NAME=VALUE are parameters of rover.ko, which is loaded with them (for
# scripts/vm --no-load).
# Copyright (C) 2026 The rover authors
#
#   /tests/each.sh [NAME=VALUE]... "PROGRAM [ARGUMENT]..."...

here=$(cd "$(dirname "$0")" && pwd)
parameters=
status=0

while [ "${1%%=*}" != "$1" ]; do
	parameters="$parameters $1"
	shift
done
if [ -n "$parameters" ]; then
	# shellcheck disable=SC2086 # words are meant
	modprobe rover_sim && modprobe rover $parameters || exit
fi

for program; do
	if [ ! -x "$here/${program%% *}" ]; then
		echo "ok 1 - $program # SKIP it was not built"
		continue
	fi
	# shellcheck disable=SC2086 # words are meant
	"$here"/$program || status=1
done
exit $status
