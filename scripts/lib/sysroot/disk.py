# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of scripts/make-disk.

Copyright (C) 2026 The rover authors
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import closure
import elf
from tree import Tree, shown

DESCRIPTION = """\
Makes DISK an ext4 image that holds the PROGRAMs in /usr/bin, and the libraries that
they need, out of SYSROOT. Nothing is taken from this machine.

  scripts/vm --root DISK -- PROGRAM"""

# For what a file system needs besides the files.
SPARE = 16 << 20


class Failed(Exception):
    """Says why, and what to do."""


def parse():
    parser = argparse.ArgumentParser(prog="scripts/make-disk", description=DESCRIPTION,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sysroot", metavar="SYSROOT", help="as scripts/make-sysroot makes it")
    parser.add_argument("disk", metavar="DISK")
    parser.add_argument("programs", metavar="PROGRAM", nargs="+")
    parser.add_argument("--list", action="store_true", help="say what is on it")
    return parser.parse_args()


def needed(arguments):
    """Names below the root, and the files of SYSROOT that they are copied from."""
    if not os.path.isdir(arguments.sysroot):
        raise Failed(f"{arguments.sysroot} is no folder; scripts/make-sysroot makes one")
    tree, files = Tree(arguments.sysroot), {}
    for path in arguments.programs:
        program = os.path.isfile(path) and elf.read(path)
        if not program:
            raise Failed(f"{path} is no program")
        found = closure.Finder(tree, program.triplet).closure(path)
        if found.missing:
            raise Failed(f"{path}: {closure.explained(found.missing, arguments.sysroot)}")
        files.update({name: tree.path(file) for name, file in found.files.items()})
    return files


def fill(root, programs, files):
    """The root file system. Gives its size."""
    files = dict(files)
    files.update({b"usr/bin/" + os.fsencode(os.path.basename(path)): os.fsencode(path)
                  for path in programs})
    for name, source in files.items():
        path = os.path.join(os.fsencode(root), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copyfile(source, path)
        os.chmod(path, 0o755)
    return sum(os.path.getsize(source) + 4096 for source in files.values())


def make(arguments, files, temporary):
    root, image = os.path.join(temporary, "root"), os.path.join(temporary, "disk")
    size = fill(root, arguments.programs, files)
    # It is only read: no journal, no room for more.
    said = subprocess.run(
        ["/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-E", "root_owner=0:0",
         "-d", root, image, f"{(size * 103 // 100 + SPARE) >> 10}"],
        check=False, capture_output=True, text=True)
    if said.returncode:
        raise Failed(f"{arguments.disk}: mke2fs failed: {(said.stderr.splitlines() or ['?'])[-1]}")
    os.replace(image, arguments.disk)
    return size


def run(arguments):
    files = needed(arguments)
    if arguments.list:
        for name in sorted(files):
            print(shown(name))
    beside = os.path.dirname(os.path.abspath(arguments.disk))
    os.makedirs(beside, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".make-disk.", dir=beside) as temporary:
        size = make(arguments, files, temporary)
    print(f"make-disk: {arguments.disk}: {len(files)} libraries, {size // 1000000} MB",
          file=sys.stderr)


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except Failed as error:
        sys.exit(f"make-disk: {error}")
    except OSError as error:
        sys.exit(f"make-disk: {error.filename or arguments.disk}: {error.strerror}")


if __name__ == "__main__":
    main()
