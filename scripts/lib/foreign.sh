# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: lets this machine run programs that come unpacked, and not for it: those of
# a newer Debian bring their C library along, those of another processor are emulated.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash

# A dynamically linked program of this machine's kind, and no library?
is_program()
{
	[ -f "$1" ] && [ ! -L "$1" ] && [ -x "$1" ] || return 1
	case $1 in
	*.so | *.so.*) return 1 ;;
	esac
	[ "$(head -c 4 "$1" | tr -d '\0')" = $'\x7fELF' ] && grep -qa /ld-linux "$1"
}

# foreign_libraries ROOT FOLDER: all programs below FOLDER, which lies in ROOT, are
# run with the C library in ROOT from now on. They find it wherever ROOT is moved to.
foreign_libraries()
{
	local root folder program up libraries loader
	root=$(cd "$1" && pwd -P)
	folder=$(cd "$2" && pwd -P)
	libraries=$(cd "$root" && find usr/lib -name libc.so.6 | head -n 1)
	libraries=${libraries%/*}
	loader=$(cd "$root" && find "${libraries:-.}" -maxdepth 1 -name 'ld-linux*.so.*')
	[ -n "$loader" ] || die "there is no C library in $root"
	find "$folder" -type f -perm -u+x | while read -r program; do
		is_program "$program" || continue
		up=$(realpath --relative-to="${program%/*}" "$root")
		mv "$program" "$program.elf"
		cat >"$program" <<-END
			#!/bin/sh
			me=\$(readlink -f "\$0")
			root=\${me%/*}/$up
			exec "\$root/$loader" --library-path "\$root/$libraries" --argv0 "\$0" "\$me.elf" "\$@"
		END
		chmod 755 "$program"
	done
}

# foreign_processor PROGRAM TRIPLET REPLACED: PROGRAM is of TRIPLET, and does from now on
# what REPLACED did. The C library is that of the cross compiler.
foreign_processor()
{
	local cpu=${2%%-*}
	cat >"$3" <<-END
		#!/bin/sh
		exec qemu-$cpu -L /usr/$2 "\$(dirname "\$(readlink -f "\$0")")/$(realpath --relative-to="${3%/*}" "$1")" "\$@"
	END
	chmod 755 "$3"
}
