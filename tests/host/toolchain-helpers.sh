# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced after ktap.sh: roverctl by each toolchain that there may be, in
# build/toolchains. In their names, v6 stands for an ARMv6 with soft floats.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are for, and of, those who source this
# shellcheck source=tests/host/toolchain-copy.sh
. "$(dirname "$0")/toolchain-copy.sh"

helpers=(native gcc-arm64 gcc-armhf-static gcc-v6
	prefix-arm64 prefix-v6-static prefix-sysroot-arm64 elsewhere-arm64
	clang-arm64 clang-arm64-static clang-armhf clang-armhf-static clang-v6 clang-v6-static)

made=$top/build/toolchains
tools="$made/x tools (v1)"
declare -A triplet=([arm64]=aarch64-linux-gnu [armhf]=arm-linux-gnueabihf [v6]=arm-linux-gnueabi)

# One at a time, until this shell ends or closes it.
helpers_lock()
{
	mkdir -p "$made"
	exec 7>"$made/.lock"
	flock 7
}

# arch_of HELPER: the part of its name
arch_of()
{
	local arch
	for arch in arm64 armhf v6; do
		[[ $1 != *$arch* ]] || echo $arch
	done
}

# sysroot_of ARCH
sysroot_of()
{
	echo "$made/sys root/$1"
}

# What they are built with; quick when it is there.
helpers_prepare()
{
	local arch debian
	"$top/scripts/setup" native compiler-arm64 compiler-armhf compiler-armel llvm || return
	mkdir -p "$made/sys root"
	for arch in arm64 armhf v6; do
		debian=${arch/v6/armel}
		"$top/scripts/make-sysroot" --languages c "debian:$debian:$(echo lib{c6,gcc-12,json-c,nl-3,nl-genl-3,ncurses}-dev | tr ' ' ,)" \
			"$(sysroot_of $arch)" || return
	done
	for arch in arm64 v6; do
		[ -e "$tools/$arch's/whole" ] || {
			rm -rf "$tools/$arch's"
			odd_toolchain "${triplet[$arch]}" "$tools/$arch's" && touch "$tools/$arch's/whole" || return
		}
	done
	# one without a C library of its own, which keeps to the sysroot that it is given
	[ -e "$made/bare/bin" ] || {
		rm -rf "$made/bare.new"
		cp -R --reflink=auto "$tools/arm64's" "$made/bare.new" &&
			rm -r "$made/bare.new/${triplet[arm64]}"/{include,lib} && mv "$made/bare.new" "$made/bare" || return
	}
	rm -rf "$made/more libraries"
	mkdir "$made/more libraries"
	find "$(sysroot_of arm64)"/{usr/lib,lib}/"${triplet[arm64]}" -maxdepth 1 -regextype egrep \
		-regex '.*/lib(json-c|nl-3|nl-genl-3|ncursesw|tinfo)\.so.*' -exec cp -L -t "$made/more libraries" {} +
}

# by_make ARGUMENT...: the command as a user types it
by_make()
{
	make -C "$top" userspace "$@"
}

by_clang()
{
	local arch=$1
	shift
	by_make LLVM=1 TARGET="${triplet[$arch]}" SYSROOT="$(sysroot_of "$arch")" "$@"
}

# helper_build NAME ARGUMENT...
helper_build()
{
	local name=$1 prefix
	local v6=MCPU=arm1176jzf-s v7=MCPU=cortex-a7 headers
	headers=$(sysroot_of arm64)/usr/include
	prefix="$tools/arm64's/bin/aarch64-unknown-linux-gnu-"
	shift
	set -- O="$made/$name" "$@"
	case $name in
	native) make -C "$top/userspace" "$@" ;;
	gcc-arm64) by_make TARGET=aarch64-linux-gnu "$@" ;;
	gcc-armhf-static) by_make TARGET=arm-linux-gnueabihf STATIC=1 "$@" ;;
	gcc-v6) by_make TARGET=arm-linux-gnueabi $v6 "$@" ;;
	prefix-arm64) by_make CROSS_COMPILE="$prefix" "$@" ;;
	prefix-v6-static) by_make CROSS_COMPILE="$tools/v6's/bin/arm-unknown-linux-gnueabi-" STATIC=1 $v6 "$@" ;;
	prefix-sysroot-arm64) by_make CROSS_COMPILE="$made/bare/bin/aarch64-unknown-linux-gnu-" \
		SYSROOT="$(sysroot_of arm64)" "$@" ;;
	elsewhere-arm64) by_make TARGET=aarch64-linux-gnu EXTRA_LIBDIR="$made/more libraries:$made" \
		JSON_C_CFLAGS="-idirafter '$headers'" NL_CFLAGS="-I'$headers/libnl3'" "$@" ;;
	clang-arm64) by_clang arm64 "$@" ;;
	clang-arm64-static) by_clang arm64 STATIC=1 "$@" ;;
	clang-armhf) by_clang armhf $v7 "$@" ;;
	clang-armhf-static) by_clang armhf $v7 STATIC=1 "$@" ;;
	clang-v6) by_clang v6 $v6 "$@" ;;
	clang-v6-static) by_clang v6 $v6 STATIC=1 "$@" ;;
	esac
}
