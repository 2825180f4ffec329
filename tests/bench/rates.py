# SPDX-License-Identifier: GPL-2.0-or-later
"""How close edges of encoders may follow each other until one is lost. /share has what
scripts/peers builds.

Copyright (C) 2026 The rover authors
"""

from case import Case, Goal, Run

# Of the rate at which a handler that does nothing loses none.
FLOOR_PERCENT = 45

SMALL = "build/dts/bench.dtbo,small_wheels"

RUNS = (
    Run("rate-single", ("--overlay", "build/dts/robohat.dtbo", "--overlay", SMALL),
        ("rate single /share",)),
    Run("rate-quadrature", ("--board", "wiring=quadrature",
                            "--overlay", "build/dts/robohat.dtbo,encoders=quadrature",
                            "--overlay", f"{SMALL},quadrature"),
        ("rate quadrature /share",)),
)


def fast_enough(ours, floor):
    return Goal(f"at least {FLOOR_PERCENT} % of the rate of an empty handler",
                lambda figures: figures[floor] * 100 >= figures[ours] * FLOOR_PERCENT)


def rate(wiring, wheels, peers):
    lines = {"single": "one line", "quadrature": "two lines"}[wiring]
    encoders = {1: "one encoder", 2: "two encoders at once"}[wheels]
    key = f"rate.{wiring}.{wheels}"
    return Case(
        f"rate-{wiring}-{wheels}", f"Closest edges, {encoders} of {lines}",
        "the shortest time between two edges of an encoder at which none of 10,000 is lost: each "
        "line holds one edge until the kernel's interrupt code has taken it, and the board counts "
        "those that came meanwhile; what is counted must also be what there was. Near it, a loss "
        "hangs on what else the kernel does at that instant: the median of 64 turns (24 for "
        "the others) of as many edges, each 1 % faster after one without a loss, and slower "
        "after another",
        "all are called by the same interrupt code of the same board, whose own work for an edge "
        "is in all figures, and brings them closer together than they are on hardware"
        + ("; interrupt-cnt has interrupts of rising edges only, and its time is that between "
           "two of them" if wiring == "single" else ""),
        {"rover": f"{key}.ours"},
        {text: f"{key}.{name}" for text, name in peers.items()},
        f"{key}.empty", "a handler that does nothing on the same lines",
        (fast_enough(f"{key}.ours", f"{key}.empty"),), unit="ns", chance=True)


READER = {"GPIO events and their reader": "gpio"}

CASES = tuple(rate(wiring, wheels, {**peer, **READER})
              for wiring, peer in (("single", {"interrupt-cnt": "interrupt_cnt"}),
                                   ("quadrature", {"rotary-encoder, nobody reading": "rotary"}))
              for wheels in (1, 2))
