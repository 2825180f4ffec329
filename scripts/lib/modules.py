# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernel modules for the guest: which ones a name needs, in which files.

Copyright (C) 2026 The rover authors
"""

import lzma
import os
import subprocess
import tempfile


class UnknownModule(Exception):
    """The kernel has no such module."""


def plain_name(path):
    return os.path.basename(path).split(".ko")[0].replace("-", "_")


class KernelModules:
    """The modules that come with a kernel: below lib/modules/RELEASE, or none
    in a folder where a kernel was just built."""

    def __init__(self, folder, release):
        installed = os.path.join(folder, "lib/modules", release)
        self.folder = installed if os.path.isdir(installed) else folder
        self.files = {}   # module -> file
        self.needs = {}   # file -> files that it needs, deepest last
        self.builtin = set()
        for line in self._lines("modules.dep"):
            file, needs = line.split(":")
            self.files[plain_name(file)] = file
            self.needs[file] = needs.split()
        for line in self._lines("modules.builtin"):
            self.builtin.add(plain_name(line))

    def _lines(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="ascii") as file:
            return file.read().splitlines()

    def closure(self, names):
        """Files of the named modules and of all they need, none twice."""
        found = {}
        for name in names:
            name = plain_name(name)
            if name in self.builtin:
                continue
            if name not in self.files:
                raise UnknownModule(f"this kernel has no module {name}")
            file = self.files[name]
            for each in [file, *self.needs[file]]:
                found[each] = self.needs[each]
        return found

    def loadable(self, names):
        """Those of them that are not built into the kernel."""
        return [name for name in names if plain_name(name) not in self.builtin]

    def content(self, file):
        with open(os.path.join(self.folder, file), "rb") as stream:
            content = stream.read()
        return lzma.decompress(content) if file.endswith(".xz") else content


def needs_of(path):
    """Names of the modules that a module file needs."""
    output = subprocess.run(["/sbin/modinfo", "-F", "depends", path],
                            capture_output=True, text=True, check=True).stdout
    return [name for name in output.strip().split(",") if name]


def without_debug_info(path, strip):
    """The module; a guest has no use for the rest, which is most of it."""
    with tempfile.NamedTemporaryFile(prefix="rover-", suffix=".ko") as stripped:
        subprocess.run([strip, "--strip-debug", "-o", stripped.name, path], check=True)
        return stripped.read()


def add_modules(archive, release, kernel_modules, names, own_files, strip):
    """Puts the kernel's modules `names` and our own `own_files` into the
    archive, where modprobe finds them; `strip` is of the modules' toolchain."""
    needed = list(names)
    own_needs = {path: needs_of(path) for path in own_files}
    own_paths = {plain_name(path): path for path in own_files}
    for needs in own_needs.values():
        needed += [name for name in needs if name not in own_paths]

    def needed_files(path):
        """Of one of our own files, deepest last."""
        found = []
        for need in own_needs[path]:
            if need in own_paths:
                found += [f"rover/{need}.ko", *needed_files(own_paths[need])]
            elif need not in kernel_modules.builtin:
                file = kernel_modules.files[need]
                found += [each.removesuffix(".xz")
                          for each in [file, *kernel_modules.needs[file]]]
        # what two of them need is loaded before both
        return [file for number, file in enumerate(found) if file not in found[number + 1:]]

    top = f"/lib/modules/{release}"
    table = []
    for file, needs in kernel_modules.closure(needed).items():
        plain = file.removesuffix(".xz")
        archive.file(f"{top}/{plain}", kernel_modules.content(file))
        table.append(f"{plain}: " + " ".join(need.removesuffix(".xz") for need in needs))
    for path in own_files:
        file = f"rover/{os.path.basename(path)}"
        archive.file(f"{top}/{file}", without_debug_info(path, strip))
        table.append(f"{file}: " + " ".join(needed_files(path)))
    archive.file(f"{top}/modules.dep", ("\n".join(table) + "\n").encode())
