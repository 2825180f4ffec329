# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by scripts/image: the helper, for any Pi and for PCs. The same comes out of
# the Dockerfile beside this file, for who has docker buildx.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # from and for scripts/image

image_about="drives a rover and reads its sensors"
# An engine that takes the first that would run should take v7 before v6.
image_platforms=(linux/amd64 linux/arm64 linux/arm/v7 linux/arm/v6)

image_prepare()
{
	local platform
	for platform in "${image_platforms[@]}"; do
		"$scripts/containers/build-roverctl" "$platform" "$work/roverctl/$platform"
	done
}

# image_add CONTAINER PLATFORM
image_add()
{
	bud add -q "$1" "$work/roverctl/$2" / >/dev/null
	bud config --entrypoint '["/roverctl"]' --cmd '' --workingdir / "$1"
}
