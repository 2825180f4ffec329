#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the numbers in programs against kmod/abi.json, and says which are wrong.

A program gives a number the ABI's name (ROVER_STOP_BRAKE = 1), or tells in the
same line what it is: `sizeof rover_event` is that number, `rover_event.type` an
offset, `rover_event.done.complete` one in a structure in a structure. Other
numbers have to be small, or one of a few that have nothing to do with layouts.

Copyright (C) 2026 The rover authors
"""

import json
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
FREE = {*range(10), 100, 180, 200, 500, 1000, 1000000}
# numbers of errors; bits and bytes of a word; buffers
FREE_LINES = re.compile(r"\bE[A-Z]{3,}\b|shift|setvbuf|bs=1000|od -An|Copyright")
NUMBER = r"(?:0x[0-9a-fA-F]+|\d[\d_]*)"


class Abi:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.structures = data["structures"]
        self.values = {name: {item["value"]} for name, item in data["constants"].items()}
        for enum in data["enums"].values():
            self.values |= {name: {item["value"]} for name, item in enum.items()}
        for call in data["calls"]:
            self.values[call["name"]] = {call["number"], call["command"]}

    def offset(self, path):
        """Of rover_event.done.complete; raises KeyError."""
        structure, *names = path.split(".")
        total = 0
        for name in names:
            field = {field["name"]: field for field in self.structures[structure]["fields"]}[name]
            total += field["offset"]
            structure = field["type"].removeprefix("struct ")
        return total


def value(text):
    return int(text.replace("_", ""), 0 if text.startswith("0x") else 10)


def given(line):
    """Names with their numbers, of one assignment or of several in a line."""
    several = re.search(rf"((?:ROVER_\w+, )+ROVER_\w+) = ((?:{NUMBER}, )+{NUMBER})", line)
    if several:
        return list(zip(several[1].split(", "), map(value, several[2].split(", "))))
    return [(name, value(number)) for name, number in
            re.findall(rf"\b(ROVER_\w+)\s*(?::\s*\w+\s*)?(?:=>|=)\s*({NUMBER})", line)]


def wrong_in_line(abi, line):
    known = []
    for name in re.findall(r"\bROVER_[A-Z0-9_]+\b", line):
        if name not in abi.values:
            yield f"there is no {name}"
    for name, number in given(line):
        known.append(number)
        if number not in abi.values.get(name, {number}):
            yield f"{name} is {sorted(abi.values[name])}, not {number}"
    code = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "''", re.split(r"//|#(?!\[)|--|/\*", line)[0])
    numbers = [value(text) for text in re.findall(rf"(?<![\w.])({NUMBER})(?![\w.]*\w)", code)]
    annotations = re.findall(r"\bsizeof (rover_\w+)", line)
    wanted = [abi.structures[name]["size"] for name in annotations if name in abi.structures]
    for path in re.findall(r"\brover_\w+(?:\.\w+)+", line):
        try:
            wanted.append(abi.offset(path))
        except KeyError:
            yield f"there is no {path}"
    for number in wanted:
        if numbers and number not in numbers:
            yield f"{number} is not in a line that says so"
    if not FREE_LINES.search(line):
        for number in set(numbers) - FREE - set(known) - set(wanted):
            yield f"what is {number}?"


def main():
    abi = Abi(os.path.join(TOP, "kmod/abi.json"))
    failed = False
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                for complaint in wrong_in_line(abi, line):
                    print(f"{path}:{number}: {complaint}")
                    failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main())
