#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Drives a metre, tells of it, and stops. Shell, by records: what is written to
# /dev/rover are commands, what is read from it are events.
# Copyright (C) 2026 The rover authors

# kmod/abi.json has all of these: commands are the "command" of a call.
ROVER_IOC_REPORT=0x06
ROVER_IOC_TAKE=0x10
ROVER_IOC_FEED=0x12
ROVER_IOC_MOVE=0x17
ROVER_TAKE_DEADMAN=2
ROVER_STOP_BRAKE=1
ROVER_EVENT_LOST=0
ROVER_EVENT_DONE=3
ROVER_EVENT_SAMPLE=9

# 32-bit words, the lowest byte first, as escapes of printf
words()
{
	for word; do
		for shift in 0 8 16 24; do
			printf '\\%03o' $((word >> shift & 255))
		done
	done
}

# record NUMBER WORD...: a command, its size, and its structure, in one write()
record()
{
	number=$1
	shift
	# shellcheck disable=SC2059 # the escapes are meant
	printf "$(words "$number" $(($# * 4)) "$@")"
}

quit()
{
	echo "$*" >&2
	exit 1
}

exec 3<>/dev/rover || exit
# printf does not say why a write failed, dd does: "Device or resource busy"
why=$(record $ROVER_IOC_TAKE $ROVER_TAKE_DEADMAN 500 | dd bs=1000 2>&1 >&3) || quit "$why"
record $ROVER_IOC_REPORT 100 0 >&3 || exit
# rover_path: way and speed of 64 bits each: 1 m, the usual speed; brake at the end
record $ROVER_IOC_MOVE 1000000 0 0 0 $ROVER_STOP_BRAKE 0 0 0 >&3 || exit

# An event is 16 words: $4 is its kind, the payload begins at $5. Of 64-bit
# numbers the lower word is enough here.
# sizeof rover_event is 64.
while event=$(dd bs=64 count=1 <&3 2>/dev/null | od -An -v -t d4) && [ -n "$event" ]; do
	# shellcheck disable=SC2086 # words are meant
	set -- $event
	case $4 in
	"$ROVER_EVENT_SAMPLE") # ten times a second, so that the deadman is fed
		echo "x $(($5 / 1000)) mm, y $(($7 / 1000)) mm, heading $(($9 / 1000)) mrad"
		record $ROVER_IOC_FEED >&3 2>/dev/null # if nothing runs, an event will tell why
		;;
	"$ROVER_EVENT_LOST") echo "events were lost" >&2 ;;
	"$ROVER_EVENT_DONE") # motion, its number, reason, complete, what remains
		[ "$8" = 1 ] && exit
		quit "stopped, reason $7, $(($9 / 1000)) mm left"
		;;
	esac
done
quit "the rover is gone"
