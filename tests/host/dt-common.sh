# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dt-binding and dt-merge: the compiled overlay.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for those who source this
# shellcheck source=tests/host/ktap.sh
. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

robohat=$tmp/robohat.dtbo

# compile SOURCE BLOB: a warning is a failure. Dormant fragments have numbers
# without a reg, which is all that unit_address_vs_reg would say.
compile()
{
	local said
	said=$(cd "$top/dts" && dtc -@ -I dts -O dtb -W no-unit_address_vs_reg \
		-o "$2" "$1" 2>&1) && [ -z "$said" ] && return
	echo "$said"
	return 1
}

# apply BASE MERGED OVERLAY[,PARAMETER[=VALUE]]...
apply()
{
	local base=$1 merged=$2
	shift 2
	"$top/scripts/dtoverlay-apply" -o "$merged" "$base" "$@"
}

# The trees of Debian's kernel that the overlay must fit.
boards="bcm2837-rpi-3-b bcm2837-rpi-3-b-plus bcm2837-rpi-zero-2-w bcm2711-rpi-4-b"

# Sets dtbs, the folder that holds them; fetches the kernel when it must.
find_boards()
{
	dtbs=$("$top/scripts/kernel" dtbs 6.12)/broadcom || {
		echo "Bail out! no device trees of Debian's 6.12"
		exit 1
	}
}
