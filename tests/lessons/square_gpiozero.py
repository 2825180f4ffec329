# SPDX-License-Identifier: GPL-2.0-or-later
"""Lesson: a square to the left, back to where it began. For gpiozero's Robot.

Copyright (C) 2026 The rover authors
"""
from time import sleep

from gpiozero import Robot

SPEED = 0.5         # of full speed
SIDE = 1.32         # seconds for half a metre, found by trying
CORNER = 0.307      # seconds for a quarter turn, likewise
REST = 1.5          # seconds to roll out

with Robot(left=(16, 19), right=(13, 12)) as robot:
    for side in range(4):
        robot.forward(SPEED)
        sleep(SIDE)
        robot.stop()
        sleep(REST)
        robot.left(SPEED)
        sleep(CORNER)
        robot.stop()
        sleep(REST)
