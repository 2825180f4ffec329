# SPDX-License-Identifier: GPL-2.0-or-later
"""What a rover costs that stands.

Copyright (C) 2026 The rover authors
"""

from case import HAT, Case, Goal, Run

RUNS = (
    Run("parked", HAT, ("parked",)),
)

KINDS = {"timers": "timers started", "interrupts": "interrupts", "wakeups": "threads woken",
         "works": "works of workqueues"}

NOTHING_OF_OURS = Goal("none in ten seconds",
                       lambda figures: not any(figures[f"parked.with.{kind}"] for kind in KINDS))

CASES = (
    Case(
        "parked", "A rover that stands",
        "what the kernel's own trace has of ten seconds, from three seconds after a stop: timers, "
        "interrupts, wakers of threads and works that name our driver or our board",
        "a file is open and has the lease, events are subscribed, the snapshot is mapped, and "
        "both guards are set; the same trace shows all four kinds while the rover drives; with "
        "both modules removed, the same kernel is traced for as long",
        {f"{text}, ours": f"parked.with.{kind}" for kind, text in KINDS.items()},
        {**{f"{text}, the whole kernel beside us": f"parked.with.{kind}.all"
            for kind, text in KINDS.items()},
         **{f"{text}, without our modules": f"parked.without.{kind}.all"
            for kind, text in KINDS.items()}},
        "parked.without.timers", "timers of ours, without our modules",
        goals=(NOTHING_OF_OURS,), unit="in ten seconds", chance=True),
)
