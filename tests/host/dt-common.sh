# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dt-binding, dt-boards and dt-merge: overlays, base trees, the binding.
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

# The emulated machine with the virtual board, whose labels stand for a Pi's.
virtual_machine()
{
	compile sim/virtual-board-overlay.dts "$tmp/virtual-board.dtbo" &&
		qemu-system-aarch64 -M "virt,dumpdtb=$tmp/virt.dtb" -cpu cortex-a53 -nodefaults &&
		fdtput -c "$tmp/virt.dtb" /__symbols__ &&
		apply "$tmp/virt.dtb" "$tmp/base/virt.dtb" "$tmp/virtual-board.dtbo"
}

# Pins that more than one enabled node has muxed: the pin controller refuses
# the second. A group without brcm,function or function muxes nothing.
muxed_twice()
{
	dtc -q -I dtb -O dts "$1" | awk '
		function number(hex,	i, n) {
			for (i = 3; i <= length(hex); i++)
				n = n * 16 + index("123456789abcdef", substr(hex, i, 1))
			return n
		}
		function claim(pin, owner) {
			if (claims[pin] != "" && claims[pin] != owner)
				print "GPIO" pin ": " claims[pin] " and " owner
			claims[pin] = owner
		}
		function claim_group(group, owner,	pins, n, i) {
			if ((group, "brcm,function") in value) {
				n = split(value[group, "brcm,pins"], pins)
				for (i = 1; i <= n; i++)
					claim(number(pins[i]), owner)
			}
			if ((group, "function") in value) {
				n = split(value[group, "pins"], pins)
				for (i = 1; i <= n; i++)
					claim(substr(pins[i], 5) + 0, owner)
			}
		}
		/\{$/ {
			parent[++depth] = path
			path = $1 == "/" ? "" : path "/" $1
			nodes[++count] = path
			above[path] = parent[depth]
		}
		/^\t*\};$/ { path = parent[depth--] }
		/ = .*;$/ {
			name = $1
			sub(/^[^=]* = /, "")
			gsub(/[<>",;]/, "")
			gsub(/\\0/, " ")
			value[path, name] = $0
			if (name == "phandle")
				node[$0] = path
		}
		END {
			for (i = 1; i <= count; i++) {
				path = nodes[i]
				if (value[path, "status"] == "disabled")
					continue
				n = split(value[path, "pinctrl-0"], groups)
				for (j = 1; j <= n; j++) {
					group = node[groups[j]]
					claim_group(group, path)
					for (k = 1; k <= count; k++)
						if (above[nodes[k]] == group)
							claim_group(nodes[k], path)
				}
			}
		}'
}

binding=$top/dts/gpio-rover.yaml
schema=$tmp/schema.json

# dt-schema's tools exit with 0 whatever they find: output is what counts.
silent()
{
	local said
	said=$("$@" 2>&1)
	[ -z "$said" ] && return
	echo "$said"
	return 1
}

schema_is_sound()
{
	silent dt-doc-validate -u "$top/dts" "$binding" &&
		mkdir "$tmp/schema" && cp "$binding" "$tmp/schema" &&
		silent dt-mk-schema -j -o "$schema" "$tmp/schema"
}

# findings BLOB [OPTION...]: what is wrong with the rovers in it, one finding a
# line, details of it indented. Fails when the binding matched no rover.
findings()
{
	local blob=$1
	shift
	dt-validate -M "$@" -s "$schema" "$blob" >"$tmp/said" 2>&1
	grep -q '/gpio-rover.yaml#$' "$tmp/said" || {
		echo "the binding matched no node"
		return 1
	}
	# matched nodes, and after each of them the schemas that matched it
	awk '/: matched on schema\(s\)$/ { matched = 1; next }
		/^\thttp:/ && matched { next }
		{ matched = 0; print }' "$tmp/said"
}

accepts()
{
	local said
	said=$(findings "$@") && [ -z "$said" ] && return
	echo "$said"
	return 1
}
