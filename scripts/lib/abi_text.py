# SPDX-License-Identifier: GPL-2.0-or-later
"""The ABI as data, and the data as JSON and as tables of Markdown.

Copyright (C) 2026 The rover authors
"""

import json
import re

from abi_layout import offset_of, size_of

DIRECTIONS = {"_IO": "none", "_IOW": "to the kernel", "_IOR": "from the kernel",
              "_IOWR": "both ways"}

# Longest first: what a name ends in tells its unit.
SUFFIXES = (
    ("um_s2", "um/s^2"), ("um_s", "um/s"), ("urad_s", "urad/s"), ("um", "um"),
    ("urad", "urad"), ("ns", "ns"), ("us", "us"), ("ms", "ms"), ("permille", "permille"),
    ("mc", "millidegree Celsius"), ("count", "counts"),
)
# Names that do not tell.
UNITS = {
    "rover_path.way": "um or urad",
    "rover_path.speed": "um/s or urad/s",
    "rover_snapshot.remaining": "um or urad",
    "rover_event_done.remaining": "um or urad",
    "rover_info.counts_per_revolution": "counts",
    "rover_settings.feed_forward": "permille per m/s",
    "rover_settings.proportional": "permille per m/s",
    "rover_settings.integral": "permille per m",
    "rover_event_lost.count": "records",
}


def unit_of(structure, name):
    full = f"{structure}.{name}"
    if full in UNITS:
        return UNITS[full]
    for suffix, unit in SUFFIXES:
        if name == suffix or name.endswith("_" + suffix):
            return unit
    return ""


def type_of(member):
    name = re.sub(r"^__([us]\d+)$", r"\1", member.ctype)
    return f"{name}[{member.length}]" if member.length else name


def field_data(structure, member, values):
    data = {"name": member.name, "offset": values[offset_of(structure, member)],
            "size": values[size_of(structure, member)], "type": type_of(member)}
    unit = unit_of(structure.name, member.name)
    if unit:
        data["unit"] = unit
    takes = re.search(r"\benum (rover_\w+)|\b(ROVER_[A-Z]+_)\*", member.text)
    if takes:
        data["values"] = takes[1] or takes[2] + "*"
    elif member.name == "end":   # explained once, for the first of several
        data["values"] = "rover_stop_mode"
    if member.text:
        data["text"] = member.text
    return data


def call_data(call, header, values):
    short = call.name[len("ROVER_IOC_"):]
    number = values[call.name]
    data = {"name": call.name, "number": number, "hex": f"0x{number:08x}",
            "command": number & 0xff, "direction": DIRECTIONS[call.direction]}
    if call.structure:
        data |= {"structure": call.structure, "size": number >> 16 & 0x3fff}
    return data | {"write": short not in header.answering}


def constant_data(constant, values):
    data = {"value": values[constant.name]}
    if constant.of:
        data["field"] = constant.of
    if constant.text:
        data["text"] = constant.text
    return data


def description(header, values):
    return {
        "license": "SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note",
        "about": "The binary interface of /dev/rover, from include/uapi/linux/rover.h; "
                 "little-endian, no hidden padding, the same for 32 and 64 bit. "
                 "Made by scripts/abi.",
        "version": values["ROVER_ABI_VERSION"],
        "calls": [call_data(call, header, values) for call in header.calls],
        "structures": {
            name: {"size": values[f"sizeof(struct {name})"], "text": structure.text,
                   "fields": [field_data(structure, member, values)
                              for member in structure.members]}
            for name, structure in header.structures.items()},
        "enums": {name: {constant.name: constant_data(constant, values)
                         for constant in enum} for name, enum in header.enums.items()},
        "constants": {constant.name: constant_data(constant, values)
                      for constant in header.constants},
    }


def gaps(data):
    """Where the compiler put bytes that no field owns: there must be none."""
    for name, structure in data["structures"].items():
        end = 0
        for field in structure["fields"]:
            if field["offset"] > end:
                yield f"{name}: {field['offset'] - end} bytes before {field['name']}"
            end = max(end, field["offset"] + field["size"])
        if structure["size"] != end:
            yield f"{name}: {structure['size'] - end} bytes at its end"


def as_json(value, depth=0):
    """As json.dumps, with what has only plain values on one line."""
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, (dict, list)) or \
            (depth > 1 and not any(isinstance(item, (dict, list)) for item in inner)):
        return json.dumps(value)
    pad = "  " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {as_json(item, depth + 1)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        parts = [as_json(item, depth + 1) for item in value]
        opening, closing = "[", "]"
    lines = ",\n".join(pad + part for part in parts)
    return f"{opening}\n{lines}\n{'  ' * depth}{closing}"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |"
                              for row in rows]) + "\n"


def calls_table(data):
    return table(("Call", "ioctl number", "Command", "Structure", "Bytes", "Direction",
                  "By write()"),
                 ((call["name"][len("ROVER_IOC_"):], f"`{call['hex']}`",
                   f"`0x{call['command']:02x}`", call.get("structure", ""), call.get("size", 0),
                   call["direction"], "yes" if call["write"] else "no")
                  for call in data["calls"]))


def structures_tables(data):
    parts = []
    for name, structure in data["structures"].items():
        parts.append(f"**{name}**: {structure['text']}; {structure['size']} bytes\n\n" + table(
            ("Offset", "Size", "Type", "Field", "Unit or values"),
            ((field["offset"], field["size"], field["type"], field["name"],
              field.get("unit") or (f"`{field['values']}`" if "values" in field else ""))
             for field in structure["fields"])))
    return "\n".join(parts)


def enums_tables(data):
    return table(("Enum", "Values"),
                 ((name, ", ".join(f"{constant['value']} {word[len('ROVER_'):]}"
                                   for word, constant in enum.items()))
                  for name, enum in data["enums"].items()))


def constants_table(data):
    return table(("Constant", "Value", "Of"),
                 ((name, f"`0x{constant['value']:x}`" if constant.get("field") else
                   constant["value"], constant.get("field", ""))
                  for name, constant in data["constants"].items()))


TABLES = {"calls": calls_table, "structures": structures_tables, "enums": enums_tables,
          "constants": constants_table}


def with_tables(text, data):
    """A Markdown text with what is between its marks made anew."""
    for name, make in TABLES.items():
        text, count = re.subn(f"(<!-- {name} -->\n).*?(<!-- end of {name} -->)",
                              lambda match, made=make(data): match[1] + made + match[2],
                              text, flags=re.S)
        if count != 1:
            raise ValueError(f"no mark <!-- {name} -->")
    return text
