#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Test of roverctl record, replay and plot, on the simulated rover: what is in a
# recording, where a replay brings the rover in truth, and what becomes of
# recordings that are not whole.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/board.sh"

PATH=$here:$PATH
class=/sys/class/rover/rover0
square=$tmp/square.jsonl

# How far from the place of then a replay may end, by the truth. With one line and
# 36 counts, 4.8 mm each, the heading is off by up to a count of each wheel at the
# begin and the end of the recording as well as of the replay, and the place by what
# that makes on the way; in 96 replays 41 mm and 101 mrad were seen. With two lines
# 33 mm and 85 mrad were.
place_um=50000
heading_urad=142000
if roverctl --json status | grep -q inferred-direction; then
	place_um=60000
	heading_urad=160000
fi

calm()
{
	roverctl stop
	within 5 wheels_rest
	board_reset
}

# record FILE [OPTION]...: in the background, until it has begun: sets recorder
record()
{
	recording=$1
	roverctl record "$@" 2>"$tmp/record.err" &
	recorder=$!
	within 5 has "$recording" '"format":"rover recording"'
}

recorded()
{
	kill -INT "$recorder"
	ended 0 "$recorder"
}

has()
{
	grep -qF -- "$2" "$1" 2>/dev/null
}

state_is()
{
	set -- "$*" "$(cat $class/state) $(cat $class/stop_reason)"
	[ "$1" = "$2" ] || fail "it is $2, not $1"
}

# number KEY: of each sample of standard input, the first of that name in a line
numbers()
{
	sed -n "/^{\"sample\":/s/.*\"$1\":\\(-*[0-9.]*\\).*/\\1/p"
}

place()
{
	echo "$(truth x_um) $(truth y_um) $(truth heading_urad)"
}

# same_place "X Y HEADING": the rover is there, in truth
same_place()
{
	local now
	now=$(place)
	echo "$1 $now $place_um $heading_urad" | awk '{
		x = $1 - $4; y = $2 - $5; turn = $3 - $6
		printf "%d, %d um and %d urad from where it was\n", x, y, turn
		exit !(x * x + y * y <= $7 * $7 && turn <= $8 && turn >= -$8) }' && return
	fail "it was at $1, it is at $now"
}

# How long a tick takes, in ms: kernels with debugging are late, and skip some.
shortest_ms=9
longest_ms=11
if [ "${ROVER_SLOWNESS:-1}" != 1 ]; then
	shortest_ms=0
	longest_ms=100
fi

# The square that several tests use, once: leaves its recording and its end.
square_is_recorded()
{
	local side
	[ ! -s "$tmp/square.place" ] || return 0
	calm
	record "$square" --ping
	for side in 1 2 3 4; do
		roverctl move 300 || fail "side $side"
		roverctl turn 90 || fail "corner $side"
	done
	within 5 wheels_rest
	recorded
	place >"$tmp/square.place"
}

# Numbers go up by one, times by a tick; each line of its own is JSON.
no_tick_is_missed()
{
	square_is_recorded
	json-check /format="rover recording" /version=1 /source=ring /tick_us=10000 \
		/rover/board=4tronix,robohat /rover/counts_per_revolution=36 <"$square"
	json-check /sample /time_ns /x_mm /y_mm /heading_deg /left/count /left/speed_mm_s \
		/left/target_mm_s /right/duty_permille /range/range_mm /state=moving \
		/stop_reason=none /sensors <"$square"
	sed -n 's/^{"sample":\([0-9]*\),"time_ns":\([0-9]*\),.*/\1 \2/p' "$square" |
		awk -v shortest_ms=$shortest_ms -v longest_ms=$longest_ms '
		NR > 1 && $1 != number + 1 { print "after sample " number " comes " $1; bad = 1 }
		NR > 1 && ($2 - time < shortest_ms * 1e6 || $2 - time > longest_ms * 1e6) {
			print "sample " $1 " is " ($2 - time) / 1e6 " ms after the one before"; bad = 1 }
		{ number = $1; time = $2 }
		END { print NR " samples"; exit bad || NR < 500 }' || fail "not each tick"
	# to where the wheels stand, and in time with the drive
	[ "$(numbers x_mm <"$square" | sort -n | tail -n 1 | cut -d . -f 1)" -ge 295 ]
	has "$square" '"event":"end","ended":"interrupted"'
}

what_happens_is_recorded()
{
	square_is_recorded
	json-check /event=stop /stop_reason=command /mode=brake <"$square"
	json-check /event=done /motion=turn /complete=true <"$square"
	json-check /event=state /state=moving /before=stopped /motion=move <"$square"
	json-check /event=driver /driver/command=roverctl <"$square"
	json-check /event=range /range/status=valid <"$square"
	[ "$(grep -c '"event":"stop"' "$square")" = 8 ] || fail "not eight stops"
}

# The bound is that of the truth, not of the odometry.
square_is_replayed()
{
	square_is_recorded
	calm
	exits 0 roverctl --json replay "$square"
	json-check /verb=replay /ok=true /ended=complete /by=way <"$tmp/out"
	must pins_brake
	within 5 wheels_rest
	same_place "$(cat "$tmp/square.place")"
	# it did drive a square
	[ "$(truth left_edges_a)" -gt 150 ] || fail "the wheel hardly turned"
}

# By ways, and with --duty; once from a pipe.
duties_are_replayed()
{
	local there
	calm
	record "$tmp/duty.jsonl"
	exits 0 roverctl duty 500 600 --for 1000
	within 5 wheels_rest
	recorded
	there=$(place)
	calm
	exits 0 roverctl replay --duty - <"$tmp/duty.jsonl"
	within 5 wheels_rest
	same_place "$there"
	calm
	exits 0 roverctl replay "$tmp/duty.jsonl"
	within 5 wheels_rest
	same_place "$there"
}

# Somebody's stop, the emergency stop, and the guard: never started again.
replay_stops_when_the_rover_stops()
{
	square_is_recorded
	calm
	roverctl replay "$square" 2>"$tmp/replay.err" &
	driver=$!
	within 5 wheels_turn
	exits 1 roverctl forward
	says err "somebody else drives this rover: pid $driver (roverctl)"
	exits 0 roverctl brake
	ended 1 $driver
	has "$tmp/replay.err" "the rover stopped (command): it was told to stop"
	within 2 wheels_rest
	must state_is stopped command

	calm
	roverctl replay "$square" 2>"$tmp/replay.err" &
	driver=$!
	within 5 wheels_turn
	exits 0 roverctl estop
	ended 1 $driver
	has "$tmp/replay.err" "the emergency stop is latched"
	exits 0 roverctl clear

	calm
	# in the middle of the first side
	echo $(($(cat $class/range) - 150)) >$class/guard
	# shellcheck disable=SC2064 # the value of now
	trap "echo 0 >$class/guard; ktap_kill_jobs" EXIT
	exits 1 roverctl --json replay "$square"
	json-check /verb=replay /ok=false /error=ECANCELED <"$tmp/out"
	must state_is stopped guard
	echo 0 >$class/guard

	calm
	roverctl replay "$square" &
	driver=$!
	within 5 wheels_turn
	kill -INT $driver
	ended 0 $driver
	within 1 pins_coast
}

# No line is lost to a kill but the last, and what is there can be used.
killed_recording_is_readable()
{
	calm
	record "$tmp/killed.jsonl"
	roverctl forward 400 --for 600
	within 5 wheels_rest
	within 2 has "$tmp/killed.jsonl" '"state":"stopped","before":"moving"'
	kill -KILL $recorder
	wait $recorder || true
	json-check /sample /state=moving <"$tmp/killed.jsonl"
	exits 1 roverctl plot "$tmp/killed.jsonl" -o "$tmp/killed.svg"
	says err "has no end: it is cut off after line"
	has "$tmp/killed.svg" "</svg>"

	# in the middle of a line: drawn, and driven as far as it goes
	head -c -100 "$tmp/killed.jsonl" >"$tmp/cut.jsonl"
	exits 1 roverctl plot - <"$tmp/cut.jsonl"
	says err "is cut off in the middle of line"
	says out "</svg>"
	says_nothing_of_json
	calm
	exits 1 roverctl replay "$tmp/cut.jsonl"
	says err "is cut off in the middle of line"
	[ "$(truth x_um)" -gt 50000 ] || fail "it was not driven"
}

says_nothing_of_json()
{
	! grep -q '"verb"' "$tmp/out" || fail "JSON in a picture"
}

# Reports take the place of the ring: at an interval, also while it is parked.
interval_needs_no_motion()
{
	calm
	exits 0 roverctl record --interval 50 --for 1000 -
	cp "$tmp/out" "$tmp/parked.jsonl"
	json-check /source=report <"$tmp/parked.jsonl"
	json-check /sample=15 /left/duty_permille=0 /state=stopped <"$tmp/parked.jsonl"
	exits 0 roverctl --json record --for 200 "$tmp/short.jsonl"
	json-check /verb=record /ok=true /ended=time /samples=0 <"$tmp/out"
	exits 1 roverctl replay "$tmp/short.jsonl"
	says err "nothing moved in it"
}

full_disk_says_what_was_kept()
{
	mkdir "$tmp/small"
	mount -t tmpfs -o size=64k none "$tmp/small"
	# shellcheck disable=SC2064 # the value of now
	trap "umount $tmp/small; ktap_kill_jobs" EXIT
	calm
	roverctl --json record "$tmp/small/full.jsonl" >"$tmp/full.out" 2>"$tmp/full.err" &
	recorder=$!
	within 5 has "$tmp/small/full.jsonl" rover
	roverctl forward 300 --for 3000 &
	ended 1 $recorder
	grep -q "No space left on device; kept: [1-9][0-9]* samples and [1-9][0-9]* events, the last one whole" \
		"$tmp/full.err" || fail "$(cat "$tmp/full.err")"
	json-check /verb=record /ok=false /error=ENOSPC <"$tmp/full.out"
	# whole lines, as many as it says
	json-check /sample <"$tmp/small/full.jsonl"
	kept=$(sed -n 's/.*kept: \([0-9]*\) samples.*/\1/p' "$tmp/full.err")
	[ "$(grep -c '^{"sample"' "$tmp/small/full.jsonl")" = "$kept" ] || fail "not $kept samples"
}

bad_recordings_move_nothing()
{
	local line sample
	square_is_recorded
	calm
	sample=$(sed -n '400,${/^{"sample":/{=;q}}' "$square")
	printf '' >"$tmp/empty"
	head -c 20 "$square" >"$tmp/head-cut"
	echo '{"some":"json"}' >"$tmp/other"
	sed '1s/"version":1/"version":2/' "$square" >"$tmp/version"
	sed '300s/,/;/' "$square" >"$tmp/damaged"
	sed "${sample}s/\"count\":[0-9-]*/\"count\":99999999999999999999/" "$square" >"$tmp/number"
	while read -r line; do
		exits 1 roverctl replay "$tmp/${line%%:*}"
		says err "${line#*:}"
		must wheels_rest
	done <<-EOF
		empty:it is empty
		head-cut:is no recording of a rover
		other:is no recording of a rover
		version:is a recording of version 2, this roverctl knows 1
		damaged:1 lines are damaged, the first is line 300
		number:1 lines are damaged, the first is line $sample
		nonexistent:No such file or directory
	EOF
	exits 1 roverctl replay /dev/zero
	says err "is no recording of a rover"
	exits 2 roverctl replay
	says err "FILE is missing"
	exits 2 roverctl record --interval 9
	exits 1 roverctl record /nonexistent/file
	says err "cannot write /nonexistent/file"
	# a rover that is not there costs nobody a recording
	exits 1 roverctl -d /dev/rover9 record "$tmp/damaged"
	[ -s "$tmp/damaged" ] || fail "the recording was emptied"
}

### Last, for it comes back with new numbers

gone_rover_ends_the_recording()
{
	device=$(basename "$(readlink $class/device)")
	calm
	trap 'echo "$device" >/sys/bus/platform/drivers/rover/bind; ktap_kill_jobs' EXIT
	record "$tmp/gone.jsonl"
	roverctl forward 2>/dev/null &
	within 5 wheels_turn
	echo "$device" >/sys/bus/platform/drivers/rover/unbind
	ended 1 $recorder
	has "$tmp/record.err" "is gone" || fail "$(cat "$tmp/record.err")"
	json-check /sample /state=moving <"$tmp/gone.jsonl"
	has "$tmp/gone.jsonl" '"event":"end","ended":"gone"'
	exits 0 roverctl plot "$tmp/gone.jsonl"
}

# All of them, or those that are named.
if [ $# = 0 ]; then
	set -- no_tick_is_missed what_happens_is_recorded square_is_replayed duties_are_replayed \
		replay_stops_when_the_rover_stops killed_recording_is_readable \
		interval_needs_no_motion full_disk_says_what_was_kept bad_recordings_move_nothing \
		gone_rover_ends_the_recording
fi
ktap_run "$@"
