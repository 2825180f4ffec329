# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: which compiler builds what, for each of Debian's architectures.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash

# Debian's name, kbuild's ARCH, prefix of the tools, and the architecture of
# the same machines' 32-bit programs. The tools go by that prefix on the
# architecture itself as well.
toolchains='
arm64	arm64	aarch64-linux-gnu	armhf
amd64	x86_64	x86_64-linux-gnu	i386
armhf	arm	arm-linux-gnueabihf	-
armel	arm	arm-linux-gnueabi	-
i386	i386	i686-linux-gnu		-
'

# toolchain_look_up ARCH: sets kbuild_arch, triplet and arch32, or fails.
# shellcheck disable=SC2034 # for those who source this
toolchain_look_up()
{
	read -r _ kbuild_arch triplet arch32 < <(awk -v a="$1" '$1 == a' <<<"$toolchains")
}

# toolchain_packages ARCH: of the C compiler that builds programs for it.
toolchain_packages()
{
	toolchain_look_up "$1"
	if [ "$(dpkg --print-architecture)" = "$1" ]; then
		echo gcc libc6-dev
	else
		echo "gcc-${triplet//_/-} libc6-dev-$1-cross"
	fi
}

# toolchain_arch TRIPLE: the architecture whose libraries a compiler for TRIPLE can
# use, whoever made it; or fails. Debian's armhf is for ARMv7 and later.
toolchain_arch()
{
	case $1 in
	aarch64-*linux-gnu) echo arm64 ;;
	x86_64-*linux-gnu) echo amd64 ;;
	arm-*linux-gnueabihf | armv[78]*-*linux-gnueabihf) echo armhf ;;
	arm-*linux-gnueabi | armv[5-8]*-*linux-gnueabi) echo armel ;;
	*) return 1 ;;
	esac
}
