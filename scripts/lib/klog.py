# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds what a kernel log must not hold.

Copyright (C) 2026 The rover authors
"""

import re

REPORTS = re.compile("|".join((
    r"\bWARNING: ",                       # WARN, lockdep
    r"\bBUG: ", r"\bkernel BUG at ",      # BUG, KASAN, sleeping while atomic, ...
    r"\bOops\b", r"Unable to handle kernel", r"Internal error:",
    r"Kernel panic", r"general protection fault", r"\bUBSAN: ", r"\bKFENCE: ", r"\bKCSAN: ",
    r"\bINFO: (task .* blocked|rcu.* (stall|detected)|possible|suspicious|trying to register)",
    r"rcu: INFO: ", r"self-detected stall", r"soft lockup", r"hard LOCKUP",
    r"nobody cared", r"scheduling while atomic", r"[Uu]nbalanced ", r"refcount_t: ",
    r"list_(add|del) corruption", r"\bODEBUG: ", r"\bunreferenced object 0x",
    r"kmemleak: \d+ new",                # where it does not say what
    r"\bBUG \S+ \(.*\): ",               # SLUB's: overwritten redzones and the like
    r"Bad page state", r"turning off the locking correctness validator",
    r"sysfs: cannot create duplicate",
    r"kobject_add_internal failed(?!.* \(error: -12 )",   # but for want of memory
    r"has a 'release\(\)' function|does not have a release\(\) function",
    r"remove_proc_entry|Device '.*' does not have",
    r"GPIO .* (was not|is not) (requested|released)", r"REMOVING GPIOCHIP WITH GPIOS STILL REQUESTED",
    r"init: cannot load",                 # from the guest's own init
)))


LEAKS = re.compile(r"kmemleak: \d+ new")
LEAK_LINE = re.compile(r"^\[[ 0-9.]+\]   ")   # about the object named before
RULE = re.compile(r"={30,}$")   # around a report of KASAN or KCSAN


def report_end(lines, number):
    """Of the report that begins there: its closing rule, the next leak, or some
    lines on."""
    if re.search(r"\bBUG: K[AC]SAN: ", lines[number]):
        for end in range(number + 1, min(number + 100, len(lines))):
            if RULE.search(lines[end]):
                return end
    if "unreferenced object 0x" in lines[number]:
        for end in range(number + 1, min(number + 30, len(lines))):
            if not LEAK_LINE.search(lines[end]):
                return end
    return number + 12


def is_ours(report):
    """The kernel has races of its own, by design and otherwise; and gpiolib loses
    a requested pin where it finds no memory for its label. With others it has no
    patience, and neither have we."""
    if "BUG: KCSAN: " in report:
        return "[rover" in report
    return not all(word in report for word in
                   ("unreferenced object 0x", "pinmux_request_gpio", "gpiod_request_commit"))


def reports(text):
    """The lines that report something wrong, each with those after it that
    belong to it."""
    lines = text.splitlines()
    found = []
    last = 0
    for number, line in enumerate(lines):
        if LEAKS.search(line) and "unreferenced object 0x" in text:
            continue   # they follow
        if REPORTS.search(line) and number >= last:
            last = report_end(lines, number)
            report = "\n".join(lines[number:last])
            if is_ours(report):
                found.append(report)
    return found
