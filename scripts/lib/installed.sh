# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by scripts/install: a root and the firmware's partition, what was put there,
# and how that goes away again.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2154 # prefix, what and stage are of scripts/install
# shellcheck source=scripts/lib/common.sh
. "${BASH_SOURCE[0]%/*}/common.sh"

# find_places: sets root, boot (or nothing), modules and list, from DESTDIR and BOOT.
find_places()
{
	local folder
	root=${DESTDIR:-}
	root=${root%/}
	[ -d "$root/" ] || die "DESTDIR=$root is no folder: mount the card's root there first"
	modules=$root/lib/modules
	[ -d "$modules" ] || die "${root:-/} has no lib/modules: it is no root of a system with a kernel"
	case $(readlink -f "$modules") in
	"$(readlink -f "$root/")"/*) ;;
	/usr/lib/modules | /lib/modules) [ -z "$root" ] || die "$root/lib leads out of $root" ;;
	*) die "$modules leads out of ${root:-/}" ;;
	esac
	list=$root$prefix/lib/rover/installed
	{ [ -w "$root/" ] && [ -w "$modules" ]; } || die "cannot write to ${root:-/}: read-only, or not yours; as root: sudo make $what ..."

	boot=${BOOT:-}
	if [ -z "$boot" ]; then
		for folder in "$root/boot/firmware" "$root/boot"; do
			[ -n "$boot" ] || [ ! -e "$folder/config.txt" ] || boot=$folder
		done
		[ -n "$boot" ] || [ "$what" = uninstall ] || die "no config.txt in $root/boot/firmware or $root/boot:" \
			"mount the card's first partition there, or say BOOT=FOLDER, or BOOT=none if this is no Pi"
	elif [ "$boot" = none ]; then
		boot=
	else
		[ -e "$boot/config.txt" ] || die "BOOT=$boot has no config.txt: it is not the partition of a Pi's firmware"
	fi
	[ -z "$boot" ] || [ -w "$boot" ] || die "cannot write to $boot: read-only, or not yours; as root: sudo make $what ..."
	[ "$what" != uninstall ] || [ -n "$boot" ] || ! grep -qs '^boot' "$list" ||
		die "the overlays are on the firmware's partition, which is not in $root/boot: mount it, or say BOOT=FOLDER"
}

# A line for each folder that was made and each file: where, what, path, sha256.
remember()
{
	grep -qsF "$1	$2	$3	" "$list" || printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" >>"$list"
}

place_of()
{
	[ "$1" = boot ] && echo "$boot" || echo "$root"
}

make_folder()
{
	local place=$1 path=$2
	[ ! -d "$(place_of "$place")/$path" ] || return 0
	case $path in
	*/*) make_folder "$place" "${path%/*}" ;;
	esac
	[ -z "${list_ready:-}" ] || remember "$place" folder "$path"
	mkdir "$(place_of "$place")/$path"
	[ "$place" = boot ] || chmod 755 "$root/$path"
}

# What will be there is written down first; a half file never has its name.
put()
{
	local place=$1 path=$2 target sum
	target=$(place_of "$place")/$path
	make_folder "$place" "${path%/*}"
	sum=$(sha256sum <"$stage/$place/$path")
	grep -qxF "$place	file	$path	${sum%% *}" "$list" || sed -i "\|^$place	file	$path	|d" "$list"
	remember "$place" file "$path" "${sum%% *}"
	# vfat has no modes
	put_whole "$stage/$place/$path" "$target" "$([ "$place" = boot ] || echo modes)" || {
		rm -f "$target.new"
		die "cannot write $target: see above, then install again, or make uninstall"
	}
}

# put_whole FILE TARGET [modes]
put_whole()
{
	cp "$1" "$2.new" || return
	[ -z "$3" ] || chmod --reference="$1" "$2.new" || return
	sync "$2.new" && mv "$2.new" "$2"
}

put_all()
{
	local place path folder
	folder=${list#"$root/"}
	folder=${folder%/*}
	# the list's own folders are on it, too
	local made=() part=$folder
	while [ ! -d "$root/$part" ]; do
		made+=("$part")
		part=$(dirname "$part")
	done
	mkdir -p "$root/$folder"
	touch "$list"
	for part in "${made[@]}"; do
		remember root folder "$part"
	done
	list_ready=yes
	for place in root boot; do
		[ -d "$stage/$place" ] || continue
		while read -r path; do
			put "$place" "$path"
		done < <(cd "$stage/$place" && find . -type f | sed 's,^\./,,' | sort)
	done
}

# The line of config.txt stands between marks, whatever section it follows.
config_add()
{
	local config=$boot/config.txt mark='# rover: added by make install'
	config_remove
	[ -z "$(tail -c 1 "$config")" ] || mark+=', after a line without an end'
	{
		cat "$config"
		[ -z "$(tail -c 1 "$config")" ] || echo
		printf '%s\n[all]\ndtoverlay=%s\n# rover: end\n' "$mark" "$1"
	} >"$config.new"
	sync "$config.new"
	mv "$config.new" "$config"
}

config_remove()
{
	local config=$boot/config.txt
	grep -qs '^# rover: added by make install' "$config" || return 0
	sed '/^# rover: added by make install/,/^# rover: end/d' "$config" >"$config.new"
	! grep -q '^# rover: .*without an end' "$config" || truncate -s -1 "$config.new"
	sync "$config.new"
	mv "$config.new" "$config"
}

renew_dependencies()
{
	local release
	while read -r release; do
		[ ! -d "$modules/$release" ] || depmod -b "${root:-/}" "$release" || die "depmod failed for $release in ${root:-/}"
	done < <(cut -f3 "$list" | sed -n 's,^lib/modules/\([^/]*\)/.*,\1,p' | sort -u)
}

do_uninstall()
{
	local place kind path sum target folder folders
	[ -e "$list" ] || die "nothing is installed in ${root:-/}: there is no $list"
	[ -z "$boot" ] || config_remove
	while IFS=$'\t' read -r place kind path sum; do
		target=$(place_of "$place")/$path
		{ [ "$kind" = file ] && [ -e "$target" ]; } || continue
		if [ "$(sha256sum <"$target")" = "$sum  -" ]; then
			rm -f "$target" "$target.new"
		else
			note "$target was changed: it stays"
		fi
	done <"$list"
	renew_dependencies
	mapfile -t folders < <(awk -F'\t' '$2 == "folder" { print $1 "\t" $3 }' "$list" | sort -r)
	rm "$list"
	for folder in "${folders[@]}"; do
		path=$(place_of "${folder%%$'\t'*}")/${folder#*$'\t'}
		rmdir "$path" 2>/dev/null || note "$path is not empty: it stays"
	done
}
