# SPDX-License-Identifier: GPL-2.0-or-later
"""A root file system as a process sees it whose root it is: links that lead out
of it end at its top. Names are bytes, without a slash at the front.

Copyright (C) 2026 The rover authors
"""

import errno
import os
import stat

# As many links as Linux follows in one name.
LINKS_MAX = 40

# Roots whose packages were only unpacked have files in one of them that are
# looked for in the other; on an installed system they are the same folder.
MERGED = ((b"lib/", b"usr/lib/"), (b"usr/lib/", b"lib/"))


class Broken(Exception):
    """A name that leads nowhere: why, and what is not there."""

    def __init__(self, why, absent=None):
        super().__init__(why)
        self.absent = absent


def shown(name):
    """For people: of a hostile name no byte reaches a terminal as it is."""
    text = os.fsdecode(name)
    if text.isprintable() and text == text.strip():
        return text
    return repr(text)


class Tree:
    def __init__(self, root):
        self.root = os.fsencode(os.path.realpath(root))

    def path(self, name):
        return os.path.join(self.root, name)

    def stat(self, name):
        """Of the name itself, not of what it leads to; None if it is not there."""
        try:
            return os.lstat(self.path(name))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise

    def link(self, name):
        """What a link says, as a name from the top."""
        text = os.readlink(self.path(name))
        return text if text.startswith(b"/") else os.path.join(os.path.dirname(name), text)

    def entries(self, name):
        """Of a folder, in an order that does not depend on the file system."""
        with os.scandir(self.path(name)) as entries:
            return sorted(os.path.join(name, entry.name) for entry in entries)

    def resolve(self, name):
        """The name of the file or folder itself, or Broken."""
        try:
            return self.resolve_strictly(name)
        except Broken:
            for front, other in MERGED:
                if name.startswith(front):
                    return self.resolve_strictly(other + name[len(front):])
            raise

    def resolve_strictly(self, name):
        """The same for those who do not know that /lib and /usr/lib are one."""
        here, links = b"", 0
        parts = name.split(b"/")[::-1]
        while parts:
            part = parts.pop()
            if part in (b"", b"."):
                continue
            if part == b"..":
                here = os.path.dirname(here)
                continue
            there = os.path.join(here, part)
            status = self.stat(there)
            if status is None:
                raise Broken(f"{shown(there)} is not there", there)
            if not stat.S_ISLNK(status.st_mode):
                here = there
                continue
            links += 1
            if links > LINKS_MAX:
                raise Broken("the links lead in a circle")
            parts += self.link(there).split(b"/")[::-1]
            here = b""
        return here

    def next_hop(self, name):
        """Where a link leads to first: the folder resolved, the last part not.
        None if that is not there."""
        target = os.path.normpath(b"/" + self.link(name)).lstrip(b"/")
        try:
            folder = self.resolve(os.path.dirname(target))
        except Broken:
            return None
        hop = os.path.join(folder, os.path.basename(target))
        return hop if self.stat(hop) else None
