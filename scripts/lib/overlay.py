# SPDX-License-Identifier: GPL-2.0-or-later
"""Merges overlays onto a device tree.

Copyright (C) 2026 The rover authors
"""

import os
import subprocess
import tempfile

import fdt
from fixups import LOCAL, Fixups, OverlayError
from overrides import apply_parameters


class Overlay:
    """FILE.dtbo[,parameter[=value]]... as on a dtoverlay line of config.txt."""

    def __init__(self, text):
        self.path, *rest = text.split(",")
        self.parameters = []
        for parameter in rest:
            name, equals, value = parameter.partition("=")
            self.parameters.append((name, value if equals else None))

    def tree(self):
        if not os.path.exists(self.path):
            raise OverlayError(f"{self.path} does not exist")
        try:
            tree = fdt.read(self.path)
        except fdt.libfdt.FdtException as error:
            raise OverlayError(f"{self.path} is no device tree blob") from error
        fixups = Fixups(tree)
        try:
            apply_parameters(tree, fixups, self.parameters)
        except OverlayError as error:
            raise OverlayError(f"{self.path}: {error}") from error
        merge_inner_fragments(tree, fixups)
        fixups.write_back()
        return tree


def merge_inner_fragments(tree, fixups):
    """The firmware first merges, in their order, the fragments that target a
    label of the overlay itself. A fragment's own phandle stays behind."""
    by_phandle = {node.cells("phandle")[0]: node
                  for node in tree.walk() if "phandle" in node.props}
    for fragment in list(tree.children.values()):
        content = fragment.children.get("__overlay__")
        if content is None:
            continue
        content.props.pop("phandle", None)
        if "target" in fragment.props and fixups.where.get((fragment, "target", 0), "") is LOCAL:
            merge_node(content, by_phandle[fragment.cells("target")[0]], fixups)
            content.rename("__dormant__")


def merge_node(source, target, fixups):
    for prop, value in source.props.items():
        fixups.move(source, target, prop)
        target.props[prop] = value
    for name, child in source.children.items():
        merge_node(child, target.child(name), fixups)


def check_labels(base, overlay, path):
    """fdtoverlay only says that something was not found."""
    fixups = overlay.children.get("__fixups__")
    symbols = base.children.get("__symbols__")
    if symbols is None:
        raise OverlayError("the base device tree has no labels (__symbols__)")
    missing = [label for label in (fixups.props if fixups else ()) if label not in symbols.props]
    if missing:
        raise OverlayError(f"{path}: the base device tree has no label " + ", ".join(missing))


def merge(base, overlays):
    """base: a tree; overlays: Overlay objects, applied in turn. Gives a tree."""
    with tempfile.TemporaryDirectory(prefix="rover-") as folder:
        def save(name, tree):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(fdt.flatten(tree))
            return path

        for overlay in overlays:
            tree = overlay.tree()
            check_labels(base, tree, overlay.path)
            merged = os.path.join(folder, "merged.dtb")
            result = subprocess.run(
                ["fdtoverlay", "-i", save("base.dtb", base), "-o", merged,
                 save("overlay.dtbo", tree)],
                stderr=subprocess.PIPE, text=True, check=False)
            if result.returncode != 0:
                raise OverlayError(f"{overlay.path} cannot be merged: {result.stderr.strip()}")
            base = fdt.read(merged)
    return base
