#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each /share/NAME/roverctl drives the simulated rover, says how it is, and hears by
# netlink what happens to it.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash

here=$(cd "$(dirname "$0")" && pwd)
status=0
for folder in /share/*; do
	name=${folder##*/}
	# another one on the path would do all of it as well
	PATH=$folder:$PATH "$here/cli/roverctl.sh" killed_driver_stops_the_rover \
		ways_have_an_end status_shows_everything watch_prints_changes >/tmp/said || status=1
	sed "s,^\(\(not \)\?ok [0-9]* - \),\1$name: ," /tmp/said
done
exit $status
