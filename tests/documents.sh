#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What "Drive it from your language" and "Drive it from ROS 2" tell people to type
# on their rover, typed on the simulated one: tests/host/languages puts the blocks
# of commands into /share/blocks.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/cli/board.sh"

# typed COMMAND...: by somebody in the folder of the examples
typed()
{
	roverctl stop
	within 5 wheels_rest
	board_reset
	cd /share
	exits 0 timeout 60 "$@"
	within 5 wheels_rest
	cat "$tmp/err"
	grep -E '^(x_um|y_um|left_travel_um|right_travel_um)=' "$board/truth"
	must [ "$(truth collisions)" = 0 ]
}

between()
{
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

# there, half a turn, and back
your_language_on_a_pi()
{
	typed sh -e blocks/README.rover
	must between "$(truth x_um)" -40000 40000
	must between $(($(truth left_travel_um) + $(truth right_travel_um))) 3920000 4080000
}

your_language_a_lesson()
{
	export PYTHONPATH=/share/python PYTHONDONTWRITEBYTECODE=1
	typed python3 blocks/README.python
	must between "$(truth x_um)" 300000 450000
	says out " cm"
}

# as the documents compile it
ros2_on_a_pi()
{
	typed sh -e blocks/ROS2.rover
	must between "$(truth x_um)" 980000 1020000
}

ktap_run your_language_on_a_pi your_language_a_lesson ros2_on_a_pi
