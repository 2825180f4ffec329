# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: builds a kernel from Debian's source package, for what Debian's own
# kernels do not switch on.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2154 # the columns of the table in scripts/kernel

# What the settings stand on: a defconfig if it comes first, or tinyconfig.
config_base()
{
	case ${1%%+*} in
	*defconfig) echo "${1%%+*}" ;;
	*) echo tinyconfig ;;
	esac
}

# config_text NAME[+NAME]...: the settings on top of that.
config_text()
{
	local name
	for name in ${1//+/ }; do
		case $name in *defconfig) continue ;; esac
		cat "$scripts/configs/$name.config"
	done
}

# To be raised when a built kernel's folder is to look different.
build_layout=1

# Changes with the settings, but not with the version: a kernel is not built
# anew because Debian has a newer one.
config_key()
{
	{ echo "$build_layout"; config_settings "$1"; } | sha256sum | cut -c 1-8
}

# What the last word of the settings is for each option, as .config has it.
config_settings()
{
	config_text "$1" | sed -nE 's/^((# )?(CONFIG_\w+)[ =].*)$/\3\t\1/p' |
		awk -F '\t' '{ last[$1] = $2 } END { for (name in last) print last[name] }' | LC_ALL=C sort
}

# build_configure: in the current folder; fails if an option did not take.
build_configure()
{
	local missing
	"${build_make[@]}" -s "$(config_base "$config")"
	config_text "$config" >>.config
	# repeats what it was told of options that occur twice
	"${build_make[@]}" -s olddefconfig 2>&1 | grep -v 'override: reassigning' >&2 || true
	missing=$(config_settings "$config" | grep -vxFf .config) || return 0
	note "this kernel cannot have: ${missing//$'\n'/, }"
	return 1
}

# Tells every so often how far it is; kbuild says a line for each file.
build_progress()
{
	awk -v name="${0##*/}: $kernel" -v log_file="$1" '
		{ print >log_file }
		/^  (CC|AS|LD|AR|KSYMS|OBJCOPY|MODPOST) / && ++files % 250 == 0 {
			print name ": " files " files built" >"/dev/stderr"
			fflush("/dev/stderr")
		}'
}

# Leaves what boots, and what modules are built against.
build_strip()
{
	mkdir keep
	cp --parents -r Makefile .config System.map Module.symvers modules.builtin \
		modules.builtin.modinfo include scripts "arch/$kbuild_arch/Makefile" \
		"arch/$kbuild_arch/include" "arch/$kbuild_arch/boot/$image" keep
	# one architecture borrows the other's headers
	[ ! -d arch/arm/include ] || cp --parents -r arch/arm/include keep
	touch keep/modules.dep
	find keep -name '*.o' ! -name 'module-common.o' -delete
	find . -mindepth 1 -maxdepth 1 ! -name keep ! -name packages ! -name release -exec rm -rf {} +
	mv keep/.config keep/* .
	rmdir keep
	ln -s . headers
	ln -s "arch/$kbuild_arch/boot/$image" image
}

# build_kernel FOLDER: from the unpacked package `tarball`. It takes minutes.
build_kernel()
{
	local folder=$1 log=$1.log image
	build_make=(make --no-print-directory "ARCH=$kbuild_arch" "CROSS_COMPILE=$triplet-"
		KBUILD_BUILD_USER=rover KBUILD_BUILD_HOST=rover "LOCALVERSION=-rover-$kernel")
	case $kbuild_arch in arm) image=zImage ;; *) image=Image ;; esac
	note "building the kernel $kernel once: on two free processors" \
		"$([ "$(config_base "$config")" = tinyconfig ] && echo 5 || echo 30) minutes"
	tar -xf "$tarball"/usr/src/linux-source-*.tar.xz -C "$folder" --strip-components=1 \
		--exclude='*/Documentation/*/*' --exclude='*/drivers/gpu/drm/*/*.[ch]' \
		--exclude='*/tools/testing/selftests' --exclude='*/tools/perf'
	cp "$tarball/packages" "$folder"
	(
		cd "$folder" || exit
		build_configure
		"${build_make[@]}" "-j$(nproc)" "$image" modules 2>&1 | build_progress "$log" || {
			tail -n 20 "$log" >&2
			exit 1
		}
		make -s --no-print-directory "ARCH=$kbuild_arch" "LOCALVERSION=-rover-$kernel" \
			kernelrelease >release
		build_strip
	)
	rm -f "$log"
}
