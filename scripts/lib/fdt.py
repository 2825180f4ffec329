# SPDX-License-Identifier: GPL-2.0-or-later
"""Device trees as Python objects: read a blob, change it, write it back.

Copyright (C) 2026 The rover authors
"""

import struct

import libfdt


class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self.parent = parent
        self.props = {}      # name -> bytes
        self.children = {}   # name -> Node
        self.reserved = []   # of the root: (address, size)

    def child(self, name):
        """The child of that name, made when there is none."""
        if name not in self.children:
            self.children[name] = Node(name, self)
        return self.children[name]

    def rename(self, name):
        siblings = self.parent.children
        self.parent.children = {
            name if node is self else key: node for key, node in siblings.items()}
        self.name = name

    def remove(self, name):
        self.children.pop(name, None)

    def find(self, path):
        node = self
        for name in path.strip("/").split("/"):
            if name:
                node = node.children.get(name)
            if node is None:
                return None
        return node

    def path(self):
        if self.parent is None:
            return "/"
        return self.parent.path().rstrip("/") + "/" + self.name

    def walk(self):
        yield self
        for child in self.children.values():
            yield from child.walk()

    def strings(self, prop):
        return self.props[prop].decode().rstrip("\0").split("\0")

    def cells(self, prop):
        value = self.props[prop]
        return struct.unpack(f">{len(value) // 4}I", value)


def read(path):
    with open(path, "rb") as file:
        return parse(file.read())


def parse(blob):
    tree = libfdt.FdtRo(blob)

    def node_at(offset, parent):
        node = Node(tree.get_name(offset), parent)
        prop = tree.first_property_offset(offset, libfdt.QUIET_NOTFOUND)
        while prop >= 0:
            value = tree.get_property_by_offset(prop)
            node.props[value.name] = bytes(value)
            prop = tree.next_property_offset(prop, libfdt.QUIET_NOTFOUND)
        child = tree.first_subnode(offset, libfdt.QUIET_NOTFOUND)
        while child >= 0:
            node.children[tree.get_name(child)] = node_at(child, node)
            child = tree.next_subnode(child, libfdt.QUIET_NOTFOUND)
        return node

    root = node_at(0, None)
    # (this libfdt's get_mem_rsv() gives the size only)
    for index in range(tree.num_mem_rsv()):
        root.reserved.append(struct.unpack_from(">QQ", blob, tree.off_mem_rsvmap() + 16 * index))
    return root


def flatten(root):
    sw = libfdt.FdtSw()
    for address, size in root.reserved:
        sw.add_reservemap_entry(address, size)
    sw.finish_reservemap()

    def write(node):
        with sw.add_node(node.name):
            for name, value in node.props.items():
                sw.property(name, value)
            for child in node.children.values():
                write(child)

    write(root)
    # as_fdt() fails when there is no room left for the tag that ends a tree
    sw.resize(len(sw.as_bytearray()) + 16)
    return bytes(sw.as_fdt().as_bytearray())
