# SPDX-License-Identifier: GPL-2.0-or-later
"""All that a program needs to start, found in a root as its loader would find it
there (ld.so(8)); nothing outside of that root counts.

Copyright (C) 2026 The rover authors
"""

import os
from dataclasses import dataclass, field

import elf
from tree import Broken, shown


@dataclass
class Closure:
    files: dict = field(default_factory=dict)    # where it is looked for: the file itself
    missing: dict = field(default_factory=dict)  # names: who needs them


class Finder:
    def __init__(self, tree, triplet):
        self.tree = tree
        self.triplet = triplet
        name = triplet.encode()
        self.folders = [b"lib/" + name, b"usr/lib/" + name, b"lib", b"usr/lib"]

    def closure(self, path):
        """Of the program at that path of this machine."""
        program = elf.read(path)
        found = Closure()
        by = os.fsencode(os.path.basename(path))
        if program.loader:
            self._take(found, program.loader.lstrip(b"/"), program.loader, by)
        waiting = [(need, by, program, b"usr/bin/" + by, program.where_for_all)
                   for need in program.needs]
        loaded = set()
        while waiting:
            need, by, library, name, inherited = waiting.pop(0)
            if need in loaded:
                continue
            loaded.add(need)
            place = self._find(need, library, name, inherited)
            if not place:
                found.missing[need] = by
                continue
            self._take(found, place, need, by)
            other = elf.read(self.tree.path(found.files[place]))
            waiting += [(further, place, other, place, inherited + other.where_for_all)
                        for further in other.needs]
        return found

    def _take(self, found, place, need, by):
        try:
            found.files[place] = self.tree.resolve_strictly(place)
        except Broken:
            found.missing[need] = by

    def _find(self, need, library, name, inherited):
        """Where it is, if it is there and for the same machine."""
        for folder in [*_folders(library.where, name), *_folders(inherited, name), *self.folders]:
            place = os.path.join(folder, need)
            try:
                other = elf.read(self.tree.path(self.tree.resolve_strictly(place)))
            except (Broken, IsADirectoryError):
                continue
            if other and other.triplet == self.triplet:
                return place
        return None


def _folders(where, name):
    folder = b"/" + os.path.dirname(name)
    return [os.path.normpath(one.replace(b"$ORIGIN", folder)).lstrip(b"/") for one in where if one]


def explained(missing, root):
    """For people: the first that is missing, and how many more."""
    need = sorted(missing)[0]
    more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
    return f"{shown(need)}, which {shown(missing[need])} needs, is not in {root}{more}"
