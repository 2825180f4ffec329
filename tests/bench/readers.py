# SPDX-License-Identifier: GPL-2.0-or-later
"""Telling many at once that something has happened.

Copyright (C) 2026 The rover authors
"""

from case import HAT, Case, Goal, Run

# What each of them costs may differ so much with how many they are.
FLAT_PERCENT = 10
# Of what ten readers take: so much later the last may know beside one that never reads.
STUCK_PERCENT = 1

RUNS = (
    Run("readers", (*HAT, "--module", "evdev", "--module", "uinput"),
        ("readers rover netlink evdev pipe",)),
)

CROWDS = (10, 100, 1000)


def each(way):
    return [f"readers.{way}.{count}.each" for count in CROWDS]


def flat(names):
    def met(figures):
        costs = [figures[name] for name in names]
        return max(costs) * 100 <= min(costs) * (100 + FLAT_PERCENT)
    return Goal(f"one costs the same among 10, 100 and 1,000, within {FLAT_PERCENT} %", met)


def stuck(figures):
    return (figures["readers.rover.with_stuck"] * 100 <=
            figures["readers.rover.without_stuck"] * (100 + STUCK_PERCENT))


WAITING = ("all are processes of one real-time priority that wait in a blocking read() for the "
           "same record or a like one, one file each, on one processor; an input device is what "
           "the kernel has to tell everyone who opens it of an event")

CASES = (
    Case(
        "reader-each", "One of many readers of an event",
        "from before a call that makes one event to the return of the last reader's read(), less "
        "the same with one reader, divided by all but one: its share of the kernel's delivery, "
        "its waking up, reading, and waiting again. What does not grow with the readers, the "
        "call itself and the worker that tells, is left out",
        WAITING + "; its records are 24 bytes and come in pairs, ours have 64; the pipes are "
        "written one after the other by a process that does nothing else",
        {f"/dev/rover, {count} readers": name for count, name in zip(CROWDS, each("rover"))},
        {**{f"input device, {count} readers": name
            for count, name in zip(CROWDS, each("evdev"))},
         **{f"a pipe each, {count} readers": name for count, name in zip(CROWDS, each("pipe"))}},
        "readers.pipe.10.each", "writing to a pipe and reading from it, for each",
        (flat(each("rover")),)),
    Case(
        "reader-each-netlink", "One of many netlink listeners",
        "the same with a socket each in the multicast group of the event",
        WAITING,
        {f"netlink, {count} listeners": name for count, name in zip(CROWDS, each("netlink"))},
        {f"input device, {count} readers": name for count, name in zip(CROWDS, each("evdev"))},
        "readers.pipe.10.each", "writing to a pipe and reading from it, for each",
        (flat(each("netlink")),)),
    Case(
        "reader-last", "The last of many readers of an event",
        "from before a call that makes one event to the return of the last reader's read()",
        WAITING,
        {f"/dev/rover, {count} readers": f"readers.rover.{count}.last"
         for count in (1, *CROWDS)},
        {f"input device, {count} readers": f"readers.evdev.{count}.last"
         for count in (1, *CROWDS)}),
    Case(
        "reader-open", "A file that is open and not being read",
        "from before a call that makes one event to the return of the read() of the one who "
        "waits, which is told last, after 999 files of processes that do something else",
        "the same event with that reader alone is beside it",
        {"behind 999 files": "readers.rover.1000.open", "alone": "readers.rover.1.last"}),
    Case(
        "reader-stuck", "Ten readers beside one that never reads",
        "from before a call that makes one event to the return of the last of ten readers' "
        "read(); before them in the order of telling, a file whose queue is full",
        "ten readers are the same ten readers",
        {"beside one that is stuck": "readers.rover.with_stuck",
         "without": "readers.rover.without_stuck"},
        goals=(Goal(f"at most {STUCK_PERCENT} % later", stuck),)),
)
