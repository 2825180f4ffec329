# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced: container images made without an engine, as folders in OCI's layout, and
# put where they belong only when they are whole.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables of scripts/image and of the image's own script
# shellcheck source=scripts/lib/common.sh
. "${BASH_SOURCE[0]%/*}/common.sh"

# buildah and skopeo insist on a file there, which docker does without
[ -e "${DOCKER_CONFIG:-}/config.json" ] || unset DOCKER_CONFIG

images=(roverctl rover-cross rover-demo)

images_check_name()
{
	local image
	for image in "${images[@]}"; do
		[ "$1" != "$image" ] || return 0
	done
	die "unknown image '$1': there are ${images[*]}"
}

# A tag and a prefix as registries allow them.
images_check_reference()
{
	[[ $TAG =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] ||
		die "TAG=$TAG is no tag: letters, digits, and then also . _ -; at most 128"
	[[ $REPO_PREFIX =~ ^([a-z0-9.:_-]+/)*$ ]] ||
		die "REPO_PREFIX=$REPO_PREFIX is no prefix: such as localhost:5000/me/, in small letters, with / at its end"
}

# Files in an image belong to several users: somebody who is not root needs some.
images_check_user()
{
	[ "$(id -u)" = 0 ] && return
	command -v newuidmap >/dev/null && grep -q "^$(id -un):" /etc/subuid 2>/dev/null && return
	die "images need root, or uidmap and a line for $(id -un) in /etc/subuid and /etc/subgid: usermod --add-subuids"
}

# When the sources were made is when the image was: the same sources give the same bytes.
images_epoch()
{
	local seconds
	seconds=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null || echo 0)}
	[[ $seconds =~ ^[0-9]+$ ]] || die "SOURCE_DATE_EPOCH=$seconds is no number of seconds"
	echo "$seconds"
}

# What is made is made in storage of our own, which goes with us.
images_open()
{
	mkdir -p "$top/build/images"
	exec 7>"$top/build/images/.lock"
	flock 7
	images_remove "$top/build/images/.work"
	work=$top/build/images/.work
	mkdir -p "$work/new"
	trap 'images_remove "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# Somebody who is not root owns files there under the ids that he was given.
images_remove()
{
	[ -e "$1" ] || return 0
	! mountpoint -q "$1/storage/overlay" || umount "$1/storage/overlay"
	rm -rf "$1" 2>/dev/null || buildah unshare rm -rf "$1"
}

# buildah, apart from the user's own images
bud()
{
	buildah --root "$work/storage" --runroot "$work/run" "$@"
}

# images_commit CONTAINER PLATFORM LIST: ends CONTAINER as an image for PLATFORM
# (OS/ARCH[/VARIANT]), which goes into LIST. The variant is named: of an image that is
# built for linux/arm/v6, buildah's config says v7.
images_commit()
{
	local container=$1 os arch variant image
	IFS=/ read -r os arch variant <<<"$2"
	bud config --os "$os" --arch "$arch" ${variant:+--variant "$variant"} \
		--label org.opencontainers.image.title="$image_name" \
		--label org.opencontainers.image.description="$image_about" \
		--label org.opencontainers.image.version="$(images_version)" \
		--label org.opencontainers.image.revision="$(git -C "$top" rev-parse HEAD 2>/dev/null || echo unknown)" \
		--label org.opencontainers.image.licenses=GPL-2.0-or-later \
		--created-by "scripts/image build $image_name" "$container"
	image=$(bud commit -q --rm --timestamp "$epoch" "$container")
	bud manifest add "$3" "$image" >/dev/null
}

images_version()
{
	sed -n 's/^VERSION[[:space:]]*?= //p' "$top/userspace/Makefile"
}

# images_publish NEW FOLDER: moves a layout into another. Contents are named by their
# hashes, so they disturb nobody; the list of what is there is replaced in one step.
images_publish()
{
	mkdir -p "$2/blobs/sha256"
	find "$1/blobs/sha256" -type f -exec mv -t "$2/blobs/sha256" {} +
	cp "$1/oci-layout" "$2/oci-layout"
	cp "$1/index.json" "$2/.index.json"
	sync -f "$2"
	mv "$2/.index.json" "$2/index.json"
}
