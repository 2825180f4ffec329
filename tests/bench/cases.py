# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured, against what, and what is to be reached.

Figures are named as the programs beside this print them. All are instructions:
under --icount one takes a nanosecond.

Copyright (C) 2026 The rover authors
"""

from dataclasses import dataclass, field


@dataclass
class Goal:
    """text: as people say it; met: whether the figures, by name, have reached it."""
    text: str
    met: object


@dataclass
class Case:
    name: str
    title: str
    what: str            # is measured, from where to where
    fair: str            # why it may be compared
    ours: dict           # how people see it: the name of the figure; the first is the one
    peers: dict = field(default_factory=dict)
    floor: str = ""      # name of the figure of the least that it can be
    floor_text: str = ""
    goals: tuple = ()


@dataclass
class Run:
    """One boot of the machine; nothing else runs in it."""
    name: str
    options: tuple       # of scripts/vm
    programs: tuple      # of build/tests/bench, with their arguments


BENCH = ("--overlay", "build/dts/bench.dtbo")
HAT = ("--overlay", "build/dts/robohat.dtbo", *BENCH)
HWPWM = ("--overlay", "build/dts/robohat.dtbo,hwpwm", *BENCH)
TWO_LINES = ("--board", "wiring=quadrature", "--overlay", "build/dts/robohat.dtbo,encoders=quadrature",
             "--overlay", "build/dts/bench.dtbo,quadrature")

# /share has what scripts/peers builds.
RUNS = (
    Run("gpio", HAT, ("floor", "command gpio", "snapshot")),
    Run("hwpwm", HWPWM, ("command hwpwm",)),
    Run("edge-single", HAT, ("edge single /share",)),
    Run("edge-quadrature", TWO_LINES, ("edge quadrature /share",)),
)


def at_most(figure, limit):
    return Goal(f"at most {limit:,}", lambda figures: figures[figure] <= limit)


def times_cheaper(ours, theirs, factor):
    return Goal(f"at least {factor} times cheaper than the best stock way",
                lambda figures: figures[ours] * factor <= figures[theirs])


def wheels(back_end, title):
    return Case(
        f"wheels-{back_end}", f"Both wheels, {title}",
        "a program tells both wheels another drive: from before the call to its return, with "
        "files and sockets held open",
        "both change the drive of two motors and their direction, on the pins of the same board; "
        "the stock way checks nothing, and nothing stops the wheels when its program ends",
        {"ioctl": f"command.{back_end}.ioctl", "write": f"command.{back_end}.write",
         "two attributes": f"command.{back_end}.sysfs",
         "netlink": f"command.{back_end}.netlink"},
        {"two PWM attributes and two GPIOs": "command.stock",
         "two PWM attributes alone": "command.stock.pwm",
         "two GPIOs alone, in one request": "command.stock.gpio"},
        "floor.ioctl", "an ioctl that does nothing",
        (at_most(f"command.{back_end}.ioctl", 2000),
         times_cheaper(f"command.{back_end}.ioctl", "command.stock", 3)))


HANDLER = ("from the kernel's interrupt code being called for the line to its return, as the "
           "board measures it")

CASES = (
    wheels("gpio", "PWM by timers on GPIOs"),
    wheels("hwpwm", "PWM by the hardware"),
    Case(
        "wheels-opened", "Both wheels, opened for each command",
        "as a shell does it: open, tell both wheels, close; closing the device stops the rover, "
        "which is a part of the ioctl's figure",
        "the stock way opens what it writes to and asks for its GPIOs, as gpioset does",
        {"ioctl": "command.gpio.ioctl.opened", "two attributes": "command.gpio.sysfs.opened",
         "netlink": "command.gpio.netlink.opened"},
        {"two PWM attributes and two GPIOs": "command.stock.opened"},
        "floor.ioctl", "an ioctl that does nothing"),
    Case(
        "wheels-pins", "Both wheels, until the pins have changed",
        "from brake to full drive and back: from before the call to the last edge, as the board's "
        "own log of edges has it",
        "two pins change in both, without PWM; the stock way sets four GPIOs in one request",
        {"ioctl": "command.gpio.ioctl.pins"},
        {"four GPIOs in one request": "command.stock.pins"},
        "floor.ioctl", "an ioctl that does nothing"),
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
        "floor.ioctl", "an ioctl that does nothing",
        (at_most("snapshot.ioctl", 1300),)),
    Case(
        "edge-single", "An edge of a one-line encoder",
        HANDLER,
        "ours tells noise, lost edges, speed and direction, and has a time for each edge; "
        "interrupt-cnt adds one to a number",
        {"rover": "edge.single.ours.handler"},
        {"interrupt-cnt": "edge.single.interrupt_cnt.handler",
         "GPIO events, without their reader": "edge.single.gpio.handler"},
        "edge.single.empty.handler", "a handler that does nothing on the same line"),
    Case(
        "edge-quadrature", "An edge of a quadrature encoder",
        HANDLER,
        "all decode two lines; ours also tells illegal steps, noise, lost edges and speed, and has "
        "a time for each edge",
        {"rover": "edge.quadrature.ours.handler"},
        {"rotary-encoder, nobody reading": "edge.quadrature.rotary.handler",
         "GPIO events, without their reader": "edge.quadrature.gpio.handler"},
        "edge.quadrature.empty.handler", "a handler that does nothing on the same line",
        (at_most("edge.quadrature.ours.handler", 850),)),
    Case(
        "edge-whole", "An edge of a quadrature encoder, until somebody knows",
        "what the processor loses to an edge, by how much longer a loop of known length takes: our "
        "handler, after which a program finds the count in the mapping, against a program that "
        "waits for the edges and has them",
        "the reader of GPIO events has a real-time priority and room for sixteen at once; it only "
        "reads, and would have to decode",
        {"rover": "edge.quadrature.ours.whole"},
        {"GPIO events and their reader": "edge.quadrature.gpio.whole"},
        "edge.quadrature.empty.handler", "a handler that does nothing on the same line",
        (times_cheaper("edge.quadrature.ours.whole", "edge.quadrature.gpio.whole", 6),)),
)
