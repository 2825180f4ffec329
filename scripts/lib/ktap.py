# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads KTAP, the kernel's test output.

Copyright (C) 2026 The rover authors
"""

import re

RESULT = re.compile(r"(not )?ok (\d+)(?: -)? ?(.*?)(?: # (SKIP|XFAIL|TODO)\b ?(.*))?$")
PLAN = re.compile(r"1\.\.(\d+)(?: # SKIP\b ?(.*))?$")


class Result:
    def __init__(self, text):
        self.text = text
        self.passed = 0
        self.failures = []   # each with what was said about it
        self.skips = []
        self.seconds = 0.0

    def total(self):
        return self.passed + len(self.failures) + len(self.skips)


def parse(text, status):
    """text: what a test printed, status: its exit status. Tests that were
    planned and gave no result failed, and so did a test that says nothing."""
    result = Result(text)
    planned = None
    said = []   # since the last result
    for line in text.splitlines():
        plan = PLAN.match(line)
        found = RESULT.match(line)
        if plan:
            planned = int(plan.group(1))
            if plan.group(2):
                result.skips.append(plan.group(2))
        elif found:
            failed, _, name, directive, why = found.groups()
            if directive == "SKIP":
                result.skips.append(f"{name}: {why}")
            elif failed and not directive:
                result.failures.append("\n".join([*said, line]))
            else:
                result.passed += 1
            said = []
        else:
            said.append(line)

    rest = "\n".join(said)
    missing = max(planned - result.total(), 0) if planned is not None else 1
    if missing:
        result.failures.append(f"{rest}\n{missing} without a result, exit status {status}")
        result.failures += ["(without a result)"] * (missing - 1)
    elif status == 125 or status not in (0, 4) and not result.failures:
        result.failures.append(f"{rest}\nexit status {status}")
    return result
