# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests of this machine: a cross toolchain as people unpack one, under
# a name of its own and in a folder of its own.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash

# odd_toolchain TRIPLET FOLDER: copies Debian's tools for TRIPLET, named as
# crosstool-ng names them, and prints the prefix: FOLDER/bin/CPU-unknown-linux-gnu-.
# Copies, since gcc follows links to where it belongs. It fails if the copy still
# uses what is installed.
odd_toolchain()
{
	local triplet=$1 folder=$2 name=${1/-linux-/-unknown-linux-} file tool
	mkdir -p "$folder/bin" "$folder/lib/gcc-cross" "$folder/$triplet" || return
	for file in /usr/bin/"$triplet"-*; do
		tool=${file#"/usr/bin/$triplet-"}
		cp -L --reflink=auto "$file" "$folder/bin/$name-$tool" || return
	done
	cp -R --reflink=auto "/usr/lib/gcc-cross/$triplet" "$folder/lib/gcc-cross" || return
	cp -R --reflink=auto "/usr/$triplet"/{include,lib} "$folder/$triplet" || return
	cp -RL --reflink=auto "/usr/$triplet/bin" "$folder/$triplet" || return
	# texts for the linker name libraries where they are installed
	grep -lI "/usr/$triplet/lib/" "$folder/$triplet/lib"/*.so |
		while IFS= read -r file; do
			sed -i "s,/usr/$triplet/lib/,,g" "$file"
		done
	odd_toolchain_is_whole "$folder" "$name" >&2 || return
	echo "$folder/bin/$name-"
}

# Its parts are found beside it, and not where Debian has them.
odd_toolchain_is_whole()
{
	local folder name=$2 option found
	folder=$(readlink -f "$1")
	for option in -print-prog-name={cc1,as,ld} -print-file-name={libc.so,crt1.o,libgcc.a}; do
		found=$(readlink -f "$("$1/bin/$name-gcc" "$option")")
		[[ $found == "$folder"/* ]] ||
			{ echo "$1/bin/$name-gcc $option: $found"; return 1; }
	done
}
