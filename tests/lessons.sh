#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lessons for 4tronix's library and for gpiozero's Robot, with nothing changed but
# their import: each drives a square. Then all the names of robohat.py.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/cli/board.sh"

class=/sys/class/rover/rover0
export PYTHONPATH=/share/python PYTHONDONTWRITEBYTECODE=1

# lesson NAME: with its import changed; and nothing else
lesson()
{
	sed 's/^import initio$/import robohat as initio/; s/^from gpiozero import/from robohat import/' \
		"/share/lessons/$1.py" >"$tmp/$1.py"
	[ "$(diff "/share/lessons/$1.py" "$tmp/$1.py" | grep -c '^[-+][^-+]')" = 2 ] ||
		fail "more or less than one line of $1 was changed"
}

# Sides of 500 mm by time alone, so some centimetres and degrees are lost on the
# way. It went all the way, and turned once.
square()
{
	roverctl stop
	within 5 wheels_rest
	board_reset
	lesson "$1"
	exits 0 python3 "$tmp/$1.py"
	cat "$tmp/out"
	echo "x_um=$(truth x_um) y_um=$(truth y_um) heading_urad=$(truth heading_urad)"
	must between "$(truth x_um)" -60000 60000
	must between "$(truth y_um)" -60000 60000
	must between "$(truth heading_urad)" 6100000 6470000   # a whole turn, 2 pi, to 10 degrees
	# four sides; on the corners the wheels cancel out
	must between $(($(truth left_travel_um) + $(truth right_travel_um))) 3900000 4100000
	must [ "$(truth collisions)" = 0 ]
}

between()
{
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

lesson_for_4tronix_drives_a_square()
{
	square square_4tronix
	says out "side 3 ahead"
}

lesson_for_gpiozero_drives_a_square()
{
	square square_gpiozero
}

# Whatever keeps it fed must end with it.
killed_lesson_stops()
{
	board_reset
	lesson spin
	python3 "$tmp/spin.py" &
	driver=$!
	within 10 wheels_go "+ -"
	sleep 2   # longer than its deadman
	must wheels_go "+ -"
	kill -KILL "$driver"
	within 1 pins_brake
	must [ "$(cat $class/stop_reason)" = released ]
	within 2 wheels_rest
}

hung_lesson_stops()
{
	board_reset
	lesson spin
	python3 "$tmp/spin.py" 2>"$tmp/err" &
	driver=$!
	within 10 wheels_go "+ -"
	kill -STOP "$driver"
	within 1 pins_brake
	must [ "$(cat $class/stop_reason)" = deadman ]
	within 2 wheels_rest
	kill -CONT "$driver"
	within 2 grep -q "stopped by its deadman" "$tmp/err"
	must wheels_rest
}

says_who_drives()
{
	roverctl spin-left 400 &
	within 5 wheels_go "- +"
	lesson spin
	exits 1 python3 "$tmp/spin.py"
	says err "process $! drives the rover"
	must wheels_go "- +"
}

ktap_run lesson_for_4tronix_drives_a_square lesson_for_gpiozero_drives_a_square \
	killed_lesson_stops hung_lesson_stops says_who_drives
status=$?
roverctl stop
within 5 wheels_rest
cp /share/lessons/names.py "$tmp"
python3 "$tmp/names.py" && exit $status
