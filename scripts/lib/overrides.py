# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters of device tree overlays, as the Raspberry Pi's firmware applies
them: the node __overrides__ says what a parameter changes. libfdt and
fdtoverlay ignore that node, so this happens before an overlay is merged.

The forms are those of the Raspberry Pi documentation, "Device Tree
parameters". A value may be a reference to a label; then the table of fixups has
to follow the change.

Copyright (C) 2026 The rover authors
"""

import re
import struct

from fixups import LOCAL, OverlayError

TRUE = ("y", "yes", "on", "true", "down")
FALSE = ("n", "no", "off", "false")
INTEGER_BYTES = {".": 1, ";": 2, ":": 4, "#": 8}


class Cell:
    """A value given as a cell in the overlay: a number or a reference."""

    def __init__(self, number, label):
        self.number = number
        self.label = label   # False: a number; else as in Fixups


class Reader:
    """Takes a parameter's declaration apart: cells and strings alternate."""

    def __init__(self, overrides, name, fixups):
        self.node = overrides
        self.name = name
        self.data = overrides.props[name]
        self.fixups = fixups
        self.offset = 0

    def more(self):
        return self.offset < len(self.data)

    def cell(self):
        if self.offset + 4 > len(self.data):
            raise OverlayError(f"parameter {self.name}: its declaration is cut short")
        number = struct.unpack_from(">I", self.data, self.offset)[0]
        label = self.fixups.where.get((self.node, self.name, self.offset), False)
        self.offset += 4
        return Cell(number, label)

    def string(self):
        end = self.data.find(b"\0", self.offset)
        if end < 0:
            raise OverlayError(f"parameter {self.name}: its declaration is cut short")
        text = self.data[self.offset:end].decode()
        self.offset = end + 1
        return text


def to_integer(value, name):
    try:
        return int(value, 0)
    except ValueError:
        pass
    if value in TRUE:
        return 1
    if value in FALSE:
        return 0
    if value == "up":
        return 2
    raise OverlayError(f"parameter {name}: '{value}' is not a number")


def is_true(value, name):
    return to_integer(value, name) != 0


def to_bytes(value, name):
    try:
        return bytes.fromhex(value.replace(":", ""))
    except ValueError:
        raise OverlayError(f"parameter {name}: '{value}' is not a string of bytes") from None


def lookup_pairs(text, reader):
    """The pairs of a lookup table; a value that ends its string with `=`
    stands in the cell after it, and the table goes on in the next string."""
    pairs = []
    while True:
        closed = text.endswith("}")
        body = text.removesuffix("}")
        # after a cell, the comma that would follow it is implied
        items = re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", body) if body or not pairs else []
        for item in items:
            key, equals, value = item.partition("=")
            pairs.append((key.strip("'"), (value if equals else key).strip("'")))
        if closed:
            return pairs
        if not text.endswith("="):
            raise OverlayError(f"parameter {reader.name}: its lookup table has no end")
        pairs[-1] = (pairs[-1][0], reader.cell())
        text = reader.string()


def look_up(pairs, value, name):
    """The value's pair, else the one without a key: it gives a default or, if
    it has no value either, lets every value pass."""
    default = None
    for key, result in pairs:
        if key == "":
            default = value if result == "" else result
        elif key == value:
            return result
    if default is None:
        known = ", ".join(key for key, _ in pairs)
        raise OverlayError(f"parameter {name}: '{value}' is none of {known}")
    return default


def set_bytes(node, prop, offset, new, fixups):
    old = node.props.get(prop, b"").ljust(offset + len(new), b"\0")
    node.props[prop] = old[:offset] + new + old[offset + len(new):]
    fixups.forget(node, prop, offset, offset + len(new))


def set_integer(node, prop, kind, offset, value, name, fixups):
    size = INTEGER_BYTES[kind]
    number = value.number if isinstance(value, Cell) else to_integer(value, name)
    if not -(1 << size * 8 - 1) <= number < 1 << size * 8:
        raise OverlayError(f"parameter {name}: {number} does not fit into {size * 8} bits")
    number %= 1 << size * 8
    set_bytes(node, prop, offset, number.to_bytes(size, "big"), fixups)
    if isinstance(value, Cell) and value.label is not False:
        fixups.where[node, prop, offset] = value.label
    if prop == "reg":
        node.rename(f"{node.name.partition('@')[0]}@{number:x}")


def set_string(node, prop, value, name, fixups):
    if isinstance(value, Cell):
        raise OverlayError(f"parameter {name}: {prop} is a string and is given a number")
    if prop == "name":
        _, at, unit = node.name.partition("@")
        node.rename(value + at + unit)
        return
    if prop == "status" and value in (*TRUE, *FALSE, "0", "1"):
        value = "okay" if is_true(value, name) else "disabled"
    if prop == "bootargs" and prop in node.props:
        value = node.strings(prop)[0] + " " + value
    fixups.forget(node, prop)
    node.props[prop] = value.encode() + b"\0"


def set_boolean(node, prop, value, fixups):
    fixups.forget(node, prop)
    node.props.pop(prop, None)
    if value:
        node.props[prop] = b""


def apply_to_property(node, declaration, value, reader):
    """One target of a parameter: property, kind, and a fixed value or table."""
    name, fixups = reader.name, reader.fixups
    prop, kind, rest = re.fullmatch(r"([^.;:#?!\[{=]+)([.;:#?!\[]?)(.*)", declaration).groups()
    offset = 0
    if kind in INTEGER_BYTES:
        digits, rest = re.fullmatch(r"(\d*)(.*)", rest).groups()
        offset = int(digits or 0)

    if rest.startswith("="):
        value = reader.cell() if rest == "=" and kind in INTEGER_BYTES else rest[1:]
    elif rest.startswith("{"):
        value = look_up(lookup_pairs(rest[1:], reader), value, name)
    elif rest:
        raise OverlayError(f"parameter {name}: cannot read '{declaration}'")

    if kind in INTEGER_BYTES:
        set_integer(node, prop, kind, offset, value, name, fixups)
    elif kind in ("?", "!"):
        set_boolean(node, prop, is_true(value, name) == (kind == "?"), fixups)
    elif kind == "[":
        fixups.forget(node, prop)
        node.props[prop] = to_bytes(value, name)
    else:
        set_string(node, prop, value, name, fixups)


def switch_fragments(root, operations, value, name):
    if not re.fullmatch(r"([-+=!]\d+)+", operations):
        raise OverlayError(f"parameter {name}: cannot read '{operations}'")
    for operation, number in re.findall(r"([-+=!])(\d+)", operations):
        fragment = (root.children.get(f"fragment@{number}") or
                    root.children.get(f"fragment-{number}"))
        if fragment is None:
            raise OverlayError(f"parameter {name}: there is no fragment {number}")
        wanted = (operation == "+" or
                  operation in "=!" and is_true(value, name) == (operation == "="))
        old, new = "__dormant__", "__overlay__"
        if not wanted:
            old, new = new, old
        if old in fragment.children:
            fragment.children[old].rename(new)


def apply_parameter(root, fixups, name, value):
    overrides = root.children.get("__overrides__")
    known = sorted(overrides.props) if overrides else []
    if name not in known:
        raise OverlayError(f"unknown parameter '{name}', there are: " +
                           (", ".join(known) or "none"))
    by_phandle = {node.cells("phandle")[0]: node
                  for node in root.walk() if "phandle" in node.props}
    reader = Reader(overrides, name, fixups)
    while reader.more():
        target = reader.cell()
        declaration = reader.string()
        if target.label is False and target.number == 0:
            switch_fragments(root, declaration, value, name)
        elif target.label is LOCAL:
            apply_to_property(by_phandle[target.number], declaration, value, reader)
        else:
            raise OverlayError(f"parameter {name}: its target is not in the overlay")


def apply_parameters(root, fixups, parameters):
    """Applies (name, value) pairs to an overlay, and takes out what declares
    the parameters. A parameter without a value is true."""
    for name, value in parameters:
        apply_parameter(root, fixups, name, "true" if value is None else value)
    if "__overrides__" in root.children:
        fixups.forget_node(root.children["__overrides__"])
        root.remove("__overrides__")
