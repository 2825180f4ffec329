# SPDX-License-Identifier: GPL-2.0-or-later
"""From the echo of something too near until both bridges brake.

Copyright (C) 2026 The rover authors
"""

from case import BESIDE, HWPWM, TOGGLE, Case, Goal, Run, at_most, times_faster, worst_at_most

RUNS = (
    Run("react", TOGGLE, ("react gpio /share",)),
    Run("react-hwpwm", HWPWM, ("react hwpwm /share",)),
)

# Of the back end: how people say it, and how a program brakes.
BACK_ENDS = {
    "gpio": ("PWM by timers on GPIOs", "sets four lines in one request"),
    "hwpwm": ("PWM by the hardware", "writes two duties to files that are held open"),
}

# Only for GPIOs: of the driver's, from its handler on, by its own account.
PARTS = {"gpio": {"rover, of that from its handler on": "driver"}, "hwpwm": {}}
FLOORS = {
    "gpio": ("react.gpio.floor.{}", "a handler that only sets two pins, at an edge of an encoder"),
    "hwpwm": ("react.hwpwm.floor.{}",
              "an interrupt's thread that only sets two PWM channels, at an edge of an encoder"),
}
LOADED_PERCENT = 20


def undisturbed(idle, loaded):
    return Goal(f"at most {LOADED_PERCENT} % more than idle",
                lambda figures: figures[loaded] * 100 <= figures[idle] * (100 + LOADED_PERCENT))


def reaction(back_end, when, *goals):
    title, how = BACK_ENDS[back_end]
    return Case(
        f"react-{back_end}{BESIDE[when].suffix}",
        f"From the echo to the brake, {title}{BESIDE[when].title}",
        "from the end of an echo that tells a distance below the limit, at the sonar's line, to "
        "the last edge of the motors' pins, by the board's own log of edges; 200 stops from "
        "full drive, 300 mm from a wall, beside others 1 m",
        "the program has asked for its lines before, is woken by the kernel with the time of the "
        f"edge, and {how}; it looks at nothing else, and nobody stops the rover when it ends",
        {text: f"react.{back_end}.{who}.{when}"
         for text, who in {"rover": "ours", **PARTS[back_end]}.items()},
        {"a program of real-time priority": f"react.{back_end}.program.first.{when}",
         "a program": f"react.{back_end}.program.{when}"},
        FLOORS[back_end][0].format(when), FLOORS[back_end][1], goals,
        headline=when == "idle", chance=True)


CASES = (
    reaction("gpio", "idle",
             at_most("react.gpio.ours.idle", 1150),
             times_faster("react.gpio.ours.idle", "react.gpio.program.first.idle", 8)),
    reaction("gpio", "loaded",
             undisturbed("react.gpio.ours.idle", "react.gpio.ours.loaded"),
             times_faster("react.gpio.ours.loaded", "react.gpio.program.first.loaded", 8)),
    reaction("hwpwm", "idle", at_most("react.hwpwm.ours.idle", 4500)),
    reaction("hwpwm", "loaded", worst_at_most("react.hwpwm.ours.loaded", 9000)),
)
