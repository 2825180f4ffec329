# SPDX-License-Identifier: GPL-2.0-or-later
"""Many rovers in one kernel.

Copyright (C) 2026 The rover authors
"""

from case import HAT, NOTHING, Case, Goal, Run

# What one of many may cost more than one alone.
FLAT_PERCENT = 10

RUNS = (
    Run("many", (*HAT, "--no-load"), ("floor", "many")),
)

NUMBERS = (1, 2, 8, 64)


def flat(what):
    def met(figures):
        return all(figures[f"many.{number}.{what}"] * 100 <=
                   figures[f"many.1.{what}"] * (100 + FLAT_PERCENT) for number in NUMBERS)
    return Goal(f"one of 64 costs at most {FLAT_PERCENT} % more than one alone", met)


def rovers(what):
    return {f"one of {number}" if number > 1 else "one alone": f"many.{number}.{what}"
            for number in NUMBERS}


def of_one(name, title, what, *floor, unit="instructions"):
    return Case(f"many-{name}", title, what,
                "the same calls to the same rover, which has company", rovers(name),
                {}, *floor, goals=(flat(name),), unit=unit)


CASES = (
    of_one("command", "A command to one of many rovers",
           "a program tells both wheels of one that drives another drive, by ioctl: from before "
           "the call to its return; the next call is to the next rover",
           *NOTHING),
    of_one("snapshot", "A snapshot of one of many rovers",
           "by ioctl, all rovers in turn: from before the call to its return",
           *NOTHING),
    of_one("driving", "Driving, one of many rovers",
           "by how much longer a loop of known length takes while all drive, divided by the "
           "rovers and the time: PWM by timers on GPIOs of 100 Hz, control ticks, edges of "
           "encoders, and the board that is simulated for each of them",
           "many.1.board", "the board alone, without a driver, its wheels turned as fast",
           unit="instructions a second"),
)
