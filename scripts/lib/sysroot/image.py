# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes what a sysroot needs out of a disk image, without root and without
mounting it: the table of partitions is read by sfdisk, ext4 by debugfs.

Copyright (C) 2026 The rover authors
"""

import json
import os
import struct
import subprocess
from dataclasses import dataclass

# What people download, and with what it is unpacked.
COMPRESSED = {b"\xfd7zXZ\0": "xz -dk", b"\x1f\x8b": "gunzip -k", b"PK\x03\x04": "unzip",
              b"\x28\xb5\x2f\xfd": "unzstd", b"BZh": "bunzip2 -k"}

# The superblock of ext2, 3 and 4 (Documentation/filesystems/ext4/super.rst).
SUPERBLOCK = 1024
MAGIC = 0xef53
INCOMPAT_64BIT = 0x80


class BadImage(Exception):
    """It cannot be used: why."""


@dataclass
class Partition:
    number: int    # 0 is an image without a table
    offset: int
    size: int

    def __str__(self):
        return f"partition {self.number}" if self.number else "the file system"


def _table(path, size):
    """The partitions; the whole file, if it has no table."""
    said = subprocess.run(["sfdisk", "--json", "--", path], check=False, capture_output=True,
                          env=dict(os.environ, LC_ALL="C"))
    if said.returncode:
        return [Partition(0, 0, size)]
    table = json.loads(said.stdout)["partitiontable"]
    sector = int(table.get("sectorsize", 512))
    # called FILE2, or FILE.1p2: they need not be numbered without gaps
    return [Partition(int(part["node"][len(path):].lstrip("p")), part["start"] * sector,
                      part["size"] * sector) for part in table.get("partitions", [])]


def _ext_size(file, partition):
    """How long its ext file system is; 0 if there is none."""
    file.seek(partition.offset + SUPERBLOCK)
    block = file.read(1024)
    if len(block) < 1024 or struct.unpack_from("<H", block, 56)[0] != MAGIC:
        return 0
    blocks, log_size, incompat = (struct.unpack_from("<I", block, at)[0] for at in (4, 24, 96))
    if incompat & INCOMPAT_64BIT:
        blocks |= struct.unpack_from("<I", block, 0x150)[0] << 32
    if log_size > 6:
        raise BadImage(f"{partition}: its superblock is damaged")
    return blocks * (1024 << log_size)


def _debugfs(path, partition, command):
    return subprocess.run(["debugfs", "-R", command, f"{path}?offset={partition.offset}"],
                          check=False, capture_output=True, env=dict(os.environ, LC_ALL="C"))


def _kind(path, partition):
    said = subprocess.run(["blkid", "-p", "-O", str(partition.offset), "-o", "value", "-s", "TYPE",
                           "--", path], check=False, capture_output=True, text=True)
    return said.stdout.strip() or "unknown"


def root_partition(path):
    """The partition that Linux is in."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        start = file.read(8)
        for magic, command in COMPRESSED.items():
            if start.startswith(magic):
                raise BadImage(f"it is compressed; unpack it first: {command} {path}")
        partitions = _table(path, size)
        for partition in partitions:
            length = _ext_size(file, partition)
            if not length:
                if partition.number and partition.offset + SUPERBLOCK >= size:
                    raise BadImage(f"it is cut short: {partition} begins at byte "
                                   f"{partition.offset}, the file ends at {size}")
                continue
            if partition.offset + length > size:
                raise BadImage(f"it is cut short: {partition} ends at byte "
                               f"{partition.offset + length}, the file at {size}")
            if b"Type: directory" in _debugfs(path, partition, "stat /usr").stdout:
                return partition
    kinds = ", ".join(f"{partition.number}: {_kind(path, partition)}" for partition in partitions)
    raise BadImage("no partition of it holds Linux on ext4"
                   + (f" ({kinds})" if kinds else "")
                   + "; others can be mounted, and the folder be named instead")


def extract(path, partition, places, folder):
    """Those places into a folder, as far as they are there. Owners and special files
    are lost, as they should. Returns how many were there."""
    if any(character in folder for character in '"\\\n?'):
        raise BadImage(f"debugfs cannot write to a folder of that name: {folder!r}")
    found = 0
    for place in [os.fsdecode(place) for place in places]:
        if any(character in place for character in '"\\\n'):
            continue
        into = os.path.join(folder, os.path.dirname(place))
        if b"Inode:" not in _debugfs(path, partition, f'stat "/{place}"').stdout or \
                os.path.lexists(os.path.join(folder, place)):
            continue
        found += 1
        os.makedirs(into, exist_ok=True)
        said = _debugfs(path, partition, f'rdump "/{place}" "{into}"')
        worst = [line for line in said.stderr.decode(errors="replace").splitlines()
                 if "No space" in line or "while reading" in line or "hile opening inode" in line]
        if worst:
            raise BadImage(f"{partition}, /{place}: {worst[0]}")
    return found
