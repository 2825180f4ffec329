# SPDX-License-Identifier: GPL-2.0-or-later
"""All that the sensors tell at one instant.

Copyright (C) 2026 The rover authors
"""

from case import HAT, NOTHING, Case, Run, at_most

RUNS = (
    Run("snapshot", HAT, ("floor", "snapshot")),
)

CASES = (
    Case(
        "snapshot-mapping", "All sensors at one instant, from the mapping",
        "wheels, speeds, pose, distance, sensors and state: a copy of all of it, from before to "
        "after",
        "the stock way has the four sensors in one request and nothing else",
        {"mapping": "snapshot.mapping"},
        {"four GPIOs in one request": "snapshot.stock.gpio"},
        "", "",
        (at_most("snapshot.mapping", 64),)),
    Case(
        "snapshot-ioctl", "All sensors at one instant, by a call",
        "the same by ioctl, and by reading six attributes that are held open",
        "the stock way has the four sensors in one request and nothing else",
        {"ioctl": "snapshot.ioctl", "six attributes": "snapshot.sysfs"},
        {"four GPIOs in one request": "snapshot.stock.gpio"},
        *NOTHING,
        (at_most("snapshot.ioctl", 1300),)),
)
