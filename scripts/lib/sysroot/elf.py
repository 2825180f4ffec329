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
            for section in elf.iter_sections():
                if isinstance(section, DynamicSection):
                    _note(library, section)
        except (ELFError, UnicodeDecodeError, ValueError, AttributeError):
            return None
    return library


def _note(library, section):
    for tag in section.iter_tags():
        if tag.entry.d_tag == "DT_NEEDED":
            library.needs.append(os.fsencode(tag.needed))
        elif tag.entry.d_tag == "DT_RPATH":
            library.where += os.fsencode(tag.rpath).split(b":")
        elif tag.entry.d_tag == "DT_RUNPATH":
            library.where += os.fsencode(tag.runpath).split(b":")
