#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line for netlink of the kernel's own tree, unchanged, with the
# specification of the family: what it does, dumps and hears. tests/host/ynl has put
# both into /share.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"
# shellcheck source=tests/cli/board.sh
. "$here/cli/board.sh"

PATH=$here/cli:$PATH
class=/sys/class/rover/rover0

# The parser in C, which takes a tenth of the time: Python looks for this by itself.
mkdir -p "$tmp/python"
echo "import yaml; yaml.SafeLoader = yaml.CSafeLoader" >"$tmp/python/sitecustomize.py"
export PYTHONPATH="$tmp/python" PYTHONDONTWRITEBYTECODE=1

schema=--no-schema
ynl()
{
	# shellcheck disable=SC2086 # two words
	python3 /share/tools/net/ynl/cli.py --spec /share/rover.yaml $schema --output-json "$@"
}

# says_json PATH=VALUE...: of the last command under exits
says_json()
{
	# a path into an array: of a dump, or of several messages
	case $1 in
	/[0-9]*) set -- --array "$@" ;;
	esac
	json-check "$@" <"$tmp/out" || {
		cat "$tmp/out" "$tmp/err"
		fail "no such JSON: $*"
	}
}

code_and_headers_say_the_same()
{
	python3 /share/netlink_spec.py /share || fail "they differ"
}

do_asks()
{
	schema="--schema /share/Documentation/netlink/genetlink.yaml"
	exits 0 ynl --do get --json '{"index": 0}'
	says_json /index=0 /name=rover0 /abi-version=1 /sonars=1 /capabilities/0
	says out encoders
	schema=--no-schema
	exits 0 ynl --do get-settings --json '{"index": 0}'
	says_json /deadman-ms=1000 /air-temperature-mc=20000
}

do_commands()
{
	exits 0 ynl --do twist --json '{"index": 0, "speed-um-s": 0, "rate-urad-s": 500000}'
	says_json /rate-urad-s=500000
	within 3 wheels_go '- +'
	echo 1 >$class/estop
	exits 1 ynl --do duty --json '{"index": 0, "left-permille": 9, "right-permille": 9}'
	says out 'the emergency stop is latched'
	says out '.index'
	echo 0 >$class/estop
}

refusals_name_the_attribute()
{
	exits 1 ynl --do duty --json '{"index": 0, "left-permille": 1001, "right-permille": 0}'
	says out 'integer out of range'
	says out '.left-permille'
	exits 1 ynl --do duty --json '{"index": 0, "left-permille": 1}'
	says out 'right-permille'
}

dump_dumps()
{
	exits 0 ynl --dump get-state
	says_json /0/index=0 /0/left/count /0/sonar/0/sensor=0
}

# heard GROUP COMMAND...: what it hears while the command runs, in $tmp/out
heard()
{
	local group=$1 listener
	shift
	ynl --subscribe "$group" --sleep 3 >"$tmp/heard" 2>"$tmp/err" &
	listener=$!
	within 60 sleeps
	"$@" || fail "failed: $*"
	wait $listener || fail "it failed: $(cat "$tmp/err")"
	sed -n 's/^\[\(.*\)\]$/[\1]/p' "$tmp/heard" >"$tmp/out"
}

# It has subscribed, and sleeps: only then it is told of something.
sleeps()
{
	grep -q nanosleep "/proc/$(pidof python3)/wchan"
}

subscribe_hears()
{
	heard safety roverctl forward --for 100
	says_json /0/name=event-stop /0/msg/reason=command /0/msg/mode=coast
	heard device sh -c 'echo rover >/sys/bus/platform/drivers/rover/unbind
		echo rover >/sys/bus/platform/drivers/rover/bind'
	says_json /0/name=event-departed /1/name=event-arrived /1/msg/name=rover0
}

# What kmod/README.md tells people to type, in the folder of the kernel's tools. That
# the schema is kept, which takes its time, has been seen.
readme_works()
{
	awk '/^```sh ynl$/ { inside = 1; next } /^```/ { inside = 0 } inside' /share/README.md |
		sed 's/--sleep 10/--sleep 1/; s/--schema [^ ]*/--no-schema/' >"$tmp/lines"
	[ "$(wc -l <"$tmp/lines")" -gt 5 ] || fail "there are no lines"
	(cd /share && sh -e "$tmp/lines") >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
	says out "'board': "
	must test "$(cat $class/guard)" = 200
	echo 0 >$class/guard
}

roverctl stop
ktap_run code_and_headers_say_the_same do_asks do_commands refusals_name_the_attribute \
	dump_dumps subscribe_hears readme_works
