# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is measured, against what, and what is to be reached.

Copyright (C) 2026 The rover authors
"""

import commands
import edges
import load
import many
import parked
import pulses
import ranges
import rates
import reactions
import readers
import snapshots

GROUPS = (commands, snapshots, edges, ranges, pulses, reactions, readers, many, parked, load, rates)
RUNS = tuple(run for group in GROUPS for run in group.RUNS)
CASES = tuple(case for group in GROUPS for case in group.CASES)
