# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by scripts/image: the demonstration, ready to run: the emulated machine as
# scripts/vm saves it, and what runs it, QEMU and Python. For Docker on PCs, and on
# Macs of both kinds.
# Copyright (C) 2026 The rover authors
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # from and for scripts/image

image_about="drives a virtual rover, and leaves telemetry.csv and track.svg in /out"
image_platforms=(linux/amd64 linux/arm64)

image_prepare()
{
	local platform arch root=$work/demo
	mkdir -p "$root/opt/rover-demo"
	"$scripts/demo" --save "$root/opt/rover-demo/machine"
	cp "$scripts"/lib/{guest,klog,saved}.py "$root/opt/rover-demo"
	mkdir -m 1777 "$root/out" "$root/tmp"
	mkdir "$root/etc"
	printf '%s\n' root:x:0:0::/:/bin/false rover:x:1000:1000::/out:/bin/false >"$root/etc/passwd"
	printf '%s\n' root:x:0: rover:x:1000: >"$root/etc/group"
	for platform in "${image_platforms[@]}"; do
		arch=${platform#linux/}
		demo_programs "$arch" "$("$scripts/packages" --arch "$arch" qemu-system-arm python3 util-linux)"
	done
}

# demo_programs ARCH FOLDER: of those packages, what is ever run here
demo_programs()
{
	local root=$work/demo-$1
	cp -a "$2" "$root"
	(
		cd "$root" || exit
		rm -rf listing packages sbin usr/sbin usr/lib/{systemd,qemu,udev} usr/share
		find bin usr/bin -type f ! -name 'python3*' ! -name setpriv ! -name qemu-system-aarch64 -delete
		find . -xtype l -delete
	)
}

image_add()
{
	bud add -q "$1" "$work/demo-${2#linux/}" / >/dev/null
	bud add -q "$1" "$work/demo" / >/dev/null
	bud config --entrypoint '["/usr/bin/python3", "-B", "/opt/rover-demo/saved.py", "/opt/rover-demo/machine", "/out", "telemetry.csv", "track.svg"]' \
		--cmd '' --workingdir / --user 1000:1000 "$1"
}
