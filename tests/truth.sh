# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the scripts beside it, in the guest: KTAP, and the ground truth of
# the simulated board.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash

board=/sys/kernel/debug/rover_sim/rover-sim
number=0
failed=0

# test_that NAME COMMAND...
test_that()
{
	name=$1
	shift
	number=$((number + 1))
	if said=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		echo "$said" | sed 's/^/# /'
		echo "not ok $number - $name"
		failed=$((failed + 1))
	fi
}

finish()
{
	echo "1..$number"
	[ $failed = 0 ]
}

truth()
{
	sed -n "s/^$1=//p" $board/truth
}

# near EXPECTED TOLERANCE SEEN
near()
{
	[ $(($3 - $1)) -le "$2" ] && [ $(($1 - $3)) -le "$2" ] && return
	echo "$3, not $1"
	return 1
}
