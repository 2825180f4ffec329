# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by bash: completes roverctl. What there is to complete comes from
# roverctl itself, so that it is true for the version that is installed.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash

# The value that is being typed: by the name that the help gives it.
_roverctl_value()
{
	case $1 in
	FILE) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
	NODE) mapfile -t COMPREPLY < <(compgen -G "${2:-/dev/rover}*") ;;
	VERB) mapfile -t COMPREPLY < <(compgen -W "$(_roverctl_list | cut -f 2 -s | grep -v ^-)" -- "$2") ;;
	*) COMPREPLY=() ;;
	esac
}

_roverctl_list()
{
	"$_roverctl_program" help --list "$@" 2>/dev/null
}

_roverctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} verb='' list takes='' kinds values=0 i
	local _roverctl_program=${COMP_WORDS[0]}
	COMPREPLY=()

	list=$(_roverctl_list)
	for ((i = 1; i < COMP_CWORD; i++)); do
		if [ -n "$takes" ]; then	# the value of the option before it
			takes=
			continue
		fi
		case ${COMP_WORDS[i]} in
		-[0-9.]*) values=$((values + 1)) ;;
		-?*) takes=$(awk -F '\t' -v o="${COMP_WORDS[i]}" \
			'$1 == "option" && $2 == o { print $3 }' <<<"$list") ;;
		*)
			if [ -n "$verb" ]; then
				values=$((values + 1))
			else
				verb=${COMP_WORDS[i]}
				list=$(_roverctl_list "$verb")
			fi
			;;
		esac
	done
	if [ -n "$takes" ]; then
		_roverctl_value "$takes" "$word"
		return
	fi
	case $word in
	-*) kinds=option ;;
	*) kinds=verb ;;
	esac
	if [ $kinds = verb ] && [ -n "$verb" ]; then
		_roverctl_value "$(awk -F '\t' -v n=$values \
			'$1 == "value" && n-- == 0 { print $3 }' <<<"$list")" "$word"
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$(awk -F '\t' -v k=$kinds \
		'$1 == k { print $2 }' <<<"$list")" -- "$word")
}

complete -o filenames -F _roverctl roverctl
