#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The recipes of scripts/CROSS.md for what a rover has beside it, typed: an access
# point that somebody joins, and a camera that somebody looks at. On simulated radios
# (mac80211_hwsim) and the virtual camera (vivid). In /share: the blocks of the document.
# Copyright (C) 2026 The rover authors
# shellcheck shell=dash
# shellcheck disable=SC2317 # the tests are called by name

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/cli/ktap.sh
. "$here/cli/ktap.sh"

# Needed by what is installed elsewhere, and by dnsmasq to give up root's rights.
mkdir -p /etc/hostapd /var/run /var/lib/misc /tmp
printf '%s\n' root:x:0:0::/:/bin/sh nobody:x:65534:65534::/:/bin/false dnsmasq:x:100:65534::/:/bin/false >/etc/passwd
printf '%s\n' root:x:0: nogroup:x:65534: dip:x:30: >/etc/group
cp /share/hostapd.conf /etc/hostapd/
ip link set lo up

sudo()
{
	"$@"
}

# type_in NAME: the block of that name
type_in()
{
	# shellcheck disable=SC1090 # made by tests/host/cross
	. "/share/$1.sh"
}

joined()
{
	iw dev wlan1 link | grep -q "SSID: rover"
}

access_point_is_joined()
{
	type_in ap
	cat >"$tmp/client" <<-'END'
		network={
			ssid="rover"
			psk="change this please"
		}
	END
	wpa_supplicant -B -i wlan1 -c "$tmp/client"
	within 60 joined
	udhcpc -i wlan1 -n -q -t 20 -s /bin/true 2>&1 | tee "$tmp/lease"
	grep -q "lease of 10.42.0.[1-5][0-9] obtained from 10.42.0.1" "$tmp/lease"
}

picture_comes()
{
	curl -sf -o /share/snapshot.jpg http://127.0.0.1:8080/snapshot
}

camera_is_seen()
{
	type_in camera >"$tmp/streamer" 2>&1 &
	within 60 picture_comes || { cat "$tmp/streamer"; return 1; }
	# it flows, too
	curl -sf -m 10 -o "$tmp/stream" http://127.0.0.1:8080/stream || [ $? = 28 ]
	must [ "$(grep -ac 'Content-Type: image/jpeg' "$tmp/stream")" -gt 5 ]
}

ktap_run access_point_is_joined camera_is_seen
