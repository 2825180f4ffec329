#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The example with OpenCV, before the kernel's virtual camera, which shows it blobs:
# what it writes, and where it steers by ground truth. For tests/host/vision.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/cli/board.sh"

class=/sys/class/rover/rover0
cd "$tmp" || exit

# shows NAME: bars from white to black, so that the blob is half of the picture at one
# side: near. Or a green square in the middle, a fifth of it: further away.
shows()
{
	case $1 in
	left) set -- "Test Pattern=100% Colorbar" "Horizontal Flip=0" "Show Square=0" ;;
	right) set -- "Test Pattern=100% Colorbar" "Horizontal Flip=1" "Show Square=0" ;;
	ahead) set -- "Test Pattern=100% Black" "Show Square=1" ;;
	nothing) set -- "Test Pattern=100% Black" "Show Square=0" ;;
	esac
	"$here/camera" "OSD Text Mode=None" "$@"
}

# A tenth of a radian: nobody takes what the motors do at their start for it.
turned()
{
	local heading
	heading=$(truth heading_urad)
	case $1 in
	left) [ $((heading - before)) -gt 100000 ] ;;
	right) [ $((before - heading)) -gt 100000 ] ;;
	esac
}

gone_ahead()
{
	[ $(($(truth x_um) - before)) -gt 100000 ]
}

state_is()
{
	[ "$(cat $class/state) $(cat $class/stop_reason)" = "$*" ]
}

# follow OPTION...: in the background, until it has seen something: sets follower
follow()
{
	vision --follow "$@" >"$tmp/out" 2>"$tmp/err" &
	follower=$!
	within 120 test -s "$tmp/out"
}

writes_a_picture()
{
	shows left
	exits 0 vision --out /share/frame.png
	says_nothing out
	says_nothing err
	shows nothing
	exits 0 vision --out /share/black.png
}

says_what_is_wrong()
{
	exits 1 vision --camera 99
	must [ "$(cat "$tmp/err")" = "vision: /dev/video99 is no camera that can be opened" ]
	exits 1 vision --follow --device /dev/nothing
	must [ "$(cat "$tmp/err")" = "vision: /dev/nothing: No such file or directory" ]
	exits 1 vision --out /nowhere/frame.png
	must [ "$(cat "$tmp/err")" = "vision: cannot write /nowhere/frame.png" ]
	exits 2 vision --camera one
	must [ ! -e frame.png ]
}

yields_to_another_driver()
{
	roverctl spin-left 400 &
	driver=$!
	within 5 wheels_go "- +"
	exits 1 vision --follow
	must [ "$(cat "$tmp/err")" = "vision: busy: process $driver drives" ]
	must wheels_go "- +"
}

# One run of it: it sees what changes.
steers_toward_the_blob()
{
	board_reset
	shows nothing
	follow --out last.png
	says out "no blob"
	must wheels_rest

	before=$(truth heading_urad)
	shows left
	within 10 turned left
	before=$(truth heading_urad)
	shows right
	within 10 turned right

	# it braked: nothing there to follow
	shows nothing
	within 5 pins_brake
	must state_is stopped command
	within 5 wheels_rest

	# and it is not stopped for good; the lease was its own all the time
	echo "x_um=0 y_um=0 heading_urad=0" >"$board/pose"
	before=0
	shows ahead
	within 10 gone_ahead
	echo "after 100 mm: $(truth heading_urad) urad, $(tail -n 1 "$tmp/out")"
	must [ "$(truth heading_urad)" -lt 150000 ]
	must [ "$(truth heading_urad)" -gt -150000 ]

	kill -INT "$follower"
	ended 0 "$follower"
	within 1 pins_brake
	must state_is stopped released
	must [ -s last.png ]
}

killed_it_stops()
{
	shows left
	before=$(truth heading_urad)
	follow
	within 5 turned left
	kill -KILL "$follower"
	within 1 pins_brake
	must state_is stopped released
	within 2 wheels_rest
}

# By its deadman; and when it wakes up again, it drives no further.
hung_it_stops()
{
	shows left
	before=$(truth heading_urad)
	follow
	within 5 turned left
	kill -STOP "$follower"
	within 2 state_is stopped deadman
	must pins_brake
	within 2 wheels_rest
	before=$(truth heading_urad)
	kill -CONT "$follower"
	ended 1 "$follower"
	says err "vision: stopped: deadman"
	must [ "$(truth heading_urad)" = "$before" ]
}

# The wall is half a metre away.
a_guard_stops_it()
{
	board_reset
	roverctl stop
	echo "800 -5000 800 5000" >"$board/walls"
	echo 300 >$class/guard
	shows ahead
	follow
	ended 1 "$follower"
	echo 0 >$class/guard
	cat "$tmp/err"
	grep -qx "vision: stopped: \(guard\|a guard sees something ahead\)" "$tmp/err"
	must [ "$(truth sonar_distance_um)" -gt 100000 ]
}

ktap_run writes_a_picture says_what_is_wrong yields_to_another_driver steers_toward_the_blob \
	killed_it_stops hung_it_stops a_guard_stops_it
