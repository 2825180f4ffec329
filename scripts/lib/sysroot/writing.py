# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a folder what a plan says, and remembers what it made: only that is ever
replaced or removed, also after a run that was killed in the middle.

Copyright (C) 2026 The rover authors
"""

import json
import os
import shutil
import stat
from dataclasses import dataclass

from tree import shown

# Beside the files, and not part of what is packed.
OWN = b".make-sysroot"


class Refused(Exception):
    """Nothing was changed: why."""


@dataclass
class Tally:
    made: int = 0
    same: int = 0
    removed: int = 0
    left: int = 0


def _as_text(name):
    return os.fsdecode(name)


class Manifest:
    """Names, and for each the kind and what tells whether it is still the same:
    source and copy of a file by size and time, a link by what it says."""

    def __init__(self, folder):
        self.path = os.path.join(folder, OWN, b"manifest")
        self.entries = {}
        self.exists = os.path.lexists(self.path)
        if not self.exists:
            return
        try:
            with open(self.path, encoding="utf-8", errors="surrogateescape") as file:
                data = json.load(file)
            self.entries = {os.fsencode(name): tuple(entry)
                            for name, entry in data.items()}
        except (ValueError, AttributeError, TypeError) as error:
            raise Refused(f"{shown(self.path)} is damaged; remove the sysroot, "
                          "it will be made anew") from error

    def save(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        new = self.path + b".new"
        with open(new, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump({_as_text(name): self.entries[name] for name in sorted(self.entries)},
                      file, ensure_ascii=False, indent=0)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)


class Writer:
    def __init__(self, tree, plan, folder, progress):
        self.tree = tree
        self.plan = plan
        self.folder = os.fsencode(folder)
        self.progress = progress
        self.tally = Tally()
        self.old = Manifest(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def check(self):
        """Refuses to touch what somebody else made."""
        if not self.old.exists and os.path.isdir(self.folder) and os.listdir(self.folder):
            raise Refused(f"{shown(self.folder)} is not empty, and was not made by make-sysroot")
        in_the_way = []
        for name in sorted(self.plan.names()):
            path = self.path(name)
            if not os.path.lexists(path) or name in self.old.entries:
                continue
            if name in self.plan.folders and stat.S_ISDIR(os.lstat(path).st_mode):
                continue
            in_the_way.append(name)
        if in_the_way:
            more = f" and {len(in_the_way) - 3} more" if len(in_the_way) > 3 else ""
            names = ", ".join(shown(name) for name in in_the_way[:3])
            raise Refused(f"{names}{more} in {shown(self.folder)}: not made by make-sysroot, "
                          "and in the way")

    def write(self):
        """Killed anywhere, the next run knows what is its own."""
        names = self.plan.names()
        new = Manifest(self.folder)
        for name in names - new.entries.keys():
            new.entries[name] = ("planned",)
        new.save()
        self._remove({name for name in self.old.entries if name not in names})
        for name in sorted(self.plan.folders):
            self._make_folder(name)
        for number, name in enumerate(sorted(self.plan.files)):
            self._make_file(name)
            self.progress(number + 1, len(self.plan.files))
        for name in sorted(self.plan.links):
            self._make_link(name)
        new.entries = {name: self._entry(name) for name in names}
        new.save()
        return self.tally

    # The deepest first. What was changed since, or has other things in it, stays.
    def _remove(self, names):
        for name in sorted(names, reverse=True):
            path, entry = self.path(name), self.old.entries[name]
            if not os.path.lexists(path):
                continue
            # what was only planned may be of any kind
            if stat.S_ISDIR(os.lstat(path).st_mode):
                if entry[0] in ("folder", "planned") and not os.listdir(path):
                    os.rmdir(path)
                continue
            if entry[0] != "planned" and not self._is_as_made(path, entry):
                self.tally.left += 1
                continue
            os.unlink(path)
            self.tally.removed += 1

    @staticmethod
    def _is_as_made(path, entry):
        status = os.lstat(path)
        if entry[0] == "link":
            return stat.S_ISLNK(status.st_mode) and _as_text(os.readlink(path)) == entry[1]
        return stat.S_ISREG(status.st_mode) and \
            [status.st_size, status.st_mtime_ns] == list(entry[2])

    def _clear(self, path):
        """Ours, and now of another kind."""
        if not os.path.lexists(path):
            return
        if stat.S_ISDIR(os.lstat(path).st_mode):
            os.rmdir(path)
        else:
            os.unlink(path)

    def _make_folder(self, name):
        path = self.path(name)
        if os.path.lexists(path) and stat.S_ISDIR(os.lstat(path).st_mode):
            return
        self._clear(path)
        os.mkdir(path)

    def _source(self, name):
        """What a file was made from: another text is another source."""
        status = self.plan.files[name]
        return [status.st_size, status.st_mtime_ns,
                self.plan.texts[name].decode("latin-1") if name in self.plan.texts else ""]

    def _make_file(self, name):
        path, entry = self.path(name), self.old.entries.get(name)
        if entry and entry[0] == "file" and list(entry[1]) == self._source(name) and \
                os.path.lexists(path) and self._is_as_made(path, entry):
            self.tally.same += 1
            return
        if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
            self._clear(path)
        new = self.path(os.path.join(OWN, b"new"))
        status = self.plan.files[name]
        with open(new, "wb") as out:
            if name in self.plan.texts:
                out.write(self.plan.texts[name])
            else:
                source = os.open(self.tree.path(name), os.O_RDONLY | os.O_NOFOLLOW)
                with open(source, "rb") as file:
                    shutil.copyfileobj(file, out, 1 << 20)
            os.fchmod(out.fileno(), 0o755 if status.st_mode & 0o100 else 0o644)
        os.utime(new, ns=(status.st_mtime_ns, status.st_mtime_ns))
        os.replace(new, path)
        self.tally.made += 1

    def _make_link(self, name):
        path, text = self.path(name), self.plan.links[name]
        if os.path.lexists(path):
            if stat.S_ISLNK(os.lstat(path).st_mode) and os.readlink(path) == text:
                self.tally.same += 1
                return
            self._clear(path)
        os.symlink(text, path)
        self.tally.made += 1

    def _entry(self, name):
        if name in self.plan.folders:
            return ("folder",)
        if name in self.plan.links:
            return ("link", _as_text(self.plan.links[name]))
        status = os.lstat(self.path(name))
        return ("file", self._source(name), [status.st_size, status.st_mtime_ns])
