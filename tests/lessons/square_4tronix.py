# SPDX-License-Identifier: GPL-2.0-or-later
"""Lesson: a square to the left, back to where it began. For 4tronix's library.

Copyright (C) 2026 The rover authors
"""
import initio
import time

SPEED = 50          # per cent
SIDE = 1.32         # seconds for half a metre, found by trying
CORNER = 0.307      # seconds for a quarter turn, likewise
REST = 1.5          # seconds to roll out

initio.init()
print("library version", initio.version())
try:
    for side in range(4):
        print("side", side, "ahead", round(initio.getDistance()), "cm")
        initio.forward(SPEED)
        time.sleep(SIDE)
        initio.stop()
        time.sleep(REST)
        initio.spinLeft(SPEED)
        time.sleep(CORNER)
        initio.stop()
        time.sleep(REST)
finally:
    initio.cleanup()
