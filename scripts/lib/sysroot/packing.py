# SPDX-License-Identifier: GPL-2.0-or-later
"""A sysroot as one file: the same bytes for the same contents, wherever and by
whomever it was made.

Copyright (C) 2026 The rover authors
"""

import os
import subprocess

import writing

# In blocks of a fixed size, which threads do not change.
XZ = ("xz", "-6", "--threads=2", "--block-size=8MiB", "--stdout")


class PackFailed(Exception):
    """No archive was made: why."""


def pack(folder, path):
    """Only what make-sysroot made, sorted, nobody's, and as old as SOURCE_DATE_EPOCH."""
    folder = os.fsencode(folder)
    names = sorted(writing.Manifest(folder).entries)
    new = path + ".new"
    tar = ["tar", "--create", "--directory", os.fsdecode(folder), "--format=gnu",
           "--no-recursion", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX",
           "--mtime=@" + os.environ.get("SOURCE_DATE_EPOCH", "0"), "--null",
           "--verbatim-files-from", "--files-from=-"]
    try:
        with open(new, "wb") as out, \
                subprocess.Popen(tar, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as packer, \
                subprocess.Popen(XZ, stdin=packer.stdout, stdout=out) as squeezer:
            packer.stdout.close()
            packer.stdin.write(b"".join(name + b"\0" for name in names))
            packer.stdin.close()
            squeezer.wait()
            packer.wait()
        if packer.returncode or squeezer.returncode:
            raise PackFailed(f"{path}: tar or xz failed; it was not written")
        os.replace(new, path)
    except BrokenPipeError as error:
        raise PackFailed(f"{path}: tar or xz failed; it was not written") from error
    finally:
        if os.path.exists(new):
            os.unlink(new)
