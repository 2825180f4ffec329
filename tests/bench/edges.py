# SPDX-License-Identifier: GPL-2.0-or-later
"""An edge of a wheel encoder, whoever counts it. /share has what scripts/peers builds.

Copyright (C) 2026 The rover authors
"""

from case import HAT, TWO_LINES, Case, Run, at_most, times_cheaper

RUNS = (
    Run("edge-single", HAT, ("floor /share", "edge single /share")),
    Run("edge-quadrature", TWO_LINES, ("edge quadrature /share",)),
)

HANDLER = ("from the kernel's interrupt code being called for the line to its return, as the "
           "board measures it")

CASES = (
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
        "all decode two lines; ours looks at all four, for interrupts that are lost, and also tells "
        "illegal steps, noise, lost edges and speed, and has a time for each edge",
        {"rover": "edge.quadrature.ours.handler"},
        {"rotary-encoder, nobody reading": "edge.quadrature.rotary.handler",
         "GPIO events, without their reader": "edge.quadrature.gpio.handler"},
        "edge.quadrature.empty.handler", "a handler that does nothing on the same line",
        (at_most("edge.quadrature.ours.handler", 1100),)),
    Case(
        "edge-whole", "An edge of a quadrature encoder, until somebody knows",
        "what the processor loses to an edge, by how much longer a loop of known length takes: our "
        "handler, after which a program finds the count in the mapping, against a program that "
        "waits for the edges and has them",
        "the reader of GPIO events has a real-time priority and room for sixteen at once; it only "
        "reads, and would have to decode",
        {"rover": "edge.quadrature.ours.whole"},
        {"GPIO events and their reader": "edge.quadrature.gpio.whole",
         "the same by libgpiod": "edge.quadrature.libgpiod.whole"},
        "edge.quadrature.empty.handler", "a handler that does nothing on the same line",
        (times_cheaper("edge.quadrature.ours.whole", "edge.quadrature.gpio.whole", 6),),
        headline=True),
)
