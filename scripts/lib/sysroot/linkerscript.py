# SPDX-License-Identifier: GPL-2.0-or-later
"""Libraries that are texts for the linker, such as libm.so: "GROUP ( /lib/... )".
A full path in one of them leads out of a sysroot that is not at the top.

Copyright (C) 2026 The rover authors
"""

import os
import re

# They are short; a text that is not is something else.
SIZE_MAX = 65536

COMMENT = re.compile(rb"/\*.*?\*/", re.S)
LIST = re.compile(rb"\b(GROUP|INPUT)\s*\(")
PATH = re.compile(rb"(?<![^\s(,=\"])=?(/[^\s(),\"]+)")


def read(path):
    """Its text, or None if it is no such text."""
    if os.lstat(path).st_size > SIZE_MAX:
        return None
    with open(path, "rb") as file:
        text = file.read()
    if text.startswith((b"\x7fELF", b"!<arch>", b"!<thin>")) or b"\0" in text:
        return None
    return text if LIST.search(COMMENT.sub(b"", text)) else None


def paths(text):
    """The full paths in it, without the slash at the front."""
    return [name.lstrip(b"/") for name in PATH.findall(COMMENT.sub(b" ", text))]


def rewritten(text, instead):
    """With instead(NAME) for each of those paths. Comments stay as they are."""
    parts, position = [], 0
    for comment in COMMENT.finditer(text):
        parts += [_without_paths(text[position:comment.start()], instead), comment[0]]
        position = comment.end()
    return b"".join(parts + [_without_paths(text[position:], instead)])


def _without_paths(text, instead):
    return PATH.sub(lambda found: instead(found[1].lstrip(b"/")), text)
