# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests of this machine: KTAP output, a temporary folder.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for those who source this

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
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
