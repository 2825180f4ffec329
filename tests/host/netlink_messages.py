#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Random requests of the netlink family, built from its specification: valid ones,
nearly valid ones and wrong ones, for /tests/netlink-messages.

    netlink_messages.py SPEC COUNT SEED >FILE

Each is one byte that tells what it is (0: may be accepted, 1: must be refused), a
length of 4 bytes, and the message; the family's number in it is for the reader.

Copyright (C) 2026 The rover authors
"""

import random
import re
import struct
import sys

import yaml

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLA_F_NESTED = 0x8000
FORMATS = {"u32": "=I", "s32": "=i", "u64": "=Q", "s64": "=q"}


class Attribute:
    def __init__(self, number, spec):
        self.number = number
        self.name = spec["name"]
        self.type = spec["type"]
        self.min, self.max = limits(spec)

    def value(self, number):
        if self.type == "flag":
            return b""
        return struct.pack(FORMATS[self.type], number)

    def permitted(self):
        if self.type == "flag":
            return self.value(0)
        # near a limit or near nothing as often as in between
        return self.value(random.choice((self.min, self.max, max(self.min, min(self.max, 0)),
                                         random.randint(self.min, self.max))))

    def forbidden(self):
        """A number beyond a limit; None if each that fits is permitted."""
        lowest, highest = width(self.type)
        beyond = [number for number in (self.min - 1, lowest, self.max + 1, highest)
                  if lowest <= number <= highest and not self.min <= number <= self.max]
        return self.value(random.choice(beyond)) if beyond else None


def width(kind):
    if kind == "flag":
        return 0, 0
    bits = int(kind[1:])
    return (0, 2 ** bits - 1) if kind[0] == "u" else (-2 ** (bits - 1), 2 ** (bits - 1) - 1)


def limits(spec):
    """The schema has no negative limits: the text has them."""
    lowest, highest = width(spec["type"])
    checks = spec.get("checks", {})
    lowest = checks.get("min", lowest)
    highest = checks.get("max", highest)
    said = re.search(r"[Ff]rom (-\d+) to (\d+)", spec.get("doc", ""))
    return (int(said[1]), int(said[2])) if said else (lowest, highest)


def read_requests(path):
    """Of each request: its number, its attributes, the numbers of its set, dumped?"""
    with open(path, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    sets = {each["name"]: [Attribute(number, attribute)
                           for number, attribute in enumerate(each["attributes"], 1)
                           if attribute["type"] not in ("nest", "string")]
            for each in spec["attribute-sets"]}
    requests = []
    for number, operation in enumerate(spec["operations"]["list"], 1):
        if "do" not in operation:
            continue
        names = operation["do"]["request"]["attributes"]
        space = sets[operation["attribute-set"]]
        requests.append((number, [each for each in space if each.name in names],
                         [each for each in space if each.name not in names],
                         "dump" in operation))
    return requests


def attribute(number, value):
    return struct.pack("=HH", len(value) + 4, number) + value + bytes(-len(value) % 4)


def message(command, attributes, flags=NLM_F_REQUEST | NLM_F_ACK, reserved=0):
    body = struct.pack("=BBH", command, 1, reserved) + b"".join(attributes)
    return struct.pack("=IHHII", len(body) + 16, 0, flags, 0, 0) + body


def whole(attributes):
    """All of them, the rover's index being 0; in any order."""
    some = [attribute(each.number, each.value(0) if each.name == "index" else each.permitted())
            for each in attributes]
    random.shuffle(some)
    return some


def some_of(attributes):
    return [each for each in attributes if each.name == "index" or random.random() < 0.4]


def valid(requests):
    command, attributes, _, dumped = random.choice(requests)
    if dumped and random.random() < 0.3:
        return 0, message(command, [], NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP)
    return 0, message(command, whole(some_of(attributes) if random.random() < 0.5
                                     else attributes))


def nearly_valid(requests):
    command, attributes, foreign, dumped = random.choice(requests)
    good = whole(attributes)
    victim = random.choice(attributes)
    others = whole([each for each in attributes if each is not victim])
    ways = ["cut", "long", "nested", "unknown", "nowhere", "reserved"]
    if victim.forbidden() is not None:
        ways += ["beyond"] * 4
    if foreign:
        ways.append("foreign")
    if dumped:
        ways.append("dump")
    way = random.choice(ways)
    if way == "cut":
        bad = attribute(victim.number, victim.permitted()[:-1] if victim.type != "flag" else b"x")
        return 1, message(command, [*others, bad])
    if way == "long":
        return 1, message(command, [*others, attribute(victim.number, victim.permitted() + b"x")])
    if way == "nested":
        return 1, message(command, [*others, attribute(victim.number | NLA_F_NESTED,
                                                       victim.permitted())])
    if way == "unknown":
        return 1, message(command, [*good, attribute(random.randint(64, 0x3fff), b"abcd")])
    if way == "nowhere":
        return 1, message(command, [attribute(1, struct.pack("=I", random.randint(1, 2 ** 32 - 1))),
                                    *whole(attributes[1:])])
    if way == "reserved":
        return 1, message(command, good, reserved=random.randint(1, 0xffff))
    if way == "foreign":
        other = random.choice(foreign)
        return 1, message(command, [*good, attribute(other.number, other.permitted())])
    if way == "dump":
        return 1, message(command, good, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP)
    return 1, message(command, [*others, attribute(victim.number, victim.forbidden())])


def wrong(requests):
    command = random.choice(requests)[0]
    noise = random.randbytes(4 * random.randint(1, 40))
    way = random.randrange(4)
    if way == 0:
        return 1, message(random.randint(len(requests) + 1, 255), [noise])
    if way == 1:    # an attribute that says it is longer than the message
        return 1, message(command, [struct.pack("=HH", len(noise) + 400, 1), noise])
    if way == 2:    # or shorter than its own head
        return 1, message(command, [struct.pack("=HH", random.randint(0, 3), 1), noise])
    return 0, message(command, [noise])


def main():
    path, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    requests = read_requests(path)
    random.seed(seed)
    for _ in range(count):
        make = random.choice((valid, nearly_valid, nearly_valid, wrong))
        refused, text = make(requests)
        sys.stdout.buffer.write(struct.pack("=BI", refused, len(text)) + text)


if __name__ == "__main__":
    main()
