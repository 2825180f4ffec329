# SPDX-License-Identifier: GPL-2.0-or-later
"""What a compiler makes of the uapi header: values, offsets and sizes.

The questions become a table of constants in an object file, and nothing is run:
so it works for every architecture there is a cross compiler for.

Copyright (C) 2026 The rover authors
"""

import os
import struct
import subprocess
import tempfile


class CompilerFailed(Exception):
    """It, or objcopy, did not like something."""


def run(*command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False)
    if result.returncode != 0:
        raise CompilerFailed(f"{command[0]}: {result.stdout.strip()}")


def ask(triplet, header, expressions):
    """The values of C expressions, as signed 64-bit numbers or unsigned ones."""
    include = header[:header.index("linux/rover.h")]
    source = "#include <stddef.h>\n#include <linux/rover.h>\n" \
        "const unsigned long long abi[] __attribute__((section(\".abi\"), used)) = {\n" + \
        "".join(f"\t(unsigned long long)({text}),\n" for text in expressions) + "};\n"
    with tempfile.TemporaryDirectory(prefix="rover-abi-") as folder:
        path = os.path.join(folder, "abi")
        with open(path + ".c", "w", encoding="ascii") as file:
            file.write(source)
        run(f"{triplet}-gcc", "-Wall", "-Werror", "-I", include, "-c", "-o", path + ".o",
            path + ".c")
        run(f"{triplet}-objcopy", "-O", "binary", "-j", ".abi", path + ".o", path + ".bin")
        with open(path + ".bin", "rb") as file:
            data = file.read()
    values = struct.unpack(f"<{len(expressions)}Q", data)
    return dict(zip(expressions, values))


def questions(header):
    """All that has to be known of it."""
    asked = [call.name for call in header.calls]
    asked += [constant.name for constant in header.constants]
    asked += [constant.name for enum in header.enums.values() for constant in enum]
    for structure in header.structures.values():
        asked.append(f"sizeof(struct {structure.name})")
        for member in structure.members:
            asked.append(offset_of(structure, member))
            asked.append(size_of(structure, member))
    return asked


def offset_of(structure, member):
    return f"offsetof(struct {structure.name}, {member.name})"


def size_of(structure, member):
    return f"sizeof(((struct {structure.name} *)0)->{member.name})"
