# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds a program against a sysroot and looks at what the compiler took for it:
all of that has to be in there, or to be the compiler's own.

Copyright (C) 2026 The rover authors
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile

PROGRAMS = {
    "c": ("clang", "program.c", "#include <errno.h>\n#include <math.h>\n#include <stdio.h>\n"
          "#include <sys/ioctl.h>\n#include <linux/types.h>\n"
          "int main(int argc, char **argv)\n{\n"
          "\treturn argv[0] ? printf(\"%f\\n\", cos(argc)) < 0 : EINVAL;\n}\n"),
    "c++": ("clang++", "program.cc", "#include <cmath>\n#include <iostream>\n#include <string>\n"
            "int main(int argc, char **)\n{\n"
            "\tstd::cout << std::string(\"x\") << std::cos(argc) << std::endl;\n}\n"),
}

HEADER = re.compile(r"^\.+ (.*)$")


class Outside(Exception):
    """The sysroot does not do: why."""


def compiler(language, triplet, sysroot):
    """clang and lld, told to take everything from there."""
    return [PROGRAMS[language][0], f"--target={triplet}", f"--sysroot={sysroot}",
            f"--gcc-toolchain={sysroot}/usr", "-fuse-ld=lld"]


def _own_folders(command):
    """Of the compiler: the headers and libraries that only it knows."""
    said = subprocess.run(command[:1] + ["-print-resource-dir"], check=False, capture_output=True,
                          text=True)
    return [os.path.realpath(said.stdout.strip())] if said.returncode == 0 else []


def check(language, sysroot, command):
    """Raises Outside."""
    sysroot = os.path.realpath(sysroot)
    if not shutil.which(command[0]):
        raise Outside(f"not checked: there is no {command[0]} on this machine")
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, PROGRAMS[language][1])
        with open(source, "w", encoding="ascii") as file:
            file.write(PROGRAMS[language][2])
        said = subprocess.run(
            command + ["-H", "-Wl,--trace", source, "-o", os.path.join(folder, "program"), "-lm"],
            check=False, capture_output=True, text=True, errors="replace", cwd=folder,
            env=dict(os.environ, LC_ALL="C", TMPDIR=folder))
        taken = [found[1] for found in map(HEADER.match, said.stderr.splitlines()) if found]
        taken += [line for line in said.stdout.splitlines() if line.startswith("/")]
        allowed = [os.path.realpath(one) + "/" for one in [sysroot, folder, *_own_folders(command)]]
        for path in taken:
            # an archive's member: /usr/lib/libm.a(k_cos.o)
            real = os.path.realpath(path.split("(")[0])
            if not any(real.startswith(one) for one in allowed):
                raise Outside(f"{language}: {command[0]} takes {path} from outside of the sysroot")
        if said.returncode:
            errors = [line for line in said.stderr.splitlines() if "error:" in line]
            raise Outside(f"{language}: {shlex.join(command)} cannot build a program with it: "
                          + (errors or said.stderr.splitlines() or ["no reason given"])[0])
