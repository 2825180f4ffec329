# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files of a root belong into a sysroot: what compilers and linkers read.

Copyright (C) 2026 The rover authors
"""

import fnmatch
import os
import re
from dataclasses import dataclass

# Where headers and libraries are, by the file system hierarchy standard and by
# Debian's triplets below it; and what people install by hand.
PLACES = (b"usr/include", b"usr/lib", b"usr/lib32", b"usr/lib64", b"usr/libx32", b"lib", b"lib32",
          b"lib64", b"libx32", b"usr/local", b"usr/share/pkgconfig", b"opt")

# Large, and nothing in them is for compilers: dri holds the drivers of graphics cards.
LEFT_OUT = (b"lib/modules", b"lib/firmware", b"lib/systemd", b"lib/udev", b"lib/debug",
            b"usr/lib/modules", b"usr/lib/firmware", b"usr/lib/systemd", b"usr/lib/udev",
            b"usr/lib/debug", b"usr/lib/python[0-9]*", b"usr/lib/*/dri", b"lib/*/dri")

# Libraries, static ones, start files, and what tells build systems where they are.
LIBRARY = re.compile(rb"\.(so(\.[0-9][^/]*)?|a|o|pc|cmake)$")

HEADER = re.compile(rb"\.(h|hh|hpp|hxx|h\+\+|inc|inl|ipp|tcc|tpp)$")


@dataclass(frozen=True)
class Rule:
    """--include or --exclude: a pattern of names, as the shell's."""
    pattern: bytes
    takes: bool

    def hits(self, name):
        """The name, or a folder that it is in."""
        while name:
            if fnmatch.fnmatchcase(name, self.pattern):
                return True
            name = os.path.dirname(name)
        return False

    def beginning(self):
        """The folder that all it can hit are in, or the name itself."""
        plain = re.split(rb"[*?\[]", self.pattern, maxsplit=1)[0]
        return plain if plain == self.pattern else os.path.dirname(plain)


def rule(text, takes):
    return Rule(os.fsencode(os.path.normpath("/" + text).lstrip("/")), takes)


class Selection:
    def __init__(self, rules):
        self.rules = [Rule(name, False) for name in LEFT_OUT] + list(rules)
        self.mine = rules

    def places(self):
        """Where to look, none of them inside another."""
        names = set(PLACES) | {one.beginning() for one in self.mine if one.takes}
        return sorted(name for name in names
                      if not any(name.startswith(other + b"/" if other else b"")
                                 for other in names - {name}))

    def _ruled(self, name):
        """What the last rule that hits it says; None if there is none."""
        for one in reversed(self.rules):
            if one.hits(name):
                return one.takes
        return None

    def enters(self, folder):
        """Whether there can be anything in a folder."""
        if self._ruled(folder) is not False:
            return True
        return any(one.takes and (one.beginning() + b"/").startswith(folder + b"/")
                   for one in self.mine)

    def leaves_out(self, name):
        return self._ruled(name) is False

    def takes(self, name):
        ruled = self._ruled(name)
        if ruled is not None:
            return ruled
        folders, base = os.path.split(name)
        return b"include" in folders.split(b"/") or \
            bool(LIBRARY.search(base) or HEADER.search(base))
