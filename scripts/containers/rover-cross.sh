# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by scripts/image: the cross compilers with all that they need, so that
# modules, helper and overlays are built from sources alone, without network.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # from and for scripts/image
# shellcheck source=scripts/lib/debian.sh
. "$scripts/lib/debian.sh"

image_about="builds the rover's modules, helper and overlays for all Pis and for PCs"
image_platforms=("linux/$(dpkg --print-architecture)")
cross_kernels=(6.1 6.12 6.1-armmp 6.12-armmp 6.1-rpi 6.12-rpi 6.1-amd64 6.12-amd64)
cross_helpers=(arm64 armhf armel amd64)

# A bare Debian with the packages, as an archive. No mirror is named in it.
cross_root()
{
	local mirror
	mirror=$(debian_mirrors | head -n 1)
	[ -n "$mirror" ] || die "apt knows no http mirror of Debian's main archive; name one in ROVER_MIRROR"
	note "unpacking a bare Debian with the compilers"
	# shellcheck disable=SC2016 # for the hook
	mmdebstrap --quiet --dpkgopt=force-unsafe-io --variant=minbase --include="$(tr '\n' , <<<"$cross_packages")" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/gcc/python/*' \
		--customize-hook='rm -rf "$1"/etc/apt/sources.list "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap
			rm -f "$1"/etc/resolv.conf "$1"/etc/hostname "$1"/var/log/*.log "$1"/var/log/apt/*' \
		bookworm "$1/root.tar" "$mirror"
	# an engine brings its own, and who is not root cannot make them
	tar --delete -f "$1/root.tar" --wildcards './dev/*'
}

# cross_copy FROM TO PART: a part of a kernel's headers. Kernels of one version share
# most of them: what is the same as in a kernel before is linked. (Not by hardlink(1):
# Debian 12's links files of one size that differ.)
cross_copy()
{
	local before
	mkdir -p "$2/${3%/*}"
	for before in "${2%/*}"/*/"$3"; do
		[ -e "$before" ] || continue
		diff -rq --no-dereference "$1/$3" "$before" >/dev/null || continue
		cp -al "$before" "$2/$3"
		return
	done
	cp -a "$1/$3" "$2/$3"
}

# cross_cache FOLDER: of the cache, what modules, helper and overlays are built with;
# of kernels, neither image nor modules.
cross_cache()
{
	local kernel arch folder target part
	mkdir -p "$1/kernel" "$1/sysroot"
	for kernel in "${cross_kernels[@]}"; do
		folder=$("$scripts/kernel" modules "$kernel")
		target=$1/kernel/${folder##*/}
		mkdir "$target"
		cp -a "$folder"/{release,packages,headers} "$target"
		for part in "$folder"/usr/src/* "$folder"/usr/lib/linux-kbuild-*; do
			cross_copy "$folder" "$target" "${part#"$folder/"}"
		done
		# what modpost of 32-bit kernels is
		[ ! -e "$folder/modpost-32" ] || cp -a "$folder/modpost-32" "$target"
		cache_listing "$target" >"$target/listing"
	done
	for arch in "${cross_helpers[@]}"; do
		cp -a "$("$scripts/sysroot" "$arch")" "$1/sysroot"
	done
	"$scripts/terminfo" >/dev/null
	cp -a "$cache/terminfo" "$1"
	chmod -R a+rX "$1"
}

image_prepare()
{
	local name
	cross_packages=$("$scripts/setup" --list fetch build build-{amd64,arm64,armhf,armel})
	# other packages, or made in another way, are another root
	name=image/cross-$(cksum <<<"$cross_packages $(declare -f cross_root)" | cut -d' ' -f1)
	cache_fill "$name" cross_root
	cross_root=$cache/$name/root.tar
	mkdir -p "$work/cross/var/cache" "$work/cross/usr/local/bin"
	cross_cache "$work/cross/var/cache/rover"
	install -m 755 "$scripts/containers/rover-cross" "$work/cross/usr/local/bin/rover-cross"
}

image_add()
{
	bud add -q "$1" "$cross_root" / >/dev/null
	bud add -q "$1" "$work/cross" / >/dev/null
	bud config --entrypoint '["/usr/local/bin/rover-cross"]' --cmd '' --workingdir / \
		--env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env ROVER_CACHE=/var/cache/rover \
		--env ROVER_CROSS_KERNELS="${cross_kernels[*]}" --env ROVER_CROSS_HELPERS="${cross_helpers[*]}" "$1"
}
