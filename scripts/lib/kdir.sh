# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: whether modules can be built against a kernel tree, before it is tried.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash

# The oldest kernel that the driver is for, as LINUX_VERSION_CODE.
kernel_oldest=$((6 << 16 | 1 << 8))

# kdir_check KDIR: a kernel's tree or headers, prepared, and not too old.
kdir_check()
{
	local kdir=${1%/} code
	[ -n "$kdir" ] || die "KDIR is not set: name the kernel's headers, such as /lib/modules/\$(uname -r)/build"
	case $kdir in
	*[[:space:]]*) die "KDIR=$kdir: kbuild cannot work with blanks in the name of a folder" ;;
	esac
	[ -d "$kdir" ] || die "KDIR=$kdir is no folder; on Debian, linux-headers-\$(uname -r) holds a kernel's headers"
	{ [ -e "$kdir/Makefile" ] && [ -d "$kdir/include" ]; } ||
		die "KDIR=$kdir is no kernel tree, and no kernel's headers"
	code=$(sed -n 's/^#define LINUX_VERSION_CODE //p' "$kdir/include/generated/uapi/linux/version.h" 2>/dev/null) || true
	{ [ -n "$code" ] && [ -e "$kdir/include/generated/autoconf.h" ]; } ||
		die "KDIR=$kdir is not prepared: configure it, then run make modules_prepare in it"
	[ "$code" -ge $kernel_oldest ] ||
		die "KDIR=$kdir is Linux $((code >> 16)).$((code >> 8 & 255)); the driver needs 6.1 or newer"
}

# clang_of LLVM: as kbuild understands that: 1, -VERSION, or PATH/
clang_of()
{
	case $1 in
	*/) echo "$1clang" ;;
	-*) echo "clang$1" ;;
	*) echo clang ;;
	esac
}

# named NAME ARGUMENT...: what a variable is on the command line for make: ours, or that
# of a make above us, which hands it on by itself.
named()
{
	local name=$1 arg value=
	shift
	[[ " ${MAKEFLAGS:-} " != *" $name="* ]] || value=${!name:-}
	for arg; do
		[[ $arg != "$name="* ]] || value=${arg#*=}
	done
	printf '%s' "$value"
}

# configured KDIR NAME: that setting is y
configured()
{
	grep -qs "^CONFIG_$2=y" "$1/include/config/auto.conf"
}

# clang_settings KDIR CLANG: prints the settings that Kconfig would have derived from
# that compiler, a line each, for a tree that was configured with gcc. They reach
# kbuild alone, which picks options by them; for the code, there is clang-after-gcc.h.
clang_settings()
{
	local kdir=$1 clang=$2 version
	configured "$kdir" CC_IS_GCC || return 0
	version=$("$clang" -E -x c - <<<'__clang_major__ __clang_minor__ __clang_patchlevel__' |
		awk '!/^#/ && NF == 3 { print $1 * 10000 + $2 * 100 + $3 }')
	printf '%s\n' CONFIG_CC_IS_GCC= CONFIG_CC_IS_CLANG=y CONFIG_GCC_VERSION=0 \
		"CONFIG_CLANG_VERSION=$version" CONFIG_CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough \
		CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=
	! configured "$kdir" UBSAN_BOUNDS_STRICT || printf '%s\n' CONFIG_UBSAN_BOUNDS_STRICT= CONFIG_UBSAN_ARRAY_BOUNDS=y
	# PCs: the kernel expects calls where gcc's -mrecord-mcount says, clang and objtool
	# leave none; so function tracing does not see the module, tracepoints work
	! configured "$kdir" FTRACE_MCOUNT_USE_CC || printf '%s\n' CONFIG_FTRACE_MCOUNT_USE_CC= CONFIG_FUNCTION_TRACER=
	"$clang" -Werror -ftrivial-auto-var-init=zero -S -x c /dev/null -o /dev/null 2>/dev/null ||
		echo CONFIG_CC_HAS_AUTO_VAR_INIT_ZERO_ENABLER=y
}

# compiler_check KDIR ARGUMENT...: that what the arguments name is there. Debian's
# headers choose for themselves, unless CC= says otherwise.
compiler_check()
{
	local kdir=$1 cc own='' given
	shift
	cc=${CROSS_COMPILE:-}gcc
	[ -z "${LLVM:-}" ] || cc=$(clang_of "$LLVM")
	if [ -z "${LLVM:-}" ] && [ -e "$kdir/.kernelvariables" ]; then
		# shellcheck disable=SC2016 # for make
		cc=$(MAKEFLAGS='' make -s -rR --no-print-directory -f "$kdir/.kernelvariables" --eval='the-compiler: ; @echo $(CC)' \
			CROSS_COMPILE="${CROSS_COMPILE:-}" the-compiler 2>/dev/null) || true
		own=$cc
	fi
	given=$(named CC "$@")
	cc=${given:-$cc}
	command -v "$cc" >/dev/null || command -v "${cc%% *}" >/dev/null ||
		die "there is no compiler $cc; install it, or name one with CROSS_COMPILE=, CC= or LLVM=1"
	# against speculation beyond returns, on PCs; a module without it would undo it
	if [ -n "${LLVM:-}" ] && { configured "$kdir" RETHUNK || configured "$kdir" MITIGATION_RETHUNK; } &&
		! "$cc" --target=x86_64-linux-gnu -mfunction-return=thunk-extern -S -x c /dev/null -o /dev/null 2>/dev/null; then
		die "KDIR=$kdir needs -mfunction-return=thunk-extern, which $cc has not: take clang 15 or newer, as in LLVM=-16"
	fi
	[ "$cc" != "$own" ] || [[ $cc == "${CROSS_COMPILE:-}"* ]] ||
		note "these headers of Debian's ignore CROSS_COMPILE and use $cc; CC= and LD= name others"
}
