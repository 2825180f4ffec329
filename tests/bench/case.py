# SPDX-License-Identifier: GPL-2.0-or-later
"""What is a case and what is a goal; what the machines have that are measured on.

Copyright (C) 2026 The rover authors
"""

from dataclasses import dataclass, field


@dataclass
class Goal:
    """text: as people say it; met: whether the figures have reached it: medians by their
    name, others as NAME.p99, NAME.p99_9 and NAME.worst."""
    text: str
    met: object


@dataclass
class Case:
    """Figures are named as the programs beside this print them."""
    name: str
    title: str
    what: str            # is measured, from where to where
    fair: str            # why it may be compared
    ours: dict           # how people see it: the name of the figure; the first is the one
    peers: dict = field(default_factory=dict)
    floor: str = ""      # name of the figure of the least that it can be
    floor_text: str = ""
    goals: tuple = ()
    unit: str = "instructions"
    headline: bool = False   # in the README
    chance: bool = False     # of the others, some hang on who is scheduled when, or on what
    #                          else the kernel does
    grain: float = 0     # medians so near each other are the same: some steps of the board's
    #                      clock, of 16 ns each, where they are of what should be nothing


@dataclass
class Run:
    """One boot of the machine; nothing else runs in it."""
    name: str
    options: tuple       # of scripts/vm
    programs: tuple      # of build/tests/bench, with their arguments


@dataclass
class Beside:
    """What else the machine does: how names and titles of cases end."""
    suffix: str
    title: str


# By how figures are named. Loaded is by four processes that never sleep.
BESIDE = {"idle": Beside("", ""), "loaded": Beside("-loaded", ", beside four busy loops")}

BENCH = ("--overlay", "build/dts/bench.dtbo")
HAT = ("--overlay", "build/dts/robohat.dtbo", *BENCH)
TOGGLE = ("--overlay", "build/dts/robohat.dtbo", "--overlay", "build/dts/bench.dtbo,toggle")
PULSES = ("--overlay", "build/dts/robohat.dtbo", "--overlay", "build/dts/bench.dtbo,pulses")
HWPWM = ("--overlay", "build/dts/robohat.dtbo,hwpwm", "--overlay", "build/dts/bench.dtbo,channels")
TWO_LINES = ("--board", "wiring=quadrature", "--overlay", "build/dts/robohat.dtbo,encoders=quadrature",
             "--overlay", "build/dts/bench.dtbo,quadrature")
TWO_PIN_SONAR = ("--board", "sonar_lines=20,echo_line=21",
                 "--overlay", "build/dts/robohat.dtbo,sonar=off",
                 "--overlay", "build/dts/two-pin-sonar.dtbo")

NOTHING = ("floor.ioctl", "an ioctl that does nothing")

LEFT_OUT = ("gpiozero is not among the others: its native pin factory works the registers of a "
            "Pi's processor, which this machine does not have, and Debian has no package of lgpio, "
            "which its other one for all machines needs.")

# What functions of the kernel take: how people say it, and the figure.
FUNCTIONS = {
    "getpid()": "floor.getpid",
    "an ioctl() that does nothing": "floor.ioctl",
    "a write() of nothing": "floor.write",
    "in the kernel, ktime_get()": "floor.ktime_get",
    "in the kernel, gpiod_get_value()": "floor.gpiod_get_value",
    "in the kernel, a raw spin lock taken and given, interrupts off": "floor.raw_spin_lock",
    "in the kernel, hrtimer_start() of a timer that runs": "floor.hrtimer_start",
}


def at_most(figure, limit, unit=""):
    return Goal(f"at most {limit:,}{unit}", lambda figures: figures[figure] <= limit)


def worst_at_most(figure, limit, unit=""):
    return Goal(f"at worst {limit:,}{unit}", lambda figures: figures[f"{figure}.worst"] <= limit)


def never_worse(ours, theirs, whom):
    """Ours at its worst than theirs at its worst."""
    return Goal(f"never worse than {whom}",
                lambda figures: figures[f"{ours}.worst"] <= figures[f"{theirs}.worst"])


def times_cheaper(ours, theirs, factor):
    return Goal(f"at least {factor} times cheaper than the best stock way",
                lambda figures: figures[ours] * factor <= figures[theirs])


def times_faster(ours, theirs, factor):
    return Goal(f"at least {factor} times faster than a program",
                lambda figures: figures[ours] * factor <= figures[theirs])
