#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Drives a metre, tells of it, and stops. Python, by ioctl.

Copyright (C) 2026 The rover authors
"""
import errno
import fcntl
import os
import struct
import sys

# kmod/abi.json has all of these.
ROVER_IOC_SNAPSHOT = 0x80f8e201
ROVER_IOC_REPORT = 0x4008e206
ROVER_IOC_TAKE = 0x4008e210
ROVER_IOC_FEED = 0x0000e212
ROVER_IOC_MOVE = 0xc020e217
ROVER_TAKE_DEADMAN = 2
ROVER_STOP_BRAKE = 1
ROVER_EVENT_LOST, ROVER_EVENT_DONE, ROVER_EVENT_SAMPLE = 0, 3, 9


def snapshot(fd):
    data = bytearray(248)  # sizeof rover_snapshot
    fcntl.ioctl(fd, ROVER_IOC_SNAPSHOT, data)
    return data


def take(fd, deadman_ms):
    try:
        fcntl.ioctl(fd, ROVER_IOC_TAKE, struct.pack("=II", ROVER_TAKE_DEADMAN, deadman_ms))
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        pid, = struct.unpack_from("=i", snapshot(fd), 36)  # rover_snapshot.lease_pid
        sys.exit(f"busy: process {pid} drives")


def feed(fd):
    try:
        fcntl.ioctl(fd, ROVER_IOC_FEED)
    except OSError as error:
        if error.errno != errno.ECANCELED:  # nothing runs: an event will tell why
            raise


fd = os.open("/dev/rover", os.O_RDWR)
take(fd, deadman_ms=500)
fcntl.ioctl(fd, ROVER_IOC_REPORT, struct.pack("=II", 100, 0))
# rover_path: 1 m, the usual speed, brake at the end
fcntl.ioctl(fd, ROVER_IOC_MOVE, struct.pack("=qqIIII", 1000000, 0, ROVER_STOP_BRAKE, 0, 0, 0))

while True:
    event = os.read(fd, 64)  # sizeof rover_event
    kind, = struct.unpack_from("=H", event, 12)  # rover_event.type
    if kind == ROVER_EVENT_SAMPLE:  # ten times a second, so that the deadman is fed
        x_um, y_um, heading_urad = struct.unpack_from("=qqq", event, 16)  # rover_event.sample
        print(f"x {x_um / 1e3:.1f} mm, y {y_um / 1e3:.1f} mm, heading {heading_urad / 1e6:.3f} rad")
        feed(fd)
    elif kind == ROVER_EVENT_LOST:
        print("events were lost", file=sys.stderr)
    elif kind == ROVER_EVENT_DONE:
        done = struct.unpack_from("=IIIIq", event, 16)  # rover_event.done
        _, _, reason, complete, remaining = done
        sys.exit(None if complete else f"stopped, reason {reason}, {remaining / 1e3:.0f} mm left")
