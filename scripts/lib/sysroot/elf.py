# SPDX-License-Identifier: GPL-2.0-or-later
"""What libraries say of themselves: their machine, and which others they need.

Copyright (C) 2026 The rover authors
"""

import os
from dataclasses import dataclass, field

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.dynamic import DynamicSection

# e_machine, and the name that compilers give to Debian's programs for it.
TRIPLETS = {
    "EM_AARCH64": "aarch64-linux-gnu",
    "EM_X86_64": "x86_64-linux-gnu",
    "EM_386": "i386-linux-gnu",
    "EM_RISCV": "riscv64-linux-gnu",
}

# Of e_flags on 32-bit Arm: floating point numbers are passed in its registers
# (ELF for the Arm Architecture, EF_ARM_ABI_FLOAT_HARD).
ARM_HARD_FLOAT = 0x400


@dataclass
class Library:
    triplet: str
    needs: list = field(default_factory=list)
    where: list = field(default_factory=list)   # its own ideas of where those are
    where_for_all: list = field(default_factory=list)   # and where those of them are
    loader: bytes = b""   # of a program


def _triplet(elf):
    machine = elf["e_machine"]
    if machine == "EM_ARM":
        return "arm-linux-gnueabi" + ("hf" if elf["e_flags"] & ARM_HARD_FLOAT else "")
    return TRIPLETS.get(machine, str(machine))


def read(path):
    """The Library at a path; None if there is none, or one that is cut off."""
    with open(path, "rb") as file:
        if file.read(4) != b"\x7fELF":
            return None
        try:
            elf = ELFFile(file)
            library = Library(_triplet(elf))
            for segment in elf.iter_segments():
                if segment["p_type"] == "PT_INTERP":
                    library.loader = os.fsencode(segment.get_interp_name())
            for section in elf.iter_sections():
                if isinstance(section, DynamicSection):
                    _note(library, section)
        except (ELFError, UnicodeDecodeError, ValueError, AttributeError):
            return None
    return library


# DT_RPATH is for a library and all below it, unless it has a DT_RUNPATH, which is
# for itself (ld.so(8)).
def _note(library, section):
    for tag in section.iter_tags():
        if tag.entry.d_tag == "DT_NEEDED":
            library.needs.append(os.fsencode(tag.needed))
        elif tag.entry.d_tag == "DT_RPATH":
            library.where += os.fsencode(tag.rpath).split(b":")
        elif tag.entry.d_tag == "DT_RUNPATH":
            library.where += os.fsencode(tag.runpath).split(b":")
    if library.where and not any(tag.entry.d_tag == "DT_RUNPATH" for tag in section.iter_tags()):
        library.where_for_all = list(library.where)
