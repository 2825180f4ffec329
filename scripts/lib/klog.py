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
    r"list_(add|del) corruption", r"\bODEBUG: ", r"kmemleak: \d+ new", r"memory leak",
    r"sysfs: cannot create duplicate", r"kobject_add_internal failed",
    r"has a 'release\(\)' function|does not have a release\(\) function",
    r"remove_proc_entry|Device '.*' does not have",
    r"GPIO .* (was not|is not) (requested|released)", r"REMOVING GPIOCHIP WITH GPIOS STILL REQUESTED",
    r"init: cannot load",                 # from the guest's own init
)))


def reports(text):
    """The lines that report something wrong, each with the few after it."""
    lines = text.splitlines()
    found = []
    last = -1
    for number, line in enumerate(lines):
        if REPORTS.search(line) and number > last:
            last = number + 12
            found.append("\n".join(lines[number:last]))
    return found
