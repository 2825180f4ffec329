#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Test of roverctl, on the simulated rover: every verb, exit status, error
# text, and what the board's pins and wheels do meanwhile.
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

motions="forward backward spin-left spin-right"
verbs="status duty $motions speed twist move turn hold look stop brake estop clear range obstacles
	lines watch record replay plot cockpit calibrate help"

### Usage: exit status 2, before anything is opened

usage_errors()
{
	local line
	calm
	while read -r line; do
		# shellcheck disable=SC2086 # words are meant
		exits 2 roverctl -d /nonexistent $line
		says_nothing out
		says err "roverctl: "
		says err "--help"
	done <<-EOF

		fly
		--fly status
		status now
		status --for 100
		duty
		duty 1
		duty 1 2 3
		duty 1001 0
		duty 0 -1001
		duty 1e2 0
		duty 0x10 0
		duty +5 0
		duty 5. 0
		duty -5x 0
		duty 99999999999999999999 0
		forward 0
		forward -5
		forward 1001
		forward 100%
		forward --for
		forward --for 0
		forward --for -5
		forward --for 3600001
		forward --for 1s
		spin-left left
		speed 100
		speed 100 10001
		speed 100.5 100
		twist 100
		twist 100 5001
		twist 100 90.1234
		move
		move 1000001
		move 10.5
		move 100 --for 5
		turn
		turn 90.
		turn .5
		turn 90deg
		turn 90 --rate 0
		hold 5
		look
		look 181
		look 0 -181
		look 1 2 3
		estop now
		clear 1
		obstacles left
		lines 5
		stop now
		brake --for 5
		range 5
		watch --interval 0
		watch --interval 10001
		record --for 0
		record --interval 9
		record a b
		replay
		replay a b
		replay --duty
		plot
		plot -o a.svg
		plot a -o
		help --lists
		help fly
	EOF
	must wheels_rest
}

usage_tells_the_permitted_range()
{
	exits 2 roverctl duty 5 1001
	says err "RIGHT must be a number from -1000 to 1000 permille, not '1001'"
	exits 2 roverctl forward 0
	says err "POWER must be a number from 1 to 1000 permille, not '0'"
	exits 2 roverctl backward --for 0
	says err "--for must be a number from 1 to 3600000 ms, not '0'"
	exits 2 roverctl turn 90.0001
	says err "ANGLE must be a number from -57000 to 57000 degrees, not '90.0001'"
	exits 2 roverctl duty 7
	says err "RIGHT is missing: a number from -1000 to 1000 permille"
}

help_for_all_verbs()
{
	local verb
	exits 0 roverctl --help
	mv "$tmp/out" "$tmp/general"
	for verb in $verbs; do
		grep -q "^  $verb " "$tmp/general" || fail "not listed: $verb"
		exits 0 roverctl "$verb" --help
		says out "Usage: roverctl"
		says_nothing err
		exits 0 roverctl help "$verb"
		says out "Usage: roverctl"
	done
	exits 0 roverctl duty -h
	says out "-1000..1000 permille"
	exits 0 roverctl help
	says out "Exit status"
	exits 0 roverctl --version
	says out "rover ABI 1"
}

full_output_is_an_error()
{
	local status=0
	roverctl status >/dev/full 2>"$tmp/err" || status=$?
	[ $status = 1 ] || fail "exit status $status, not 1"
	says err "No space left"
}

### Nodes that are no rover, or not ours

no_such_rover()
{
	local verb
	for verb in status stop brake range watch forward "duty 1 1" "speed 1 1" "twist 1 1" \
		"move 1" "turn 1" hold "look 1 1" estop clear obstacles lines; do
		# shellcheck disable=SC2086 # words are meant
		exits 1 roverctl -d /dev/rover9 $verb
		says_nothing out
		says err "no /dev/rover9"
	done
	says err "ls /sys/class/rover"
	exits 1 roverctl --json -d /dev/rover9 forward
	json_check /verb=forward /ok=false /error=ENOENT /message /advice <"$tmp/out"
}

not_a_rover()
{
	exits 1 roverctl -d /dev/null status
	says err "/dev/null is no rover"
	exits 1 roverctl -d /etc forward
	says err "/etc"
}

no_permission()
{
	local mode group
	mode=$(stat -c %a /dev/rover)
	group=$(stat -c %g /dev/rover)
	# shellcheck disable=SC2064 # the values of now
	trap "chmod $mode /dev/rover; chgrp $group /dev/rover; rm -f /etc/group; ktap_kill_jobs" EXIT
	mkdir -p /etc
	echo "drivers:x:4711:" >/etc/group
	chgrp 4711 /dev/rover
	chmod 660 /dev/rover

	exits 1 as-user 1000 1000 roverctl forward --for 100
	says err "no permission for /dev/rover: it belongs to group drivers, mode 0660"
	says err "adduser YOU drivers"
	exits 1 as-user 1000 1000 roverctl --json stop
	json_check /verb=stop /ok=false /error=EACCES <"$tmp/out"
	exits 0 as-user 1000 4711 roverctl forward --for 100
	exits 0 as-user 1000 4711 roverctl range

	# Who may only read looks and stops, but does not drive.
	chmod 664 /dev/rover
	exits 0 as-user 1000 1000 roverctl status
	exits 1 as-user 1000 1000 roverctl forward --for 100
	says err "no permission"
	drive forward
	exits 0 as-user 1000 1000 roverctl stop
	ended 1 $driver
}

### Motions

motions_turn_the_right_wheels()
{
	local verb
	for verb in "forward:+ +" "backward:- -" "spin-left:- +" "spin-right:+ -" \
		"duty 600 300:+ +" "duty -300 600:- +" "duty 0 -600:0 -" "duty -- -600 0:- 0"; do
		calm
		# shellcheck disable=SC2086 # words are meant
		drive ${verb%:*}
		within 5 wheels_go "${verb#*:}"
		kill -INT $driver
		ended 0 $driver
		within 1 pins_coast
		must state_is stopped command
	done
}

options_anywhere()
{
	calm
	exits 0 roverctl duty --for 50 -300 --json -d /dev/rover -300
	json_check /verb=duty /ok=true /ended=time /duty/left_permille=-300 <"$tmp/out"
	exits 0 roverctl --json forward 300 --for=50
	json_check /verb=forward /duty/right_permille=300 /counted/left <"$tmp/out"
}

for_ends_by_itself()
{
	local before after
	calm
	before=$(now_ms)
	exits 0 roverctl forward 400 --for 500
	after=$(now_ms)
	says_nothing out
	says_nothing err
	must pins_coast
	must state_is stopped command
	[ $((after - before)) -ge 500 ] || fail "ended after $((after - before)) ms"
	# Longer than the deadman time: it must have been fed.
	exits 0 roverctl --json forward 400 --for 1500
	json_check /ended=time <"$tmp/out"
}

interrupts_stop_cleanly()
{
	local signal
	for signal in INT TERM HUP; do
		calm
		drive --json forward
		kill -$signal $driver
		ended 0 $driver
		within 1 pins_coast
		must state_is stopped command
		json_check /ok=true /ended=interrupted <"$tmp/drive.out"
	done
}

nohup_is_respected()
{
	calm
	(
		trap '' HUP
		exec roverctl forward --for 1500
	) &
	driver=$!
	within 5 wheels_turn
	kill -HUP $driver
	sleep 0.3
	must wheels_turn
	ended 0 $driver
}

duty_of_zero_stops()
{
	calm
	roverctl --json duty 0 0 >"$tmp/out"
	json_check /verb=duty /ok=true /ended=stopped <"$tmp/out"
	must pins_coast
}

killed_driver_stops_the_rover()
{
	calm
	drive forward 600
	kill -KILL $driver
	within 1 state_is stopped released
	within 1 pins_brake
	within 2 wheels_rest
	exits 0 roverctl --json status
	json_check /state=stopped /stop_reason=released /driver=null <"$tmp/out"
}

suspended_driver_stops_and_stays()
{
	local count
	calm
	drive forward 600
	kill -STOP $driver
	within 3 state_is stopped deadman
	within 1 pins_brake
	within 2 wheels_rest
	count=$(wheel_counts)
	kill -CONT $driver
	ended 1 $driver
	drive_says err "the rover stopped (deadman): no command came within the deadman time"
	must state_is stopped deadman
	must pins_brake
	[ "$(wheel_counts)" = "$count" ] || fail "the wheels went on"
}

# Also when the time of --for, or the order to end, came meanwhile.
suspended_driver_tells_what_happened()
{
	calm
	drive --json forward --for 800
	kill -STOP $driver
	within 3 state_is stopped deadman
	kill -TERM $driver
	kill -CONT $driver
	ended 1 $driver
	json_check /verb=forward /ok=false /error=ECANCELED /stop_reason=deadman <"$tmp/drive.out"
}

short_deadman_is_fed()
{
	local deadman
	calm
	deadman=$(cat $class/deadman)
	# shellcheck disable=SC2064 # the value of now
	trap "echo $deadman >$class/deadman; ktap_kill_jobs" EXIT
	echo 150 >$class/deadman
	exits 0 roverctl forward --for 1000

	# Shortened by others while it drives: fed each second at first, it must
	# feed faster from the next FEED on.
	echo 3000 >$class/deadman
	drive forward 300 --for 4000
	echo 1600 >$class/deadman
	sleep 1.2
	echo 800 >$class/deadman
	ended 0 $driver
}

stop_and_brake_end_others()
{
	calm
	drive --json forward
	exits 0 roverctl stop
	says_nothing out
	ended 1 $driver
	drive_says err "the rover stopped (command): it was told to stop"
	json_check /verb=forward /ok=false /error=ECANCELED /stop_reason=command <"$tmp/drive.out"
	must pins_coast

	calm
	drive spin-left
	exits 0 roverctl --json brake
	json_check /verb=brake /ok=true <"$tmp/out"
	ended 1 $driver
	must pins_brake
	exits 0 roverctl status
	says out "state     stopped, command, braking"
}

second_driver_learns_of_the_first()
{
	calm
	drive forward
	exits 1 roverctl backward
	says_nothing out
	says err "somebody else drives this rover: pid $driver (roverctl)"
	says err "roverctl stop"
	exits 1 roverctl --json duty 5 5
	json_check /error=EBUSY /driver/pid=$driver /driver/command=roverctl <"$tmp/out"
	within 1 wheels_go '+ +'
	exits 0 roverctl status
	says out "driver    pid $driver (roverctl)"
	kill -INT $driver
	ended 0 $driver
}

sysfs_drives_too()
{
	calm
	echo forward >$class/command
	exits 1 roverctl backward
	says err "somebody else drives this rover: sysfs or netlink"
	exits 0 roverctl --json status
	json_check /state=moving /driver/anonymous=true <"$tmp/out"
	exits 0 roverctl stop
	must state_is stopped command
	exits 0 roverctl backward --for 50
}

### Closed loop

speeds_are_regulated()
{
	local verb
	for verb in "speed 300 -200:+ -" "speed -300 -300:- -" "twist 200 0:+ +" \
		"twist 0 90.5:- +" "twist -100 -200:+ -"; do
		calm
		# shellcheck disable=SC2086 # words are meant
		drive ${verb%:*}
		within 5 wheels_go "${verb#*:}"
		kill -INT $driver
		ended 0 $driver
		within 1 pins_coast
		must state_is stopped command
	done
	calm
	exits 0 roverctl --json speed 300 200 --for 100
	json_check /verb=speed /ok=true /ended=time /speed/left_mm_s=300.000 \
		/speed/right_mm_s=200.000 <"$tmp/out"
	exits 0 roverctl --json twist 0 90 --for 100
	json_check /verb=twist /twist/speed_mm_s=0.000 /twist/rate_deg_s=90.000 <"$tmp/out"
	exits 1 roverctl speed 10000 0 --for 100
	says err "beyond the limits"
}

# near NUMBER WANTED TOLERANCE
near()
{
	if [ $(($1 - $2)) -gt "$3" ] || [ $(($2 - $1)) -gt "$3" ]; then
		fail "$1 is not $2, even within $3"
	fi
}

ways_have_an_end()
{
	calm
	exits 0 roverctl move 400
	says_nothing out
	says_nothing err
	must pins_brake
	must state_is stopped command
	near "$(truth x_um)" 400000 20000
	exits 0 roverctl --json move -300 --speed 200
	json_check /verb=move /ok=true /ended=complete /way_mm=-300.000 /counted/left <"$tmp/out"
	near "$(truth x_um)" 100000 20000
	exits 0 roverctl --json turn 90.5 --fresh
	json_check /verb=turn /ended=complete /angle_deg=90.500 <"$tmp/out"
	near "$(truth heading_urad)" 1579500 100000
	exits 0 roverctl turn -90.5 --rate 60
	near "$(truth heading_urad)" 0 100000
}

ways_are_cut_short()
{
	calm
	drive --json move 2000
	exits 0 roverctl stop
	ended 1 $driver
	drive_says err "the rover stopped (command): it was told to stop"
	json_check /verb=move /ok=false /error=ECANCELED /stop_reason=command <"$tmp/drive.out"

	calm
	drive --json move 2000
	kill -INT $driver
	ended 0 $driver
	within 1 pins_coast
	json_check /verb=move /ok=true /ended=interrupted <"$tmp/drive.out"

	calm
	drive turn 720
	kill -STOP $driver
	within 3 state_is stopped deadman
	kill -CONT $driver
	ended 1 $driver
	drive_says err "the rover stopped (deadman)"
}

hold_holds_until_interrupted()
{
	calm
	roverctl hold &
	driver=$!
	within 5 state_is holding none
	sleep 1.5
	must state_is holding none
	kill -INT $driver
	ended 0 $driver
	must state_is stopped command
	must pins_brake
	exits 0 roverctl --json hold --for 200
	json_check /verb=hold /ok=true /ended=time <"$tmp/out"
}

watch_tells_of_ends()
{
	calm
	roverctl watch --for 5000 >"$tmp/watch" &
	roverctl --json watch >"$tmp/watch.json" &
	watcher=$!
	within 3 grep -q "state" "$tmp/watch.json"
	exits 0 roverctl move 100
	within 2 grep -q "done    move, complete" "$tmp/watch"
	kill -INT $watcher
	ended 0 $watcher
	json_check /event=done /motion=move /complete=true /remaining_mm <"$tmp/watch.json"
}

### Emergency stop

estop_latches()
{
	calm
	drive forward
	exits 0 roverctl estop
	ended 1 $driver
	drive_says err "the rover stopped (estop): the emergency stop is latched"
	must pins_brake
	exits 0 roverctl status
	says out "state     estop, estop"
	for verb in forward "duty 1 1" "spin-left 300 --for 5"; do
		# shellcheck disable=SC2086 # words are meant
		exits 1 roverctl $verb
		says err "the emergency stop is latched"
	done
	exits 1 roverctl --json backward
	json_check /verb=backward /ok=false /error=ESHUTDOWN /advice <"$tmp/out"
	exits 0 roverctl --json clear
	json_check /verb=clear /ok=true <"$tmp/out"
	must state_is idle estop
	exits 0 roverctl forward --for 50
}

### Head and sensors: only boards that have them

head_turns()
{
	[ -e $class/pan ] || skip "no head"
	calm
	exits 0 roverctl look 30 20.5
	says_nothing out
	[ "$(cat $class/pan) $(cat $class/tilt)" = "30000 20500" ] || fail "looks elsewhere"
	exits 0 roverctl --json look -45.5
	json_check /verb=look /ok=true /pan_deg=-45.500 <"$tmp/out"
	[ "$(cat $class/pan) $(cat $class/tilt)" = "-45500 20500" ] || fail "looks elsewhere"
	exits 1 roverctl look 0 81
	says err "the head turns from -80 to 80 degrees sideways and from -40 to 80 up"
	exits 1 roverctl --json look 81 0
	json_check /verb=look /ok=false /error=ERANGE <"$tmp/out"
	[ "$(cat $class/pan) $(cat $class/tilt)" = "-45500 20500" ] || fail "it moved"
	exits 0 roverctl status
	says out "head      pan -45.5 tilt 20.5 degrees"
	exits 0 roverctl --json status
	json_check /pan_deg=-45.500 /tilt_deg=20.500 <"$tmp/out"

	exits 0 roverctl estop
	exits 1 roverctl look 0 0
	says err "the emergency stop is latched"
	exits 0 roverctl clear
	drive forward
	exits 1 roverctl look 0 0
	says err "somebody else drives this rover: pid $driver (roverctl)"
	kill -INT $driver
	ended 0 $driver
}

no_head_no_sensors()
{
	[ ! -e $class/pan ] || skip "the board has them"
	exits 1 roverctl look 0 0
	says err "has no such servo"
	exits 1 roverctl obstacles
	says err "has no obstacle sensors"
	exits 1 roverctl --json lines
	json_check /verb=lines /ok=false /error=ENODATA <"$tmp/out"
}

sensors_are_shown()
{
	[ -e $class/line_left ] || skip "no sensors"
	exits 0 roverctl obstacles
	says out "left $(cat $class/obstacle_left) right $(cat $class/obstacle_right)"
	exits 0 roverctl lines
	says out "left $(cat $class/line_left) right $(cat $class/line_right)"
	exits 0 roverctl --json lines
	json_check /verb=lines /ok=true /left /right <"$tmp/out"
	exits 0 roverctl status
	says out "sensors   obstacle-left "
	exits 0 roverctl --json status
	json_check /sensors/obstacle-left /sensors/line-right <"$tmp/out"
}

### Readings

status_shows_everything()
{
	local line
	calm
	drive forward 500
	exits 0 roverctl status
	for line in "board     4tronix,robohat" "state     moving" "driver    pid " \
		"duty      left 500 right 500 permille" "counts    left " "speed     left " \
		"range     " "deadman   1000 ms"; do
		says out "$line"
	done
	exits 0 roverctl --json status
	json_check /device=/dev/rover /index=0 /abi_version=1 /board=4tronix,robohat \
		/state=moving /stop_reason=none /braking=false /deadman_ms=1000 \
		/driver/command=roverctl /left/duty_permille=500 /left/count \
		/left/speed_mm_s /right/illegal=0 /range/status \
		/capabilities/0=encoders <"$tmp/out"
}

head_is_ahead()
{
	[ "$(cat $class/pan) $(cat $class/tilt)" = "0 0" ]
}

range_tells_the_distance()
{
	local mm truth
	# a head that turns back to where it was told to look takes the sonar along
	calm
	exits 0 roverctl look 0 0
	within 5 head_is_ahead
	board_reset
	exits 0 roverctl range
	mm=$(sed -n 's/^\([0-9]*\) mm$/\1/p' "$tmp/out")
	truth=$(true_range_mm)
	[ $((mm - truth)) -ge -5 ] || fail "$mm mm, in truth $truth"
	[ $((mm - truth)) -le 5 ] || fail "$mm mm, in truth $truth"
	exits 0 roverctl --json range
	json_check /status=valid /range_mm /echo_ns /time_ns /sequence <"$tmp/out"
}

range_tells_why_there_is_none()
{
	local fault
	for fault in "no-echo:nothing in range" "silent:the sensor is silent" "invalid:invalid"; do
		trap "sonar_is_well; ktap_kill_jobs" EXIT
		sonar_is_"$(echo "${fault%:*}" | tr - _)"
		exits 1 roverctl range
		says out "${fault#*:}"
		exits 1 roverctl --json range
		json_check "/status=${fault%:*}" <"$tmp/out"
		sonar_is_well
	done
	# A line that was stuck recovers with the next measurement.
	within 2 roverctl range
}

# prints_changes COMMAND...: roverctl, or what has it run elsewhere
prints_changes()
{
	calm
	"$@" watch --for 5000 >"$tmp/watch" 2>"$tmp/watch.err" &
	"$@" --json watch --interval 10 --ping >"$tmp/watch.json" 2>"$tmp/watch.err" &
	watcher=$!
	within 3 grep -q "state" "$tmp/watch"
	exits 0 roverctl forward 500 --for 600
	within 2 grep -q "state   moving" "$tmp/watch"
	within 2 grep -q "driver  pid [0-9]* (roverctl)" "$tmp/watch"
	within 2 grep -q "duty    left 500 right 500 permille" "$tmp/watch"
	within 2 grep -q "count   left [1-9]" "$tmp/watch"
	within 2 grep -q "state   stopped" "$tmp/watch"
	within 2 grep -q "stop    command, coast" "$tmp/watch"
	echo 600 >$class/deadman
	within 2 grep -q "set     deadman" "$tmp/watch"
	echo 1000 >$class/deadman
	kill -INT $watcher
	ended 0 $watcher
	json_check /event=state /state=moving <"$tmp/watch.json"
	json_check /event=driver /driver/command=roverctl <"$tmp/watch.json"
	json_check /event=driver /driver=null <"$tmp/watch.json"
	json_check /event=duty /left_permille=500 <"$tmp/watch.json"
	json_check /event=count /left /right <"$tmp/watch.json"
	json_check /event=range /range/status=valid <"$tmp/watch.json"
	json_check /event=stop /stop_reason=command /mode=coast /latency_ns <"$tmp/watch.json"
	json_check /event=state /state=stopped /before=moving /motion=duty <"$tmp/watch.json"
	json_check /event=set /settings/0=deadman <"$tmp/watch.json"
}

watch_prints_changes()
{
	prints_changes roverctl
	[ ! -s "$tmp/watch.err" ] || fail "netlink is there: $(cat "$tmp/watch.err")"
}

# In a network namespace of its own there is no family.
watch_prints_changes_without_netlink()
{
	prints_changes unshare -n roverctl
	grep -q "roverctl: no netlink (no family rover.*): events come from /dev/rover" \
		"$tmp/watch.err" || fail "it did not say so: $(cat "$tmp/watch.err")"
}

# Byte for byte. What is looked at, at times of its own, is left out, and drivers,
# whose names are looked up when they may have ended.
watch_says_the_same_without_netlink()
{
	local other kinds='"event": "(stop|done|set|head|state)".*("motion|"settings|"idle)'
	calm
	unshare -n roverctl --json watch >"$tmp/node.json" 2>"$tmp/watch.err" &
	other=$!
	roverctl --json watch >"$tmp/watch.json" &
	watcher=$!
	within 3 grep -q count "$tmp/node.json"
	within 3 grep -q count "$tmp/watch.json"
	exits 0 roverctl forward 500 --for 200
	exits 0 roverctl look 10 0
	exits 0 roverctl move 50
	echo 900 >$class/deadman
	echo 1000 >$class/deadman
	within 3 sh -c "grep -c deadman '$tmp/node.json' | grep -q 2"
	within 3 sh -c "grep -c deadman '$tmp/watch.json' | grep -q 2"
	kill -INT $watcher $other
	ended 0 $watcher
	ended 0 $other
	grep -E "$kinds" "$tmp/node.json" >"$tmp/node"
	grep -E "$kinds" "$tmp/watch.json" >"$tmp/netlink"
	[ "$(wc -l <"$tmp/netlink")" -ge 10 ] || fail "$(cat "$tmp/netlink")"
	cmp "$tmp/node" "$tmp/netlink" || fail "$(cat "$tmp/node" "$tmp/netlink")"
}

# Anybody who may read the node.
watch_needs_no_capability()
{
	# shellcheck disable=SC2064 # the values of now
	trap "chmod $(stat -c %a /dev/rover) /dev/rover; ktap_kill_jobs" EXIT
	chmod 664 /dev/rover
	exits 0 as-user 1000 1000 roverctl watch --for 50
	says out "state"
	says_nothing err
}

listener_was_told()
{
	[ "$(grep -c "set     deadman" "$tmp/watch")" = "$1" ]
}

watch_resynchronises()
{
	local i=0
	calm
	# shellcheck disable=SC2064 # the value of now
	trap "echo $(cat $class/deadman) >$class/deadman; ktap_kill_jobs" EXIT
	roverctl watch >"$tmp/watch" &
	listener=$!
	roverctl --json watch >"$tmp/watch.json" &
	watcher=$!
	within 3 grep -q "count" "$tmp/watch"
	within 3 grep -q "count" "$tmp/watch.json"
	kill -STOP $watcher
	# at the pace of a slow processor that reads all along
	while [ $i -lt 1200 ]; do
		echo $((1001 + i)) >$class/deadman
		i=$((i + 1))
		[ $((i % 100)) != 0 ] || within 5 listener_was_told $i
	done
	echo 1 >$class/estop
	kill -CONT $watcher
	within 5 grep -q '"lost"' "$tmp/watch.json"
	within 5 sh -c "sed '1,/\"lost\"/d' '$tmp/watch.json' | grep -q '\"state\": *\"estop\"'"
	json_check /event=lost /lost=null <"$tmp/watch.json"
	# It goes on, and who has read all along has lost nothing.
	roverctl clear
	within 3 sh -c "tail -n 2 '$tmp/watch.json' | grep -q idle"
	within 3 sh -c "tail -n 2 '$tmp/watch' | grep -q idle"
	listener_was_told 1200 || fail "the other lost some"
	kill -INT $watcher $listener
	ended 0 $watcher
	ended 0 $listener
}

### The rover leaves: last, for it comes back with new numbers

gone_rover_is_noticed()
{
	# not local: the trap needs it, too
	device=$(basename "$(readlink $class/device)")
	calm
	trap 'echo "$device" >/sys/bus/platform/drivers/rover/bind; ktap_kill_jobs' EXIT
	roverctl --json watch >"$tmp/watch.json" 2>"$tmp/watch.err" &
	watcher=$!
	within 3 test -s "$tmp/watch.json"
	drive forward
	echo "$device" >/sys/bus/platform/drivers/rover/unbind
	ended 1 $driver
	drive_says err "the rover behind /dev/rover is gone"
	ended 1 $watcher
	json_check /verb=watch /ok=false /error=ENODEV <"$tmp/watch.json"
	must pins_free
	exits 1 roverctl status
	says err "the module rover is loaded, but has no such rover"
}

missing_module_is_named()
{
	trap 'modprobe rover; within 5 test -c /dev/rover; ktap_kill_jobs' EXIT
	rmmod rover
	exits 1 roverctl forward
	says err "no /dev/rover: the module rover is not loaded"
	says err "modprobe rover"
}

# All of them, or those that are named.
if [ $# = 0 ]; then
	set -- usage_errors usage_tells_the_permitted_range help_for_all_verbs \
		full_output_is_an_error no_such_rover not_a_rover no_permission \
		motions_turn_the_right_wheels options_anywhere for_ends_by_itself \
		interrupts_stop_cleanly nohup_is_respected duty_of_zero_stops \
		killed_driver_stops_the_rover suspended_driver_stops_and_stays \
		suspended_driver_tells_what_happened short_deadman_is_fed stop_and_brake_end_others \
		second_driver_learns_of_the_first sysfs_drives_too speeds_are_regulated \
		ways_have_an_end ways_are_cut_short hold_holds_until_interrupted \
		watch_tells_of_ends estop_latches \
		head_turns no_head_no_sensors sensors_are_shown status_shows_everything \
		range_tells_the_distance range_tells_why_there_is_none watch_prints_changes \
		watch_prints_changes_without_netlink watch_says_the_same_without_netlink \
		watch_needs_no_capability watch_resynchronises \
		gone_rover_is_noticed missing_module_is_named
fi
ktap_run "$@"
