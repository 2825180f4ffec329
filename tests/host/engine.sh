# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the tests of images, after ktap.sh: an engine with storage of its own, as
# podman, and programs for other processors.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2154 # of ktap.sh

[ "$(id -u)" = 0 ] || {
	echo "KTAP version 1"
	echo "1..0 # SKIP only root can start containers here"
	exit 4
}
"$top/scripts/setup" image engine || exit 1
trap engine_close EXIT

export CONTAINERS_CONF=$tmp/containers.conf CONTAINERS_STORAGE_CONF=$tmp/storage.conf
engine_limit=$(ulimit -Hn)
cat >"$CONTAINERS_CONF" <<EOT
[containers]
default_ulimits = ["nofile=$engine_limit:$engine_limit", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
EOT
cat >"$CONTAINERS_STORAGE_CONF" <<EOT
[storage]
driver = "${STORAGE_DRIVER:-overlay}"
graphroot = "$tmp/storage"
runroot = "$tmp/run"
EOT

engine_close()
{
	podman rm -a -f >/dev/null 2>&1 || true
	umount "$tmp/storage/overlay" 2>/dev/null || true
	rm -rf "$tmp"
}

# says TEXT: in what the last command said
says()
{
	grep -qF -- "$1" "$tmp/said" || { cat "$tmp/said"; return 1; }
}

# refuses TEXT COMMAND...: fails with one line that has TEXT
refuses()
{
	local text=$1
	shift
	! "$@" >"$tmp/said" 2>&1 </dev/null || { echo "accepted: $*"; return 1; }
	says "$text" || return
	[ "$(wc -l <"$tmp/said")" = 1 ] || { cat "$tmp/said"; return 1; }
}

# Of an image, what is in it, as a client finds it that asks for a platform.
image_files()
{
	local platform=$1 layout=$2 folder=$3 os arch variant layer
	IFS=/ read -r os arch variant <<<"$platform"
	skopeo --override-os "$os" --override-arch "$arch" ${variant:+--override-variant "$variant"} \
		copy -q "$layout" "dir:$folder.image" || return
	mkdir -p "$folder"
	for layer in $(/usr/bin/python3 -c 'import json, sys
for layer in json.load(sys.stdin)["layers"]: print(layer["digest"].split(":")[1])' <"$folder.image/manifest.json"); do
		tar -xf "$folder.image/$layer" -C "$folder" || return
	done
}

# with_network_off COMMAND...
with_network_off()
{
	unshare --net "$@"
}
