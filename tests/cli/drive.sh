# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced after ktap.sh and board.sh: roverctl in the background, and what became of it.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2154,SC2034 # here and tmp come from, driver goes to who sources this

PATH=$here:$PATH
class=/sys/class/rover/rover0

# A rover that stands still and belongs to nobody.
calm()
{
	# what is waited for is not to be found in what the test before has left
	rm -f "$tmp/watch" "$tmp"/watch.* "$tmp/node" "$tmp"/node.* "$tmp"/drive.*
	roverctl clear
	roverctl stop
	within 5 wheels_rest
	board_reset
}

state_is()
{
	[ "$(cat $class/state) $(cat $class/stop_reason)" = "$*" ]
}

# Start a motion in the background and wait until the wheels turn: sets driver.
# Not from a motion before it, or what comes next would be there before this one.
drive()
{
	within 5 wheels_rest
	roverctl "$@" >"$tmp/drive.out" 2>"$tmp/drive.err" &
	driver=$!
	within 5 wheels_turn
}

drive_says()
{
	grep -qF -- "$2" "$tmp/drive.$1" && return
	cat "$tmp/drive.out" "$tmp/drive.err"
	fail "the driver did not say on std$1: $2"
}

json_check()
{
	json-check "$@"
}
