#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Test of roverctl in a place like a container that was given the device node and
# nothing else: no /proc, no /sys, no netlink, no capability, a member of the
# node's group. Every verb works there.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/board.sh"
# shellcheck source=tests/cli/drive.sh
. "$here/drive.sh"

place=/root/place
gid=4711

"$here/place.sh" $place $gid

inside()
{
	confine $place 1000 $gid /bin/roverctl "$@"
}

# In the background: sets driver, which is the program that confines.
inside_drives()
{
	inside "$@" >"$tmp/drive.out" 2>"$tmp/drive.err" &
	driver=$!
	within 5 wheels_turn
}

there_is_nothing_else()
{
	[ "$(cd $place && find . ! -type d ! -path './lib/*' | sort | tr '\n' ' ')" = \
		"./bin/roverctl ./dev/rover " ]
	exits 1 confine $place 1000 1000 /bin/roverctl forward
	says err "no permission for /dev/rover: it belongs to group $gid"
	exits 1 inside -d /dev/rover1 forward
	says err "no /dev/rover1; there is /dev/rover"
	mv $place/dev/rover $place/dev/hidden
	trap 'mv $place/dev/hidden $place/dev/rover; ktap_kill_jobs' EXIT
	exits 1 inside forward
	says err "no /dev/rover here"
	says err "container"
}

verb_status()
{
	exits 0 inside status
	says out "state     "
	exits 0 inside --json status
	json_check /board=4tronix,robohat <"$tmp/out"
}

verb_duty()
{
	exits 0 inside duty 300 -300 --for 100
}

verb_forward()
{
	inside_drives forward
	within 5 wheels_go "+ +"
	# Who drives cannot be seen by name, nor even by number.
	exits 1 inside backward
	says err "somebody else drives this rover: a process that cannot be seen from here"
	kill -KILL "$(pidof roverctl)"
	within 1 state_is stopped released
	within 2 wheels_rest
}

verb_backward() { exits 0 inside backward --for 100; }
verb_spin_left() { exits 0 inside spin-left --for 100; }
verb_spin_right() { exits 0 inside spin-right --for 100; }
verb_speed() { exits 0 inside speed 200 200 --for 300; }
verb_twist() { exits 0 inside twist 100 30 --for 300; }
verb_move() { exits 0 inside move 100; }
verb_turn() { exits 0 inside turn 30; }
verb_hold() { exits 0 inside hold --for 100; }
verb_look() { exits 0 inside look 10 5; }

verb_stop()
{
	inside_drives forward
	exits 0 inside stop
	ended 1 "$driver"
}

verb_brake()
{
	inside_drives forward
	exits 0 inside brake
	ended 1 "$driver"
	must pins_brake
}

verb_estop()
{
	exits 0 inside estop
	must state_is estop estop
}

verb_clear()
{
	exits 0 inside estop
	exits 0 inside clear
	must state_is idle estop
}

verb_range()
{
	exits 0 inside range
	says out " mm"
}

verb_obstacles() { exits 0 inside obstacles; }
verb_lines() { exits 0 inside lines; }

# Without netlink it reads events from the node.
verb_watch()
{
	inside watch --for 3000 >"$tmp/watch" &
	watcher=$!
	within 3 grep -q state "$tmp/watch"
	exits 0 inside forward --for 200
	within 2 grep -q "state   moving" "$tmp/watch"
	within 2 grep -q "stop    command" "$tmp/watch"
	wait $watcher
}

verb_cockpit()
{
	must "$here/../cockpit" -t a_container_has_the_node_alone
}

verb_calibrate()
{
	mkfifo "$tmp/answers"
	inside calibrate circumference <"$tmp/answers" >"$tmp/drive.out" 2>"$tmp/drive.err" &
	driver=$!
	exec 9>"$tmp/answers"
	printf '200\n\n' >&9
	within 20 grep -q "tape" "$tmp/drive.err"
	printf '200\n' >&9
	exec 9>&-
	ended 0 $driver
	drive_says out "dtoverlay=robohat,circumference="
}

verb_record()
{
	exits 0 inside record --for 200 /tmp/recording
	[ -s $place/tmp/recording ]
}

verb_replay()
{
	inside record --for 700 /tmp/recording &
	exits 0 inside forward --for 300
	wait $!
	exits 0 inside replay /tmp/recording
}

verb_plot()
{
	exits 0 inside record --for 200 /tmp/recording
	exits 0 inside plot /tmp/recording -o /tmp/plot.svg
	grep -q "<svg" $place/tmp/plot.svg
}

verb_help() { exits 0 inside help watch; }

# Those that the program lists, so that none can be forgotten.
every_verb()
{
	local verb verbs
	exits 0 inside help
	verbs=$(sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\)  .*/\1/p' "$tmp/out")
	[ "$(echo "$verbs" | wc -l)" -ge 20 ] || fail "only $verbs"
	for verb in $verbs; do
		echo "$verb"
		calm
		( verb_"$(echo "$verb" | tr - _)" )
	done
}

# All of them, or those that are named.
[ $# != 0 ] || set -- there_is_nothing_else every_verb
ktap_run "$@"
