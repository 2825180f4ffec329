# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands to both wheels, until the call returns and until the pins have changed.

Copyright (C) 2026 The rover authors
"""

from case import HAT, HWPWM, NOTHING, Case, Run, at_most, times_cheaper

RUNS = (
    Run("gpio", HAT, ("floor", "command gpio")),
    Run("hwpwm", HWPWM, ("floor", "command hwpwm /share")),
)


def wheels(back_end, title, *floor):
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
         "the same by libgpiod": "command.libgpiod"},
        *floor,
        (at_most(f"command.{back_end}.ioctl", 2000),
         times_cheaper(f"command.{back_end}.ioctl", "command.stock", 3)), headline=True)


CASES = (
    wheels("gpio", "PWM by timers on GPIOs", *NOTHING),
    wheels("hwpwm", "PWM by the hardware", "command.hwpwm.floor",
           "an ioctl of a driver that does nothing but set two PWM channels"),
    Case(
        "wheels-opened", "Both wheels, opened for each command",
        "as a shell does it: open, tell both wheels, close; closing the device stops the rover, "
        "which is a part of the ioctl's figure",
        "the stock way opens what it writes to and asks for its GPIOs, as gpioset does",
        {"ioctl": "command.gpio.ioctl.opened", "two attributes": "command.gpio.sysfs.opened",
         "netlink": "command.gpio.netlink.opened"},
        {"two PWM attributes and two GPIOs": "command.stock.opened"},
        *NOTHING),
    Case(
        "wheels-pins", "Both wheels, until the pins have changed",
        "from brake to full drive and back: from before the call to the last edge, as the board's "
        "own log of edges has it",
        "two pins change in both, without PWM; the stock way sets four GPIOs in one request",
        {"ioctl": "command.gpio.ioctl.pins"},
        {"four GPIOs in one request": "command.stock.pins"},
        *NOTHING),
)
