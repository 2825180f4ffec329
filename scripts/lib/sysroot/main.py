# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of scripts/make-sysroot.

Copyright (C) 2026 The rover authors
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

import checking
import image
import packing
import selection
import writing
from plan import Planner
from tree import Tree, shown

SCRIPTS = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))

DESCRIPTION = """\
Makes FOLDER a sysroot: the headers and libraries of another machine, for a cross
compiler. All links in it are relative, so that it can be moved. Run again, it
takes over what changed, and removes what is gone; what it did not make, it leaves
alone."""

EPILOG = """\
SOURCE is one of
  a folder                        a root file system, mounted or unpacked
  a file                          a disk image, of Debian or Raspberry Pi OS
  debian:ARCH:PACKAGE[,PACKAGE]   Debian packages, and all that they depend on

Patterns are the shell's, of names below the root; of those that match, the last
decides. Without any, headers and libraries below /usr/include, /usr/lib, /lib,
/usr/local and /opt are taken.

  scripts/make-sysroot debian:arm64:libc6-dev,libstdc++-12-dev build/sysroot
  clang --target=aarch64-linux-gnu --sysroot=build/sysroot \\
        --gcc-toolchain=build/sysroot/usr -fuse-ld=lld ..."""


class Failed(Exception):
    """Says why, and what to do."""


class RuleAction(argparse.Action):
    """Both options into one list: their order counts."""

    def __call__(self, parser, namespace, values, option_string=None):
        namespace.rules = (namespace.rules or []) + [
            selection.rule(values, option_string == "--include")]


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/make-sysroot", description=DESCRIPTION, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--include", action=RuleAction, dest="rules", metavar="PATTERN",
                        help="take this as well")
    parser.add_argument("--exclude", action=RuleAction, dest="rules", metavar="PATTERN",
                        help="leave this out")
    parser.add_argument("--pack", metavar="FILE.tar.xz", help="put it into an archive as well")
    parser.add_argument("--languages", default="c,c++", metavar="LIST",
                        help="what a compiler has to build with it without reaching outside: "
                        "c,c++ (default), c, or none")
    parser.add_argument("--cc", metavar="COMMAND",
                        help="check C with this compiler, instead of C and C++ with clang and lld")
    arguments = parser.parse_args()
    arguments.rules = arguments.rules or []
    arguments.languages = [] if arguments.languages == "none" else arguments.languages.split(",")
    for language in arguments.languages:
        if language not in checking.PROGRAMS:
            parser.error(f"unknown language '{language}': there are c and c++")
    if arguments.cc:
        arguments.languages = ["c"]
    if arguments.pack and not arguments.pack.endswith(".tar.xz"):
        parser.error("--pack makes a .tar.xz")
    return arguments


def note(text):
    print(f"make-sysroot: {text}", file=sys.stderr)


class Progress:
    """On a terminal only, and not for each of thousands of files."""

    def __init__(self):
        self.shows = sys.stderr.isatty()

    def __call__(self, done, total):
        if self.shows and (done % 200 == 0 or done == total):
            print(f"\rmake-sysroot: {done} of {total} files", end="" if done < total else "\n",
                  file=sys.stderr)


def debian(source):
    """The folder that packages were unpacked to."""
    parts = source.split(":", 2)
    if len(parts) != 3 or not all(parts):
        raise Failed(f"{source}: it is debian:ARCH:PACKAGE,PACKAGE...")
    with subprocess.Popen([os.path.join(SCRIPTS, "packages"), "--arch", parts[1],
                           *sorted(parts[2].split(","))],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        said = []
        for line in running.stderr:
            if re.match("packages: (fetching|waiting|the mirror is being)", line):
                print(line, end="", file=sys.stderr)
            else:
                said.append(line.strip())
        output = running.stdout.read()
    if running.returncode:
        raise Failed(f"{source}: {_reason(said)}")
    return output.strip()


def _reason(said):
    """In one line: what scripts/packages says first, and apt before it."""
    ours = [line.removeprefix("packages: ") for line in said if line.startswith("packages: ")]
    of_apt = [line.removeprefix("E: ") for line in said if line.startswith("E: ")]
    reason = (ours + said + ["the packages could not be fetched"])[0]
    return f"{reason} ({of_apt[0]})" if of_apt else reason


def from_image(source, folder, chosen, temporary):
    """Tree and plan. What links lead to is taken out of the image as well."""
    partition = image.root_partition(source)
    beside = os.path.dirname(os.path.abspath(folder))
    os.makedirs(beside, exist_ok=True)
    root = temporary.enter(beside)
    note(f"reading {partition} of {source}")
    image.extract(source, partition, chosen.places(), root)
    tried = set()
    while True:
        plan = Planner(Tree(root), chosen).make()
        wanted = sorted(plan.absent - tried)
        tried |= plan.absent
        if not wanted or not image.extract(source, partition, wanted, root):
            return Tree(root), plan


def planned(source, folder, chosen, temporary):
    """Tree and plan of what SOURCE is."""
    if source.startswith("debian:"):
        root = debian(source)
    elif not os.path.exists(source):
        raise Failed(f"{source}: there is no such folder or image")
    elif not os.path.isdir(source):
        return from_image(source, folder, chosen, temporary)
    else:
        root = source
    check_folders(root, folder)
    tree = Tree(root)
    return tree, Planner(tree, chosen).make()


class Temporary:
    """A folder beside FOLDER, on its disk, that is gone in any case."""

    def __init__(self):
        self.path = None

    def enter(self, beside):
        self.path = tempfile.mkdtemp(prefix=".make-sysroot.", dir=beside)
        return self.path

    def leave(self):
        if self.path:
            shutil.rmtree(self.path, ignore_errors=True)


def check_folders(root, folder):
    root, folder = os.path.realpath(root) + "/", os.path.realpath(folder) + "/"
    if folder.startswith(root) or root.startswith(folder):
        raise Failed(f"{folder[:-1]} and {root[:-1]}: one is inside the other")


def check_plan(plan, source):
    if not plan.files:
        raise Failed(f"{source}: there are no headers and no libraries in it")
    if not any(name.endswith(b"include/stdio.h") for name in plan.files):
        raise Failed(f"{source}: it has no C headers: install libc6-dev in it")
    if not plan.triplet:
        raise Failed(f"{source}: it has no libraries")


def report(plan, tally):
    for name, why in plan.broken:
        note(f"broken: {shown(name)}: {why}")
    for name, target in plan.filled_in:
        note(f"filled in: {shown(name)}, which an installation makes, leads to {shown(target)}")
    for need, by in sorted(plan.missing.items()):
        more = f" and {len(by) - 1} more" if len(by) > 1 else ""
        note(f"missing: {shown(need)}, which {shown(by[0])}{more} needs")
    size = sum(status.st_size for status in plan.files.values())
    left = f", {tally.left} left that somebody changed" if tally.left else ""
    note(f"{plan.triplet}: {len(plan.files)} files of {size // 1000000} MB, {len(plan.links)} links; "
         f"{tally.made} made, {tally.same} as they were, {tally.removed} removed{left}")


def check_compilers(arguments, plan):
    for language in arguments.languages:
        command = checking.compiler(language, plan.triplet, os.path.abspath(arguments.folder))
        if arguments.cc:
            command = shlex.split(arguments.cc)
        try:
            checking.check(language, arguments.folder, command)
        except checking.Outside as error:
            hint = ("; put libstdc++-12-dev or its like into the root, or say --languages c"
                    if language == "c++" else "; put libc6-dev and libgcc-12-dev or their like into the root")
            raise Failed(f"{error}{hint}") from error


def run(arguments, temporary):
    chosen = selection.Selection(arguments.rules)
    if os.path.lexists(arguments.folder) and not os.path.isdir(arguments.folder):
        raise Failed(f"{arguments.folder} is no folder")
    tree, plan = planned(arguments.source, arguments.folder, chosen, temporary)
    check_plan(plan, arguments.source)
    writer = writing.Writer(tree, plan, os.path.abspath(arguments.folder), Progress())
    writer.check()
    os.makedirs(arguments.folder, exist_ok=True)
    report(plan, writer.write())
    check_compilers(arguments, plan)
    if arguments.pack:
        note(f"packing {arguments.pack}")
        packing.pack(os.path.abspath(arguments.folder), arguments.pack)


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    temporary = Temporary()
    try:
        run(arguments, temporary)
    except KeyboardInterrupt:
        note("interrupted; run it again to go on")
        sys.exit(130)
    except image.BadImage as error:
        sys.exit(f"make-sysroot: {arguments.source}: {error}")
    except (Failed, writing.Refused, packing.PackFailed) as error:
        sys.exit(f"make-sysroot: {error}")
    except OSError as error:
        name = shown(os.fsencode(error.filename)) if error.filename else arguments.folder
        sys.exit(f"make-sysroot: {name}: {error.strerror}; run it again to go on")
    finally:
        temporary.leave()


if __name__ == "__main__":
    main()
