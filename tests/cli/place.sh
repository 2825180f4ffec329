#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a folder, for `confine`, in which there is roverctl and the first rover's
# node, for a group: place.sh FOLDER GID
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
set -e

rm -rf "$1"
mkdir -p "$1/bin" "$1/dev" "$1/lib" "$1/tmp"
cp "$(command -v roverctl)" "$1/bin"
# for full screens: what terminals understand
cp -r /lib/terminfo "$1/lib"
mknod -m 660 "$1/dev/rover" c "$((0x$(stat -c %t /dev/rover)))" \
	"$((0x$(stat -c %T /dev/rover)))"
chgrp "$2" "$1/dev/rover"
chmod 777 "$1/tmp"
