# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the names, types and comments of the uapi header. What they amount to in
bytes is for the compiler to say (abi_layout.py).

Copyright (C) 2026 The rover authors
"""

import re
from dataclasses import dataclass, field


@dataclass
class Member:
    name: str
    ctype: str        # as in the header
    length: int = 0   # of an array
    text: str = ""


@dataclass
class Structure:
    name: str
    text: str
    members: list = field(default_factory=list)


@dataclass
class Constant:
    name: str
    text: str = ""
    of: str = ""      # structure.field that it is a value of


@dataclass
class Call:
    name: str
    direction: str    # _IO, _IOR, ...
    structure: str


@dataclass
class Header:
    structures: dict
    enums: dict       # name -> [Constant]
    constants: list
    calls: list
    answering: set    # calls that write() does not take


class BadHeader(Exception):
    """Something in it that this script does not understand."""


def squeeze(text):
    return " ".join(text.split())


def comment_text(lines):
    return "\n".join(re.sub(r"^\s*\* ?", "", line) for line in lines.split("\n"))


def documented(comment):
    """Of a kernel-doc comment: the summary, and the text of each @name."""
    text = comment_text(comment).strip()
    summary = squeeze(text.split("\n")[0].partition(" - ")[2])
    names = {}
    for match in re.finditer(r"^@(\w+):((?:.*\n?)(?:\s+.*\n?)*?)(?=^@|^\S|^$|\Z)", text, re.M):
        names[match[1]] = squeeze(match[2])
    last = ""
    for name, said in names.items():
        last = names[name] = last if said == "likewise" else said
    return summary, names


def members(body, texts):
    """Fields; those of a union one after the other, they all begin alike."""
    body = re.sub(r"union \{(.*?)\};", r"\1", body, flags=re.S)
    found = []
    for line in filter(None, (squeeze(part) for part in body.split(";"))):
        match = re.fullmatch(r"((?:struct )?\w+) (\w+)(?:\[(\d+)\])?", line)
        if not match:
            raise BadHeader(f"what is this field: {line}")
        found.append(Member(match[2], match[1], int(match[3] or 0), texts.get(match[2], "")))
    return found


def structures_and_enums(text):
    structures, enums = {}, {}
    pattern = r"/\*\*\n((?:(?!\*/).)*)\*/\n(struct|enum) (\w+) \{\n(.*?)\n\};"
    for comment, kind, name, body in re.findall(pattern, text, re.S):
        summary, texts = documented(comment)
        if kind == "struct":
            structures[name] = Structure(name, summary, members(body, texts))
        else:
            enums[name] = [Constant(word, texts.get(word, ""))
                           for word in re.findall(r"^\s*(ROVER_\w+)", body, re.M)]
    stray = set(re.findall(r"^(?:struct|enum) (\w+) \{", text, re.M)) - {*structures, *enums}
    if stray:
        raise BadHeader(f"without kernel-doc: {', '.join(sorted(stray))}")
    return structures, enums


def constants_and_calls(text):
    constants, calls, of = [], [], ""
    for line in text.split("\n"):
        heading = re.fullmatch(r"/\* (rover_\w+\.\w+) \*/", line)
        if heading or not line:
            of = heading[1] if heading else ""
        define = re.match(r"#define\s+(ROVER_\w+)\s+(.*)", line)
        if not define:
            continue
        call = re.match(r"(_IO\w*)\(ROVER_IOC_MAGIC, \w+(?:, struct (\w+))?\)", define[2])
        if call:
            calls.append(Call(define[1], call[1], call[2] or ""))
            continue
        said = re.search(r"/\* (.*?) \*/", define[2])
        constants.append(Constant(define[1], said[1] if said else "", of))
    return constants, calls


def read(path):
    with open(path, encoding="ascii") as file:
        text = file.read()
    structures, enums = structures_and_enums(text)
    constants, calls = constants_and_calls(text)
    none_of = re.search(r"wait for an answer \(none of ([A-Z, ]+)\)", text)
    if not none_of:
        raise BadHeader("struct rover_record does not say which calls it takes")
    return Header(structures, enums, constants, calls, set(none_of[1].split(", ")))
