# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: runs functions as tests with KTAP output, and waits for things.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# One test: a function in a shell of its own, ended by the first command that
# fails. It may end itself by skip.
ktap_test()
{
	(
		trap ktap_kill_jobs EXIT
		set -e
		"$1"
	) >"$tmp/said" 2>&1
	case $? in
	0)
		echo "ok $2 - $1"
		passed=$((passed + 1))
		;;
	4)
		echo "ok $2 - $1 # SKIP $(tail -n 1 "$tmp/said")"
		skipped=$((skipped + 1))
		;;
	*)
		sed 's/^/# /' "$tmp/said"
		echo "not ok $2 - $1"
		failed=$((failed + 1))
		;;
	esac
}

# What a test leaves running must not disturb the next one.
ktap_kill_jobs()
{
	local job
	for job in $(jobs -p); do
		kill -KILL "$job" 2>/dev/null || true
	done
	wait || true
}

# ktap_run FUNCTION...: all of them; exits as a kselftest does.
ktap_run()
{
	local number=0 name
	passed=0 failed=0 skipped=0
	echo "KTAP version 1"
	echo "1..$#"
	for name; do
		number=$((number + 1))
		ktap_test "$name" $number
	done
	echo "# $passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
}

skip()
{
	echo "$*"
	exit 4
}

fail()
{
	echo "$*"
	exit 1
}

# must COMMAND...: succeed, now.
must()
{
	"$@" || fail "not so: $*"
}

# within SECONDS COMMAND...: wait until it succeeds.
within()
{
	local tries=$(($1 * 50))
	shift
	while ! "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			echo "in vain: $*"
			return 1
		}
		sleep 0.02
	done
}

# exits STATUS COMMAND...: it must exit so; what it said is in $tmp/out and
# $tmp/err.
exits()
{
	local wanted=$1 status=0
	shift
	"$@" >"$tmp/out" 2>"$tmp/err" || status=$?
	[ $status = "$wanted" ] && return
	cat "$tmp/out" "$tmp/err"
	fail "exit status $status, not $wanted: $*"
}

# says out|err TEXT: the last command under exits said this.
says()
{
	grep -qF -- "$2" "$tmp/$1" && return
	cat "$tmp/$1"
	fail "did not say on std$1: $2"
}

says_nothing()
{
	[ ! -s "$tmp/$1" ] || fail "said on std$1: $(cat "$tmp/$1")"
}

# ended STATUS PID: a background command that must end so, soon.
ended()
{
	local status=0
	within 5 is_over "$2"
	wait "$2" || status=$?
	[ $status = "$1" ] || fail "exit status $status, not $1"
}

is_over()
{
	local state
	state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) || return 0
	case $state in
	'' | Z*) return 0 ;;
	esac
	return 1
}
