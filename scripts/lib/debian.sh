# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: puts the contents of Debian packages into the cache folder. Nothing
# is installed, and the machine's own package lists are left alone.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck source=scripts/lib/common.sh
. "${BASH_SOURCE[0]%/*}/common.sh"

# Mirrors that may have Debian's main archive: those from which this machine
# takes its own release. (Printing what an update would fetch needs no network
# and, unlike indextargets, no package lists.)
debian_mirrors()
{
	if [ -n "${ROVER_MIRROR:-}" ]; then
		echo "$ROVER_MIRROR"
		return
	fi

	local codename
	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	apt-get update --print-uris 2>/dev/null |
		sed -nE "s,^'(https?://.*)/dists/($codename|stable)/InRelease'.*,\1,p" | sort -u
}

# debian_open SUITE ARCH: a private apt root for one suite, for packages of
# ARCH and of this machine. Sets apt_conf for the functions below.
debian_open()
{
	local suite=$1 arch=$2 host mirror root key=
	host=$(dpkg --print-architecture)
	root=$cache/apt/$suite-$arch
	apt_conf=$root/apt.conf
	mkdir -p "$root/state/lists/partial" "$root/cache/archives/partial" ||
		die "cannot write to the cache folder $cache (set ROVER_CACHE to another)"

	cat >"$apt_conf" <<-EOF
		Dir::Etc::sourcelist "$root/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State "$root/state";
		Dir::State::status "/dev/null";
		Dir::Cache "$root/cache";
		#clear APT::Architectures;
		APT::Architecture "$host";
		APT::Architectures { "$host"; "$arch"; };
		APT::Sandbox::User "root";
		APT::Update::Error-Mode "any";
		Acquire::Languages "none";
		Acquire::Retries "3";
	EOF
	[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] &&
		key="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "

	for mirror in $(debian_mirrors); do
		echo "deb $key$mirror $suite main" >"$root/sources.list"
		debian_update "$root/log" && return
	done
	[ -n "${mirror:-}" ] ||
		die "apt knows no http mirror of Debian's main archive; name one in ROVER_MIRROR"
	tail -n 5 "$root/log" >&2
	die "no mirror gave the package lists of $suite (no network? ROVER_MIRROR names another mirror)"
}

# A mirror in the middle of its own update answers with lists that do not
# match; a little later they do.
debian_update()
{
	local log=$1 try
	for try in 1 2 3; do
		apt-get -c "$apt_conf" -q update >"$log" 2>&1 && return
		grep -qiE 'sync|hash sum|unexpected size' "$log" || return 1
		note "the mirror is being updated, trying again ($try)"
		sleep 10
	done
	return 1
}

# debian_needs PACKAGE PATTERN: which packages matching PATTERN it depends on.
debian_needs()
{
	apt-cache -c "$apt_conf" depends "$1" |
		sed -n 's/^[ |]*Depends: //p' | tr -d '<>' | grep -E "^$2" | sort -u ||
		die "the mirror's package lists have no $1"
}

# debian_closure ARCH PACKAGE...: those packages of ARCH and all that they depend
# on, a line each, as debian_unpack takes them.
debian_closure()
{
	local arch=$1
	shift
	apt-get -c "$apt_conf" -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" -qq \
		-o Debug::NoLocking=1 --no-install-recommends --print-uris install "$@" |
		sed -nE "s/^'[^']*' ([^_ ]+)_[^_ ]*_(all|$arch)\.deb .*/\1:\2/p" | sed 's/:all$//' |
		grep . || die "the mirror's package lists lack one of $*"
}

# debian_unpack FOLDER PACKAGE...: downloads and unpacks, and records in
# FOLDER/packages what it was.
debian_unpack()
{
	local folder=$1 debs deb
	shift
	debs=$folder.debs
	rm -rf "$debs"
	mkdir -p "$folder" "$debs"
	note "fetching $*"
	(cd "$debs" && apt-get -c "$apt_conf" -qq download "$@" >&2)
	for deb in "$debs"/*.deb; do
		# on a full disk it has a line for each file
		dpkg -x "$deb" "$folder" 2>"$debs/said" || { tail -n 2 "$debs/said" >&2; return 1; }
		dpkg-deb -W "$deb" >>"$folder/packages"
		rm "$deb"
	done
	rm -r "$debs"
}

# What a folder of the cache holds, to tell whole ones from broken ones.
cache_listing()
{
	(cd "$1" && find . ! -type d ! -path ./listing -printf '%s %p %l\n' | LC_ALL=C sort)
}

cache_whole()
{
	[ -e "$1/listing" ] && cache_listing "$1" | cmp -s - "$1/listing"
}

# cache_fill NAME COMMAND...: makes sure that the cache has a whole folder
# NAME, which `COMMAND... FOLDER` fills. A folder appears under its name only
# when it is complete, and one that lost something is made again. Two runs at
# once wait for each other. Relies on `set -e`.
cache_fill()
{
	local name=$1 folder=$cache/$1
	shift
	cache_whole "$folder" && return

	mkdir -p "${folder%/*}" ||
		die "cannot write to the cache folder $cache (set ROVER_CACHE to another)"
	exec 9>"$folder.lock"
	flock -n 9 || {
		note "waiting for another run that fetches $name"
		flock 9
	}
	if ! cache_whole "$folder"; then
		[ ! -e "$folder" ] || note "$name in the cache is damaged, fetching it again"
		cache_new=$folder.new
		rm -rf "$folder" "$cache_new"*
		mkdir "$cache_new"
		trap cache_failed EXIT
		"$@" "$cache_new"
		cache_listing "$cache_new" >"$cache_new/listing"
		sync -f "$cache_new"
		mv "$cache_new" "$folder"
		trap - EXIT
	fi
	exec 9>&-
}

cache_failed()
{
	local free
	free=$(df --output=avail -m "$cache" | tail -n 1 | tr -d ' ')
	rm -rf "$cache_new"*
	note "nothing was added to the cache"
	[ "$free" -ge 1000 ] || note "only $free MB are free in $cache (set ROVER_CACHE to another folder)"
}
