# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's root file system: cpio archives that the kernel unpacks.

Copyright (C) 2026 The rover authors
"""

import os
import stat


class Archive:
    """A cpio archive ("newc") in which everything belongs to root."""

    def __init__(self):
        self.data = bytearray()
        self.folders = set()
        self.inode = 0

    def _entry(self, path, mode, content=b"", device=(0, 0)):
        self.inode += 1
        name = path.lstrip("/").encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (self.inode, mode, 0, 0, links, 0, len(content), 0, 0,
                  *device, len(name), 0)
        self.data += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        self.data += bytes(-len(self.data) % 4)
        self.data += content
        self.data += bytes(-len(self.data) % 4)

    def folder(self, path):
        path = path.strip("/")
        if not path or path in self.folders:
            return
        self.folder(os.path.dirname(path))
        self.folders.add(path)
        self._entry(path, stat.S_IFDIR | 0o755)

    def file(self, path, content, mode=0o644):
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFREG | mode, content)

    def link(self, path, target):
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def console(self, path):
        """What the kernel opens as init's standard input and output."""
        self.folder(os.path.dirname(path))
        self._entry(path, stat.S_IFCHR | 0o600, device=(5, 1))

    def copy(self, path, source):
        """A file or a whole folder of this machine."""
        if os.path.isdir(source):
            self.folder(path)
            for name in sorted(os.listdir(source)):
                self.copy(f"{path}/{name}", os.path.join(source, name))
        elif os.path.isfile(source):
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
            with open(source, "rb") as file:
                self.file(path, file.read(), mode)

    def tree(self, path, source):
        """A part of a root file system: links stay links."""
        with os.scandir(source) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = f"{path}/{entry.name}"
                if entry.is_symlink():
                    self.link(name, os.readlink(entry.path))
                elif entry.is_dir():
                    self.folder(name)
                    self.tree(name, entry.path)
                else:
                    self.copy(name, entry.path)

    def finished(self):
        self._entry("TRAILER!!!", 0)
        return bytes(self.data) + bytes(-len(self.data) % 512)
