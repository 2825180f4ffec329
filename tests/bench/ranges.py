# SPDX-License-Identifier: GPL-2.0-or-later
"""The distance that a read of the sonar gives, against the truth of the board.

Copyright (C) 2026 The rover authors
"""

from case import BENCH, BESIDE, HAT, TWO_PIN_SONAR, Case, Run, never_worse, worst_at_most

RUNS = (
    Run("sonar", HAT, ("sonar one /share",)),
    Run("sonar-two-pin", (*TWO_PIN_SONAR, *BENCH), ("sonar two /share",)),
)

ERROR_MM = 1
GRAIN_MM = 0.011    # 64 ns of sound, there and back

# How many lines the sensor has: how people say it, the kernel's driver for it, and more
# of why it may be compared.
SENSORS = {
    "one": ("one line", "ping",
            "; ping's trigger of 5 us is too short for this sensor, but as ping leaves its line "
            "high after each reading, all but the first are long enough"),
    "two": ("two lines", "srf04", ""),
}


def ways(lines, when, what, whom):
    return {text: f"sonar.{lines}.{who}.{when}.{what}" for text, who in whom.items()}


def ours(lines, when, what):
    return ways(lines, when, what, {"ioctl": "ours", "attribute, in mm": "attribute"})


def theirs(lines, when, what):
    driver = SENSORS[lines][1]
    return ways(lines, when, what,
                {driver: driver, "a program that polls the line": "polled",
                 "the same, of real-time priority": "polled.first",
                 "GPIO events, of real-time priority": "events.first"})


def floor(lines):
    return f"sonar.{lines}.floor.idle.step", "a step of the machine's clock"


def error(lines, when):
    title, driver, more = SENSORS[lines]
    return Case(
        f"range-{lines}{BESIDE[when].suffix}",
        f"Error of a distance, sensor on {title}{BESIDE[when].title}",
        "how far a reading is from what the board took for the distance when the burst met the "
        "wall; 60 readings at each of five places from 100 mm to 2 m, one each 110 to 118 ms",
        "all use the same sensor on the same lines, in air of 20 degrees, for which programs take "
        f"sound to be as fast as we do, {driver} 343.5 m/s; who reads {driver} has a real-time "
        f"priority, who reads ours has not{more}",
        ours(lines, when, "error"), theirs(lines, when, "error"), *floor(lines),
        (worst_at_most(f"sonar.{lines}.ours.{when}.error", ERROR_MM, " mm"),
         never_worse(f"sonar.{lines}.ours.{when}.error", f"sonar.{lines}.{driver}.{when}.error",
                     driver)),
        "mm", chance=True, grain=GRAIN_MM)


def spread(lines, when):
    title, driver, _ = SENSORS[lines]
    return Case(
        f"range-{lines}-spread{BESIDE[when].suffix}",
        f"Spread of a distance, sensor on {title}{BESIDE[when].title}",
        "how far each of 60 readings at one place is from their median, at five places",
        f"these are the readings whose error is told; {driver} and the attribute tell whole "
        "millimetres",
        ours(lines, when, "spread"), theirs(lines, when, "spread"), *floor(lines), unit="mm",
        chance=True, grain=GRAIN_MM)


CASES = tuple(kind(lines, when) for lines in SENSORS for kind in (error, spread) for when in BESIDE)
