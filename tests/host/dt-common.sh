# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dt-binding and dt-merge: KTAP output and the compiled overlay.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for those who source this

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
robohat=$tmp/robohat.dtbo
number=0
failures=0

# needs TOOL...: without its tools, a test is skipped, and says so.
needs()
{
	local tool
	for tool; do
		command -v "$tool" >/dev/null && continue
		echo "KTAP version 1"
		echo "1..0 # SKIP $tool is not installed"
		exit 4
	done
}

plan()
{
	echo "KTAP version 1"
	echo "1..$1"
	planned=$1
}

# check NAME COMMAND...: one test; what a failing command said is its reason.
check()
{
	local name=$1 output
	shift
	number=$((number + 1))
	if output=$("$@" 2>&1); then
		echo "ok $number - $name"
	else
		failures=$((failures + 1))
		[ -z "$output" ] || echo "# ${output//$'\n'/$'\n'# }"
		echo "not ok $number - $name"
	fi
}

finish()
{
	echo "# $number run, $failures failed"
	[ "$number" -eq "$planned" ] && [ "$failures" -eq 0 ]
}

# compile SOURCE BLOB: a warning is a failure. Dormant fragments have numbers
# without a reg, which is all that unit_address_vs_reg would say.
compile()
{
	local said
	said=$(cd "$top/dts" && dtc -@ -I dts -O dtb -W no-unit_address_vs_reg \
		-o "$2" "$1" 2>&1) && [ -z "$said" ] && return
	echo "$said"
	return 1
}

# apply BASE MERGED OVERLAY[,PARAMETER[=VALUE]]...
apply()
{
	local base=$1 merged=$2
	shift 2
	"$top/scripts/dtoverlay-apply" -o "$merged" "$base" "$@"
}

# The trees of Debian's kernel that the overlay must fit.
boards="bcm2837-rpi-3-b bcm2837-rpi-3-b-plus bcm2837-rpi-zero-2-w bcm2711-rpi-4-b"

# Sets dtbs, the folder that holds them; fetches the kernel when it must.
find_boards()
{
	dtbs=$("$top/scripts/kernel" dtbs 6.12)/broadcom || {
		echo "Bail out! no device trees of Debian's 6.12"
		exit 1
	}
}
