# SPDX-License-Identifier: GPL-2.0-or-later
"""Lesson: go on spinning, until somebody ends the program.

Copyright (C) 2026 The rover authors
"""
import time

import initio

initio.init()
initio.spinRight(60)
while True:
    time.sleep(60)
