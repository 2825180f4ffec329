#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# counter_watch_events against the ground truth of the simulated wheels.
# For tests/host/counter-tools.
# Copyright (C) 2026 The rover authors

# shellcheck source=tests/truth.sh
. "$(dirname "$0")/truth.sh"
events=20

# watch SIDE CHANNEL SPEEDS: events of one wheel while it turns; one count each
# on a kernel that is fast enough, else at most a few
watch()
{
	first=$(truth "$1_edges_a")
	/share/counter_watch_events -n 0 -l $events \
		-w "comp_count,scope_count,evt_change_of_state,chan=$2,parent=$2" >/tmp/events &
	sleep 1
	echo "$3" >$board/force
	wait $! || return
	echo "left=0 right=0" >$board/force
	cat /tmp/events
	edges=$(($(truth "$1_edges_a") - first))
	expected=$first
	while read -r _ _ _ data _ event _ channel; do
		[ "$event" = COUNTER_EVENT_CHANGE_OF_STATE ] && [ "$channel" = "$2" ] || return
		expected=$((expected + 1))
		[ "${ROVER_SLOWNESS:-1}" != 1 ] || near $expected 0 "$data" || return
		[ "$data" -ge $expected ] || return
		expected=$data
	done </tmp/events
	[ "$(wc -l </tmp/events)" = $events ] && [ $((expected - first)) -le $edges ] || return
	# what stands still counts as many as the wheel had edges
	near "$(truth "$1_edges_a")" 0 "$(cat "/sys/bus/counter/devices/counter0/count$2/count")"
}

refuses_what_there_is_not()
{
	! /share/counter_watch_events -l 1 -w comp_count,scope_count,evt_index 2>/tmp/errors &&
		grep -q 'Invalid argument' /tmp/errors
}

echo 1 >$board/reset
echo "TAP version 13"
test_that "counter_watch_events counts the left wheel" watch left 0 "left=100000 right=0"
test_that "counter_watch_events counts the right wheel" watch right 1 "left=0 right=150000"
test_that "counter_watch_events is refused an index" refuses_what_there_is_not
finish
