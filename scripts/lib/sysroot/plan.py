# SPDX-License-Identifier: GPL-2.0-or-later
"""What a sysroot is to hold, found out before anything is written: files, links
that are all relative, texts for the linker, and what cannot be had.

Copyright (C) 2026 The rover authors
"""

import os
import stat
from collections import Counter
from dataclasses import dataclass, field

import elf
import linkerscript
from tree import Broken, shown


@dataclass
class Plan:
    folders: set = field(default_factory=set)
    files: dict = field(default_factory=dict)      # name: its lstat
    links: dict = field(default_factory=dict)      # name: what it says, relative
    texts: dict = field(default_factory=dict)      # name: contents in place of the file's
    broken: list = field(default_factory=list)     # links, and names in texts: why
    absent: set = field(default_factory=set)       # what links lead to, and is not there
    missing: dict = field(default_factory=dict)    # libraries that others need: by whom
    filled_in: list = field(default_factory=list)  # links that an installation would have made
    triplet: str = ""

    def names(self):
        return self.folders | self.files.keys() | self.links.keys()


class Planner:
    def __init__(self, tree, selection):
        self.tree = tree
        self.selection = selection
        self.plan = Plan()
        self.waiting = []    # places to look at
        self.seen = set()    # that were looked at
        self.targets = {}    # links, and what they lead to in the end
        self.holding = set() # folders that hold something

    def make(self):
        for place in self.selection.places():
            self._begin(place)
        while self.waiting:
            self._look(self.waiting.pop())
        self._rewrite_texts()
        for name in list(self.plan.files):
            self._add_folders(name)
        self.holding = set(self.plan.folders)
        for name in sorted(self.targets):
            self._add_link(name)
        Needs(self.tree, self.plan).fill_in()
        for name in list(self.plan.links):
            self._add_folders(name)
        return self.plan

    # A place may itself be a link, or lie behind one: /lib on merged systems.
    def _begin(self, place):
        parts = place.split(b"/")
        for depth in range(1, len(parts) + 1):
            name = b"/".join(parts[:depth])
            status = self.tree.stat(name)
            if status is None:
                return
            if stat.S_ISLNK(status.st_mode):
                self._note_link(name, is_place=True)
                name = self._resolved(place)
                if name:
                    self.waiting.append(name)
                return
        self.waiting.append(place)

    def _resolved(self, name):
        try:
            return self.tree.resolve(name)
        except Broken:
            return None

    def _look(self, name):
        if name in self.seen:
            return
        self.seen.add(name)
        status = self.tree.stat(name)
        if stat.S_ISDIR(status.st_mode):
            if self.selection.enters(name):
                self.waiting += self.tree.entries(name)
        elif stat.S_ISLNK(status.st_mode):
            self._note_link(name)
        elif stat.S_ISREG(status.st_mode) and self.selection.takes(name):
            self.plan.files[name] = status

    # What a link of the selection leads to belongs to it, wherever it is.
    def _note_link(self, name, is_place=False):
        wanted = self.selection.takes(name) or is_place
        if self.selection.leaves_out(name) and not is_place:
            return
        try:
            target = self.tree.resolve(self.tree.link(name))
        except Broken as error:
            if wanted:
                self._note_broken(name, str(error), error.absent)
            return
        self.targets[name] = target
        status = self.tree.stat(target)
        if not wanted or not target or status is None or self.selection.leaves_out(target):
            return
        if stat.S_ISDIR(status.st_mode):
            self.waiting.append(target)
        elif stat.S_ISREG(status.st_mode):
            self.plan.files[target] = status

    def _note_broken(self, name, why, absent):
        self.plan.broken.append((name, why))
        if absent:
            self.plan.absent.add(absent)

    def _is_kept(self, name):
        target = self.targets.get(name)
        return target in self.plan.files or target in self.holding

    # To the next link, if that stays, so that libx.so leads to libx.so.1 as before.
    def _add_link(self, name):
        if not self._is_kept(name):
            return
        hop = self.tree.next_hop(name)
        if hop != self.targets[name] and not self._is_kept(hop):
            hop = self.targets[name]
        folder = self.tree.resolve(os.path.dirname(name))
        self.plan.links[name] = os.path.relpath(b"/" + hop, b"/" + folder)

    def _rewrite_texts(self):
        for name in sorted(self.plan.files):
            if not name.endswith((b".so", b".a")):
                continue
            text = linkerscript.read(self.tree.path(name))
            if text is None or not linkerscript.paths(text):
                continue
            self.plan.texts[name] = linkerscript.rewritten(
                text, lambda path, name=name: self._in_text(name, path))

    # Where linkers look anyway the bare name is enough; "=" is the sysroot.
    def _in_text(self, name, path):
        try:
            target = self.tree.resolve(path)
        except Broken as error:
            self._note_broken(name, f"names {shown(path)}: {error}", error.absent)
            return os.path.basename(path)
        if target not in self.plan.files and not self.selection.leaves_out(target):
            self.plan.files[target] = self.tree.stat(target)
        base = os.path.basename(path)
        if os.path.dirname(target) in (os.path.dirname(name), *linker_folders(self.plan.files)):
            return base
        return b"=/" + target

    def _add_folders(self, name):
        folder = os.path.dirname(name)
        while folder and folder not in self.plan.folders:
            self.plan.folders.add(folder)
            folder = os.path.dirname(folder)


def linker_folders(files):
    """Where linkers and programs look for libraries by themselves: those of the
    triplets that are there, and above them."""
    tops = (b"lib", b"usr/lib", b"usr/local/lib")
    folders = {os.path.dirname(name) for name in files if b".so" in name or name.endswith(b".a")}
    return [folder for folder in sorted(folders)
            if folder in tops or (os.path.dirname(folder) in tops and b"-linux-" in folder)]


class Needs:
    """The libraries that the libraries need. Names such as libblas.so.3 are made by an
    installation from its alternatives; where that never ran, the library is in a
    folder below the one where it is looked for."""

    def __init__(self, tree, plan):
        self.tree = tree
        self.plan = plan
        self.libraries = {}
        for name in sorted(plan.files):
            if b".so" in os.path.basename(name) and name not in plan.texts:
                library = elf.read(tree.path(name))
                if library:
                    self.libraries[name] = library
        self.by_base = {}
        for name in sorted(plan.files.keys() | plan.links.keys()):
            if b".so" in os.path.basename(name):
                self.by_base.setdefault(os.path.basename(name), []).append(name)
        self.folders = linker_folders(plan.files)

    def fill_in(self):
        self.plan.triplet = self._triplet()
        for name in sorted(self.libraries):
            for need in self.libraries[name].needs:
                if not self._is_there(name, need) and not self._link(need):
                    self.plan.missing.setdefault(need, []).append(name)

    # Plugins for another machine may be among them; most of them are for this one.
    def _triplet(self):
        machines = Counter(library.triplet for library in self.libraries.values())
        return machines.most_common(1)[0][0] if machines else ""

    def _is_there(self, name, need):
        where = set(self.folders) | {os.path.dirname(name)}
        for folder in self.libraries[name].where:
            folder = folder.replace(b"$ORIGIN", b"/" + os.path.dirname(name))
            where.add(os.path.normpath(folder).lstrip(b"/"))
        return any(os.path.dirname(found) in where for found in self.by_base.get(need, ()))

    def _link(self, need):
        candidates = [found for found in self.by_base.get(need, ())
                      if os.path.dirname(os.path.dirname(found)) in self.folders]
        if not candidates:
            return False
        # The plain one has the shortest name: blas, not openblas-pthread.
        chosen = min(candidates, key=lambda found: (len(found), found))
        self._fill_in(chosen, need)
        # what a program is linked with comes with another package, in the same folder
        plain = need.split(b".so")[0] + b".so"
        if os.path.join(os.path.dirname(chosen), plain) in self.by_base.get(plain, ()):
            self._fill_in(os.path.join(os.path.dirname(chosen), plain), plain)
        return True

    def _fill_in(self, chosen, base):
        folder = os.path.dirname(os.path.dirname(chosen))
        link = os.path.join(folder, base)
        if link in self.plan.links or link in self.plan.files:
            return
        self.plan.links[link] = os.path.relpath(chosen, folder)
        self.plan.filled_in.append((link, chosen))
        self.plan.broken = [one for one in self.plan.broken if one[0] != link]
        self.by_base.setdefault(base, []).append(link)
