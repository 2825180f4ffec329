# SPDX-License-Identifier: GPL-2.0-or-later
"""Telling many at once that something has happened.

Copyright (C) 2026 The rover authors
"""

from case import HAT, Case, Goal, Run

# What each of them costs may differ so much with how many they are.
FLAT_PERCENT = 10
# Of what ten readers take: so much later the last may know beside one that never reads.
STUCK_PERCENT = 1
# Instructions: whom a fair scheduler takes next hangs on when it was asked last.
FAIR_GRAIN = 500

RUNS = (
    Run("readers", (*HAT, "--module", "evdev", "--module", "uinput"),
        ("readers fifo rover netlink evdev pipe futex",
         "readers fair rover netlink evdev pipe futex")),
)

CROWDS = (10, 100, 1000)


def each(way, how="fifo"):
    return [f"readers.{how}.{way}.{count}.each" for count in CROWDS]


def crowds(who, names):
    return {f"{who}, {count} readers": name for count, name in zip(CROWDS, names)}


def last(who, way):
    return {f"{who}, {count} reader{'s' if count > 1 else ''}":
            f"readers.fifo.{way}.{count}.last" for count in (1, *CROWDS)}


def flat(names):
    def met(figures):
        costs = [figures[name] for name in names]
        return max(costs) * 100 <= min(costs) * (100 + FLAT_PERCENT)
    return Goal(f"one costs the same among 10, 100 and 1,000, within {FLAT_PERCENT} %", met)


def stuck(figures):
    return (figures["readers.fifo.rover.10.with_stuck"] * 100 <=
            figures["readers.fifo.rover.10.without_stuck"] * (100 + STUCK_PERCENT))


def floor(count, what, how="fifo"):
    return f"readers.{how}.futex.{count}.{what}", "a futex that wakes them, and nothing to read"


WAITING = ("all are processes that wait in a blocking read() for the same record or a like one, one "
           "file each, on one processor; an input device is what the kernel has to tell everyone "
           "who opens it of an event")
FIRST = ("; readers have one real-time priority, and who makes the event a higher one, so that what "
         "is measured is telling, not a fair scheduler's tree")

CASES = (
    Case(
        "reader-each", "One of many readers of an event",
        "from before a call that makes one event to the return of the last reader's read(), less "
        "the same with one reader, divided by all but one: its share of the kernel's delivery, "
        "its waking up, reading, and waiting again. What does not grow with the readers, the "
        "call itself and the worker that tells, is left out",
        WAITING + FIRST + "; its records are 24 bytes and come in pairs, ours have 64; the pipes "
        "are written one after the other by a process that does nothing else",
        crowds("/dev/rover", each("rover")),
        {**crowds("input device", each("evdev")), **crowds("a pipe each", each("pipe"))},
        *floor(10, "each"),
        goals=(flat(each("rover")),)),
    Case(
        "reader-each-netlink", "One of many netlink listeners",
        "the same with a socket each in the multicast group of the event",
        WAITING + FIRST,
        crowds("netlink", each("netlink")),
        crowds("input device", each("evdev")),
        *floor(10, "each"),
        goals=(flat(each("netlink")),)),
    Case(
        "reader-each-fair", "One of many readers at normal priority",
        "the same, all of them and who makes the event under the fair scheduler, which has more "
        "to weigh the more there are, and may let one reader run before who tells has ended, so "
        "that this end is divided among the others",
        WAITING,
        {**crowds("/dev/rover", each("rover", "fair")),
         **crowds("netlink", each("netlink", "fair"))},
        {**crowds("input device", each("evdev", "fair")),
         **crowds("a pipe each", each("pipe", "fair"))},
        *floor(10, "each", "fair"),
        goals=(flat(each("rover", "fair")),), grain=FAIR_GRAIN),
    Case(
        "reader-last", "The last of many readers of an event",
        "from before a call that makes one event to the return of the last reader's read()",
        WAITING + FIRST, last("/dev/rover", "rover"), last("input device", "evdev"),
        *floor(1, "last")),
    Case(
        "reader-open", "A file that is open and not being read",
        "from before a call that makes one event to the return of the read() of the one who "
        "waits, which is told last, after 999 files of processes that do something else",
        "the same event with that reader alone is beside it",
        {"behind 999 files": "readers.fifo.rover.1000.open",
         "alone": "readers.fifo.rover.1.last"},
        {}, *floor(1, "last")),
    Case(
        "reader-stuck", "Ten readers beside one that never reads",
        "from before a call that makes one event to the return of the last of ten readers' "
        "read(); before them in the order of telling, a file whose queue is full",
        "ten readers are the same ten readers",
        {"beside one that is stuck": "readers.fifo.rover.10.with_stuck",
         "without": "readers.fifo.rover.10.without_stuck"},
        {}, *floor(10, "last"),
        goals=(Goal(f"at most {STUCK_PERCENT} % later", stuck),)),
)
