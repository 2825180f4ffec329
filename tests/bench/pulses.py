# SPDX-License-Identifier: GPL-2.0-or-later
"""Software PWM of both wheels: how exact it is, and what the processor loses to it.

Copyright (C) 2026 The rover authors
"""

from case import BESIDE, PULSES, Case, Goal, Run, never_worse, worst_at_most

RUNS = (
    Run("pwm", PULSES, ("pwm /share",)),
)

ERROR_NS = 5000
GRAIN_NS = 64
FLOOR = "a timer of a driver that does nothing but set the two lines"

PEERS = {
    "pwm-gpio": "pwm_gpio",
    "a thread of real-time priority": "thread.first",
    "a thread": "thread",
}

FAIR = ("all drive the same four lines at 100 Hz, of which the same two pulse, with the same eight "
        "pairs of duties; pwm-gpio is a chip and a timer for each line; the thread sleeps until "
        "each edge is due, by the clock, without slack, and sets both wheels in one request")

PULSE = ("how much longer or shorter each pulse is than it was asked for, by the board's own log "
         "of edges; of a period, which is 10 ms, 1000 ns are 100 ppm")

PERIOD = ("how far the time from one pulse's begin to the next one's is from 10 ms, by the board's "
          "own log of edges")


def exactness(figure, title, what, when):
    ours = f"pwm.ours.{figure}.{when}"
    return Case(
        f"pwm-{figure}{BESIDE[when].suffix}", f"{title}{BESIDE[when].title}", what, FAIR,
        {"rover": ours}, {text: f"pwm.{who}.{figure}.{when}" for text, who in PEERS.items()},
        f"pwm.floor.{figure}.{when}", FLOOR,
        (worst_at_most(ours, ERROR_NS, " ns"),
         never_worse(ours, f"pwm.pwm_gpio.{figure}.{when}", "pwm-gpio")),
        "ns", chance=True, grain=GRAIN_NS)


CASES = (
    *(exactness("pulse", "Error of a pulse of software PWM", PULSE, when) for when in BESIDE),
    *(exactness("period", "Jitter of software PWM", PERIOD, when) for when in BESIDE),
    Case(
        "pwm-cost", "What software PWM takes of each 10 ms",
        "by how much longer a loop of 20 ms takes, for each period of 10 ms (1 % is 100,000), by "
        "the medians of 25 loops: while both wheels pulse beside both at full drive, without "
        "pulses; and the whole drive beside a rover that stands",
        f"{FAIR}; what the board takes for an edge is in all of them; the whole drive has the "
        "deadman, the guards, the odometry and what programs are told, each 10 ms",
        {"rover, the pulses": "pwm.ours.cost", "rover, the whole drive": "pwm.ours.drive"},
        {text: f"pwm.{who}.cost" for text, who in PEERS.items()},
        "pwm.floor.cost", FLOOR,
        (Goal("not more than pwm-gpio",
              lambda figures: figures["pwm.ours.cost"] <= figures["pwm.pwm_gpio.cost"]),),
        headline=True),
)
