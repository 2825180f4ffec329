#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples, each driving the simulated rover: a metre by ground truth, what
# it does when somebody else drives, and what the pins do when it is killed or
# hangs. Examples and lessons are in /share (scripts/languages build).
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name
#
#   languages.sh LANGUAGE...	c shell dash python perl lua luajit node go rust

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/cli/board.sh"

class=/sys/class/rover/rover0
export LC_ALL=C   # Perl misses the guest's locale

# How each of them is started.
program()
{
	case $1 in
	shell) echo sh /share/shell/drive.sh ;;
	dash) echo dash /share/shell/drive.sh ;;
	python) echo python3 /share/python/drive.py ;;
	perl) echo perl /share/perl/drive.pl ;;
	lua) echo lua5.4 /share/lua/drive.lua ;;
	luajit) echo luajit /share/luajit/drive.lua ;;
	node) echo node /share/node/drive.mjs ;;
	*) echo "/share/$1/drive" ;;
	esac
}

# start LANGUAGE: drives in the background: sets driver
start()
{
	roverctl stop
	within 5 wheels_rest
	board_reset
	# shellcheck disable=SC2046,SC2091 # words are meant
	$(program "$1") >"$tmp/out" 2>"$tmp/err" &
	driver=$!
	within 20 wheels_go "+ +"
}

# near VALUE WANTED: micrometres, to 20 mm
near()
{
	[ "$1" -ge $(($2 - 20000)) ] && [ "$1" -le $(($2 + 20000)) ]
}

state_is()
{
	[ "$(cat $class/state) $(cat $class/stop_reason)" = "$*" ]
}

drives_a_metre()
{
	roverctl stop
	board_reset
	# shellcheck disable=SC2046 # words are meant
	exits 0 timeout 30 $(program "$1")
	within 5 wheels_rest
	echo "x_um=$(truth x_um) y_um=$(truth y_um)"
	must near "$(truth x_um)" 1000000
	must near "$(truth y_um)" 0
	# it read samples: ten a second on a way of three seconds
	must [ "$(grep -c '^x ' "$tmp/out")" -ge 20 ]
}

yields_to_another_driver()
{
	roverctl stop
	board_reset
	roverctl spin-left 400 &
	driver=$!
	within 5 wheels_go "- +"
	# shellcheck disable=SC2046 # words are meant
	exits 1 $(program "$1")
	says err busy
	must wheels_go "- +"
	kill -INT "$driver"
}

killed_it_stops()
{
	start "$1"
	kill -KILL "$driver"
	within 1 pins_brake
	must state_is stopped released
	within 2 wheels_rest
}

# Its deadman; and when it wakes up again, it drives no further.
hung_it_stops()
{
	start "$1"
	kill -STOP "$driver"
	within 2 state_is stopped deadman
	must pins_brake
	within 2 wheels_rest
	before=$(truth x_um)
	kill -CONT "$driver"
	ended 1 "$driver"
	says err "stopped, reason 2"
	must [ "$(truth x_um)" = "$before" ]
}

tests=
for language; do
	for name in drives_a_metre yields_to_another_driver killed_it_stops hung_it_stops; do
		eval "${language}_$name() { $name $language; }"
		tests="$tests ${language}_$name"
	done
done
# shellcheck disable=SC2086 # words are meant
ktap_run $tests
