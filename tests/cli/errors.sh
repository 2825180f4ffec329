#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Test of what roverctl says when something is wrong: what it is, and what to do.
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

### Usage: exit status 2

verbs_are_suggested()
{
	local word
	for word in "foward:forward" "forwrad:forward" "staus:status" "brak:brake" "Stop:stop" \
		"spinleft:spin-left" "calbrate:calibrate" "cokpit:cockpit" "estop1:estop"; do
		exits 2 roverctl -d /nonexistent "${word%:*}"
		says err "there is no verb '${word%:*}'; did you mean '${word#*:}'?"
	done
	exits 2 roverctl help tunr
	says err "there is no verb 'tunr'; did you mean 'turn'?"
	for word in fly x y7 somethingverylongthatnobodyknowsatallnoteventhis; do
		exits 2 roverctl "$word"
		says err "there is no verb '$word'"
		if grep -q "did you mean" "$tmp/err"; then
			fail "a guess: $(cat "$tmp/err")"
		fi
	done
}

units_are_converted()
{
	exits 2 roverctl move 10cm
	says err "WAY must be a number from -1000000 to 1000000 mm, not '10cm'; in mm that is 100, without the unit"
	exits 2 roverctl move -1.5m
	says err "; in mm that is -1500, without the unit"
	exits 2 roverctl forward --for 2s
	says err "--for must be a number from 1 to 3600000 ms, not '2s'; in ms that is 2000"
	exits 2 roverctl forward 60%
	says err "not '60%'; in permille that is 600"
	exits 2 roverctl turn 90deg
	says err "; in degrees that is 90.000, without the unit"
	exits 2 roverctl turn 1rad
	says err "; in degrees that is 57.296"
	exits 2 roverctl speed 0.3m/s 100
	says err "; in mm/s that is 300"
	exits 2 roverctl twist 100 2rad/s
	says err "; in degrees/s that is 114.592"
	exits 2 roverctl move 10parsec
	says err "not '10parsec'"
}

steps_of_calibrate()
{
	exits 2 roverctl calibrate legs
	says err "there is no step 'legs': counts, circumference, track, wheels or head"
	exits 2 roverctl calibrate head 5
}

### Nodes

missing_nodes()
{
	exits 1 roverctl -d /dev/rover7 forward
	says err "no /dev/rover7; there is /dev/rover"
	says err "ls /sys/class/rover"
}

# A folder in which devices do not work, whatever their mode.
nodes_that_do_not_work()
{
	mkdir -p "$tmp/nodev"
	mount -t tmpfs -o nodev none "$tmp/nodev"
	# shellcheck disable=SC2064 # the folder of now
	trap "umount $tmp/nodev; ktap_kill_jobs" EXIT
	mknod -m 666 "$tmp/nodev/rover" c "$((0x$(stat -c %t /dev/rover)))" \
		"$((0x$(stat -c %T /dev/rover)))"
	exits 1 roverctl -d "$tmp/nodev/rover" status
	says err "may not be used here, although its mode (0666) permits it"
	says err "nodev"
}

who_may_and_which_group()
{
	local mode group
	mode=$(stat -c %a /dev/rover)
	group=$(stat -c %g /dev/rover)
	# shellcheck disable=SC2064 # the values of now
	trap "chmod $mode /dev/rover; chgrp $group /dev/rover; ktap_kill_jobs" EXIT
	chgrp 4712 /dev/rover
	chmod 660 /dev/rover
	for verb in forward stop "move 10" calibrate; do
		# shellcheck disable=SC2086 # words are meant
		exits 1 as-user 1000 1000 roverctl $verb </dev/null
		says err "no permission for /dev/rover: it belongs to group 4712, mode 0660"
		says err "adduser YOU 4712"
	done
	chgrp 0 /dev/rover
	exits 1 as-user 1000 1000 roverctl forward
	says err "its parameter gid"
}

### Versions

another_abi()
{
	calm
	exits 1 fake-abi 0 roverctl forward --for 100
	says err "the module rover is older than this program: its ABI is version 0, not 1"
	says err "modprobe -r rover; modprobe rover"
	exits 1 fake-abi 2 roverctl forward --for 100
	says err "the module rover is newer than this program: its ABI is version 2, not 1"
	exits 1 fake-abi 2 roverctl --json move 10
	json_check /verb=move /ok=false /error=EPROTO /message /advice <"$tmp/out"
	must wheels_rest
	# the bed itself changes nothing
	exits 0 fake-abi 1 roverctl forward --for 100
	says_nothing err

	# Whatever its version, it is stopped.
	drive forward
	exits 0 fake-abi 2 roverctl brake
	says err "newer"
	ended 1 "$driver"
	within 2 wheels_rest
}

### Somebody else drives, or the rover leaves

who_drives()
{
	calm
	drive backward 400
	for verb in forward "duty 1 1" "speed 10 10" "twist 10 0" "move 10" "turn 10" hold \
		"look 0 0"; do
		# shellcheck disable=SC2086 # words are meant
		exits 1 roverctl $verb
		says err "somebody else drives this rover: pid $driver (roverctl)"
	done
	must wheels_go "- -"
	kill -INT "$driver"
	ended 0 "$driver"
}

vanishes_in_mid_motion()
{
	local verb
	device=$(basename "$(readlink $class/device)")
	for verb in "move 2000" "turn 700" "speed 200 200" "duty 500 500"; do
		calm
		trap 'echo "$device" >/sys/bus/platform/drivers/rover/bind; ktap_kill_jobs' EXIT
		# shellcheck disable=SC2086 # words are meant
		drive --json $verb
		echo "$device" >/sys/bus/platform/drivers/rover/unbind
		ended 1 "$driver"
		drive_says err "the rover behind /dev/rover is gone"
		drive_says err "dmesg | grep rover"
		json_check /ok=false /error=ENODEV <"$tmp/drive.out"
		within 2 wheels_rest
		echo "$device" >/sys/bus/platform/drivers/rover/bind
		trap ktap_kill_jobs EXIT
		within 5 test -c /dev/rover
	done
}

# All of them, or those that are named.
if [ $# = 0 ]; then
	set -- verbs_are_suggested units_are_converted steps_of_calibrate missing_nodes \
		nodes_that_do_not_work who_may_and_which_group another_abi who_drives \
		vanishes_in_mid_motion
fi
ktap_run "$@"
