# SPDX-License-Identifier: GPL-2.0-or-later
"""All that the sensors tell at one instant.

Copyright (C) 2026 The rover authors
"""

from case import HAT, NOTHING, Case, Run, at_most, times_cheaper

RUNS = (
    Run("snapshot", HAT, ("floor", "snapshot /share")),
)

STOCK = ("the stock way has the four sensors in one request and the wheels' counts from two counters "
         "that are held open: nothing else of what ours has, and not of one instant")
PEERS = {"four GPIOs in one request, two counters": "snapshot.stock",
         "the same by libgpiod": "snapshot.libgpiod"}

CASES = (
    Case(
        "snapshot-mapping", "All sensors at one instant, from the mapping",
        "wheels, speeds, pose, distance, sensors and state: a copy of all of it, from before to "
        "after",
        STOCK,
        {"mapping": "snapshot.mapping"},
        PEERS,
        "snapshot.copy", "a copy of as many bytes, which nobody writes meanwhile",
        (at_most("snapshot.mapping", 64),
         times_cheaper("snapshot.mapping", "snapshot.stock", 100)), headline=True),
    Case(
        "snapshot-ioctl", "All sensors at one instant, by a call",
        "the same by ioctl, and by reading six attributes that are held open",
        STOCK,
        {"ioctl": "snapshot.ioctl", "six attributes": "snapshot.sysfs"},
        PEERS,
        *NOTHING,
        (at_most("snapshot.ioctl", 1300), times_cheaper("snapshot.ioctl", "snapshot.stock", 5)),
        headline=True),
)
