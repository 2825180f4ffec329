# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells what an index in OCI's layout lists: platform, digest, size as it is sent.

Copyright (C) 2026 The rover authors
"""

import json
import os
import sys


def read(folder, digest):
    with open(os.path.join(folder, "blobs", digest.replace(":", "/")), encoding="utf-8") as file:
        return json.load(file)


def main():
    folder = sys.argv[1]
    for entry in json.load(sys.stdin)["manifests"]:
        platform = entry["platform"]
        name = "/".join(platform[part] for part in ("os", "architecture", "variant") if part in platform)
        manifest = read(folder, entry["digest"])
        size = sum(part["size"] for part in [manifest["config"], *manifest["layers"]])
        print(f"{name}\t{entry['digest']}\t{size}")


main()
