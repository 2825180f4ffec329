# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: what the simulated board's pins and wheels really do.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash

for board in /sys/kernel/debug/rover_sim/*; do
	break
done

truth()
{
	sed -n "s/^$1=//p" "$board/truth"
}

# The rover back in the middle of its room, at rest.
board_reset()
{
	echo 1 >"$board/reset"
}

# What the wheels do, as "LEFT RIGHT", each one of + - 0. Turning is more than
# 20 mm/s, so that nobody takes a wheel that runs out for one.
wheel_signs()
{
	awk -F = '
		function sign(speed) { return speed > 20000 ? "+" : speed < -20000 ? "-" : "0" }
		/^left_speed_um_s=/ { left = sign($2) }
		/^right_speed_um_s=/ { print left, sign($2) }' "$board/truth"
}

wheels_go()
{
	[ "$(wheel_signs)" = "$1" ]
}

wheels_turn()
{
	[ "$(wheel_signs)" != "0 0" ]
}

wheels_rest()
{
	[ "$(grep -c '^\(left\|right\)_speed_um_s=0$' "$board/truth")" = 2 ]
}

wheel_counts()
{
	echo "$(truth left_quarters) $(truth right_quarters)"
}

# The four inputs of the bridges: level and how often it changed.
pins()
{
	awk '$1 == 16 || $1 == 19 || $1 == 13 || $1 == 12 { print $1, $2, $3, $4, $5 }' \
		"$board/lines"
}

# pins_are "DIRECTION LEVEL": all four, and not by chance between two pulses.
pins_are()
{
	local before after
	before=$(pins)
	sleep 0.05
	after=$(pins)
	[ "$before" = "$after" ] || return
	[ "$(echo "$after" | cut -d " " -f 2,3 | sort -u)" = "$1" ]
}

pins_coast()
{
	pins_are "out 0"
}

pins_brake()
{
	pins_are "out 1"
}

# Nobody drives them, and the bridges pull them down.
pins_free()
{
	pins_are "in 0"
}

true_range_mm()
{
	echo $((($(truth sonar_distance_um) + 500) / 1000))
}

sonar_is_no_echo()
{
	echo sonar=no-target >"$board/faults"
}

sonar_is_silent()
{
	echo sonar=dead >"$board/faults"
}

sonar_is_invalid()
{
	echo sonar=stuck-high >"$board/faults"
}

sonar_is_well()
{
	echo sonar=none >"$board/faults"
}

now_ms()
{
	awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime
}
