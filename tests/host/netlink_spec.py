#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the netlink specification against the running kernel, and against the
headers: operations, who may use them, attributes with their types and limits,
groups, and the names and numbers of everything.

    netlink_spec.py FOLDER: which has rover.yaml, rover.h, rover_netlink.h and ynl

Copyright (C) 2026 The rover authors
"""

import os
import re
import sys

FOLDER = sys.argv[1]
sys.path.insert(0, os.path.join(FOLDER, "tools/net/ynl"))

# pylint: disable=wrong-import-position
import yaml
from lib import YnlFamily

import netlink_messages

problems = []


def expect(wanted, found, what):
    if wanted != found:
        problems.append(f"{what}: the specification says {wanted}, the code {found}")


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def constant(*words):
    return "_".join(words).upper().replace("-", "_")


def header_constants():
    """Of rover.h: name -> number."""
    text = read("rover.h")
    found = re.findall(r"^\t(ROVER_\w+) = (\d+),", text, re.M)
    found += re.findall(r"^#define\s+(ROVER_\w+)\s+(0x[0-9a-f]+|\d+)(?:ULL)?\b", text, re.M)
    return {name: int(number, 0) for name, number in found}


def header_enums():
    """Of rover_netlink.h: its enumerations, each a list of names from 1 on."""
    for body in re.findall(r"^enum \{\n(.*?)\n\};", read("rover_netlink.h"), re.S | re.M):
        yield [name for name in re.findall(r"^\t(\w+)(?: = 1)?,", body, re.M)
               if not name.startswith("__")]


def check_definitions(spec):
    known = header_constants()
    for each in spec["definitions"]:
        for number, entry in enumerate(each["entries"]):
            name = constant("rover", each["name"], entry)
            expect(1 << number if each["type"] == "flags" else number, known.get(name), name)


def check_header(spec):
    wanted = [[constant(each["name-prefix"] + attribute["name"])
               for attribute in each["attributes"]] for each in spec["attribute-sets"]]
    wanted.append([constant(spec["operations"]["name-prefix"] + operation["name"])
                   for operation in spec["operations"]["list"]])
    expect(sorted(wanted), sorted(header_enums()), "names in rover_netlink.h")


def kernel_operations(control):
    """Of the running kernel: number -> flags, and the names of the groups."""
    family = control.do("getfamily", {"family-name": "rover"})
    operations = {}
    for entry in family["ops"]:
        for operation in entry.values():
            operations[operation["id"]] = set(operation["flags"])
    groups = [group["name"] for entry in family["mcast-groups"] for group in entry.values()]
    return operations, groups


def check_operations(spec, control):
    operations, groups = kernel_operations(control)
    expect([each["name"] for each in spec["mcast-groups"]["list"]], groups, "groups")
    wanted = {}
    for number, each in enumerate(spec["operations"]["list"], 1):
        if "do" not in each:
            continue
        wanted[number] = {"cmd-cap-do", "cmd-cap-haspol"}
        wanted[number] |= {"cmd-cap-dump"} if "dump" in each else set()
        wanted[number] |= set(each.get("flags", []))
    expect(sorted(wanted), sorted(operations), "operations")
    for number in wanted.keys() & operations.keys():
        expect(wanted[number], operations[number], f"flags of operation {number}")


def kernel_policies(control):
    """Of the running kernel: operation -> attribute -> (type, min, max)."""
    of_operation, policies = {}, {}
    for part in control.dump("getpolicy", {"family-name": "rover"}):
        if "op-policy" in part:
            of_operation[part["op-policy"]["op-id"]] = part["op-policy"]["do"]
        if "policy" in part:
            policy = part["policy"]
            sign = "s" if "min-value-s" in policy else "u"
            policies.setdefault(policy["policy-id"], {})[policy["attr-id"]] = (
                policy["type"], policy.get(f"min-value-{sign}", 0),
                policy.get(f"max-value-{sign}", 0))
    return {operation: policies[policy] for operation, policy in of_operation.items()}


def check_policies(control):
    policies = kernel_policies(control)
    for number, attributes, _, _ in netlink_messages.read_requests(
            os.path.join(FOLDER, "rover.yaml")):
        wanted = {each.number: (each.type, each.min, each.max) for each in attributes}
        found = policies.get(number, {})
        expect(sorted(wanted), sorted(found), f"attributes of operation {number}")
        for each in wanted.keys() & found.keys():
            expect(wanted[each], found[each], f"operation {number}, attribute {each}")


def main():
    spec = yaml.safe_load(read("rover.yaml"))
    control = YnlFamily(os.path.join(FOLDER, "Documentation/netlink/specs/nlctrl.yaml"),
                        schema="")
    check_definitions(spec)
    check_header(spec)
    check_operations(spec, control)
    check_policies(control)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
