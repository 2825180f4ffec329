# SPDX-License-Identifier: GPL-2.0-or-later
"""Which cells of an overlay are references to labels: the merge, which finds
them by this table, replaces them by phandles.

Copyright (C) 2026 The rover authors
"""

import struct

LOCAL = None   # refers to a label of the overlay itself


class OverlayError(Exception):
    """The overlay, or what was asked of it, is wrong."""


class Fixups:
    """where: (node, property, offset) -> the label in the base tree, or LOCAL;
    labels: the overlay's own, label -> node."""

    def __init__(self, root):
        self.root = root
        symbols = root.children.get("__symbols__")
        self.labels = {label: root.find(symbols.strings(label)[0])
                       for label in symbols.props} if symbols else {}
        self.where = {}
        external = root.children.get("__fixups__")
        for label in external.props if external else ():
            for place in external.strings(label):
                path, prop, offset = place.rsplit(":", 2)
                self.where[root.find(path), prop, int(offset)] = label
        local = root.children.get("__local_fixups__")
        if local:
            self._read_local(local, root)

    def _read_local(self, fixups, node):
        for prop in fixups.props:
            for offset in fixups.cells(prop):
                self.where[node, prop, offset] = LOCAL
        for name, child in fixups.children.items():
            self._read_local(child, node.children[name])

    def write_back(self):
        """Nodes and properties may have got other names and places."""
        for label, node in self.labels.items():
            self.root.child("__symbols__").props[label] = node.path().encode() + b"\0"
        self.root.remove("__fixups__")
        self.root.remove("__local_fixups__")
        for (node, prop, offset), label in self.where.items():
            if label is LOCAL:
                mirror = self.root.child("__local_fixups__")
                for name in node.path().strip("/").split("/"):
                    mirror = mirror.child(name)
                mirror.props[prop] = mirror.props.get(prop, b"") + struct.pack(">I", offset)
            else:
                place = f"{node.path()}:{prop}:{offset}\0".encode()
                table = self.root.child("__fixups__").props
                table[label] = table.get(label, b"") + place

    def forget(self, node, prop, start=0, end=1 << 32):
        """Bytes start..end of a property are about to be overwritten."""
        for place in [place for place in self.where
                      if place[:2] == (node, prop) and start <= place[2] < end]:
            del self.where[place]

    def forget_node(self, node):
        for place in [place for place in self.where if place[0] is node]:
            del self.where[place]

    def move(self, source, target, prop):
        """A property is about to be copied to another node."""
        self.forget(target, prop)
        for place, label in list(self.where.items()):
            if place[:2] == (source, prop):
                self.where[target, prop, place[2]] = label
