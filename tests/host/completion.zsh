# SPDX-License-Identifier: GPL-2.0-or-later
# Types at a zsh, and looks what it makes of a tab.
# Copyright (C) 2026 The rover authors
#
#   zsh -f completion.zsh FOLDER-OF-_roverctl FOLDER-OF-roverctl

zmodload zsh/zpty || exit 1

# wait_for TEXT: until the terminal shows it; whoever runs this has a timeout
wait_for()
{
	print -r -- "waiting for '$1'"
	zpty -r shell part "*${(b)1}*" || exit 1
}

# completes TYPED WANTED: the line is WANTED after a tab
completes()
{
	zpty -n -w shell $'\x15'"$1"$'\t'
	wait_for "$2"
}

zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "fpath=($1 \$fpath) path=($2 \$path) PS1='' ; autoload -Uz compinit; compinit -u -D; print rea''dy"
wait_for ready
completes 'roverctl sta' 'roverctl status '
completes 'roverctl forward --f' 'roverctl forward --for '
completes 'roverctl help mo' 'roverctl help move '
completes 'roverctl plot dri' 'roverctl plot drive.jsonl '
completes 'roverctl replay --duty ot' 'roverctl replay --duty other.jsonl '
completes 'roverctl plot drive.jsonl -o ot' 'roverctl plot drive.jsonl -o other.jsonl '
exit 0
