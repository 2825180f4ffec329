# SPDX-License-Identifier: GPL-2.0-or-later
"""What the driver takes before it does anything.

Copyright (C) 2026 The rover authors
"""

from case import HAT, Case, Run

RUNS = (
    Run("load", HAT, ("load /share",)),
)

FLOOR = "a driver that has two lines, their interrupts and a device node"

BOUND = ("each finds its devices when it is loaded, and is theirs when the call returns: one rover "
         "with all of its parts, or two encoders; nothing else runs, and the file is in memory")

CASES = (
    Case(
        "load", "Loading the driver",
        "from before finit_module() to its return, and until there is a device node; with what "
        "the kernel waits for meanwhile",
        BOUND,
        {"rover, until the call returns": "load.rover.load",
         "rover, until there is /dev/rover": "load.rover.ready"},
        {"rotary-encoder": "load.rotary_encoder.load",
         "interrupt-cnt": "load.interrupt_cnt.load"},
        "load.floor.load", FLOOR,
        unit="us"),
    Case(
        "unload", "Unloading the driver",
        "from before delete_module() to its return; most of it is waiting until nobody can be "
        "in it any more",
        BOUND,
        {"rover": "load.rover.unload"},
        {"rotary-encoder": "load.rotary_encoder.unload",
         "interrupt-cnt": "load.interrupt_cnt.unload"},
        "load.floor.unload", FLOOR,
        unit="us"),
    Case(
        "module-size", "The module in memory",
        "code and data, as /proc/modules has them: in whole pages",
        "what there is in the kernel for parts of a rover has none of its safety, odometry, "
        "control, events or head; of the two sonars' drivers one is enough, and what is under "
        "both, and under the counter, counts as a part",
        {"rover": "load.size.rover"},
        {"parts, together": "load.size.parts", "industrialio": "load.size.industrialio",
         "ping": "load.size.ping", "srf04": "load.size.srf04", "counter": "load.size.counter",
         "interrupt-cnt": "load.size.interrupt_cnt",
         "rotary-encoder": "load.size.rotary_encoder", "pwm-gpio": "load.size.pwm_gpio"},
        "load.size.bench_floor", FLOOR,
        unit="bytes"),
    Case(
        "module-file", "The module as a file",
        "its size without debugging information, not compressed",
        "those of Debian's are so as they come; the others were built as ours was",
        {"rover": "load.file.rover"},
        {"industrialio": "load.file.industrialio", "ping": "load.file.ping",
         "interrupt-cnt": "load.file.interrupt_cnt",
         "rotary-encoder": "load.file.rotary_encoder"},
        "load.file.bench_floor", FLOOR,
        unit="bytes"),
    Case(
        "memory-rover", "Memory for a rover",
        "how much more the kernel has allocated with 64 rovers than with one, divided by 63: "
        "objects, mapped memory and that of each processor; the simulated boards are there before",
        "all that the kernel allocates for it: thread, device, attributes, lines and interrupts, "
        "and 68 KiB that programs can map, most of it the last 512 samples",
        {"a rover more": "load.memory.rover"},
        {}, "load.memory.bare", "a device with a node, a thread and as much to map, and no more",
        unit="bytes"),
    Case(
        "memory-file", "Memory for an open file",
        "how much more the kernel has allocated with 1,000 of them, divided by as many",
        "each open file of a rover has a queue of 64 events from the beginning",
        {"/dev/rover": "load.memory.file"},
        {"/dev/null": "load.memory.null"},
        "load.memory.null", "a file of a driver that keeps nothing for it",
        unit="bytes"),
)
