#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# iio_info and iio_readdev against the ground truth of the simulated sonar.
# For tests/host/iio-tools.
# Copyright (C) 2026 The rover authors

# shellcheck source=tests/truth.sh
. "$(dirname "$0")/truth.sh"
error_um=3000
# edges of the echo are seen late by slow kernels
[ "${ROVER_SLOWNESS:-1}" = 1 ] || error_um=30000

# What was measured before is answered for 100 ms.
forget()
{
	usleep 150000
}

stand()
{
	echo "5000 -5000 5000 5000" >$board/walls
	echo "x_um=$((5000000 - 100000 - $1 * 1000)) y_um=0 heading_urad=0" >$board/pose
	forget
}

# value ATTRIBUTE: of the first channel, as iio_info prints it
value()
{
	iio_info | sed -n "s/.*attr *[0-9]*: $1 value: //p" | head -n 1
}

describes_the_rover()
{
	iio_info >/tmp/info || return
	cat /tmp/info
	grep -q 'iio:device0: rover0 (buffer capable)' /tmp/info &&
		grep -q '2 channels found' /tmp/info &&
		grep -q 'distance0:  (input, index: 0, format: le:S32/32>>0)' /tmp/info &&
		grep -q 'timestamp:  (input, index: 1, format: le:S64/64>>0)' /tmp/info &&
		[ "$(value scale)" = 0.000001 ]
}

reads_the_distance()
{
	for mm in 300 1000 3500; do
		stand $mm
		near "$(truth sonar_distance_um)" $error_um "$(value raw)" || return
	done
}

tells_of_no_echo()
{
	echo >$board/walls
	forget
	iio_info >/tmp/info 2>&1
	cat /tmp/info
	grep -q 'raw.*timed out' /tmp/info
}

# A scan: distance, four bytes of padding, time; of these two words, the low one first.
reads_the_buffer()
{
	stand 1200
	iio_readdev -b 4 -s 8 rover0 >/tmp/scans || return
	[ "$(wc -c </tmp/scans)" = 128 ] || return
	last=0
	hexdump -v -e '1/4 "%d " 1/4 "%d " 2/4 "%u " "\n"' /tmp/scans >/tmp/table
	cat /tmp/table
	while read -r um _ low high; do
		time_ns=$((high * 4294967296 + low))
		near "$(truth sonar_distance_um)" $error_um "$um" || return
		[ $last = 0 ] || near 62000000 $((4000000 * ${ROVER_SLOWNESS:-1})) \
			$((time_ns - last)) || return
		last=$time_ns
	done </tmp/table
	near "$(date +%s)" 1 $((last / 1000000000))
}

leaves_the_sonar_silent()
{
	pings=$(truth sonar_pings)
	sleep 1
	near "$pings" 0 "$(truth sonar_pings)"
}

echo "TAP version 13"
test_that "iio_info describes the rover" describes_the_rover
test_that "iio_info reads the distance" reads_the_distance
test_that "iio_info tells of no echo" tells_of_no_echo
test_that "iio_readdev reads the buffer" reads_the_buffer
test_that "iio_readdev leaves the sonar silent" leaves_the_sonar_silent
finish
