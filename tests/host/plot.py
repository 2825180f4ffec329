# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a recording whose numbers are known, and reads them from its picture.

Copyright (C) 2026 The rover authors
"""

import json
import math
import sys
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"
START_NS = 1_000_000_000
TICK_NS = 10_000_000
SAMPLES = 300
STOPS = ((100, "guard", 247.0), (250, "command", None))


def sample_at(number):
    """A quarter of a circle, 600 mm in radius."""
    angle = number / SAMPLES * math.pi / 2
    speed = 100 + number
    return {"sample": number, "time_ns": START_NS + number * TICK_NS,
            "x_mm": round(600 * math.sin(angle), 3), "y_mm": round(600 - 600 * math.cos(angle), 3),
            "heading_deg": round(math.degrees(angle), 3),
            "left": {"count": number, "speed_mm_s": speed, "target_mm_s": speed + 20.5,
                     "duty_permille": 400},
            "right": {"count": number, "speed_mm_s": -speed, "target_mm_s": -speed,
                      "duty_permille": -400},
            "range": {"status": "valid", "range_mm": 2000 - number,
                      "time_ns": START_NS + number // 6 * 6 * TICK_NS},
            "state": "moving", "stop_reason": "none", "braking": False, "sensors": []}


def make(path):
    lines = [{"format": "rover recording", "version": 1, "time_ns": START_NS,
              "realtime_ns": 1_800_000_000_000_000_000, "source": "ring", "tick_us": 10000,
              "rover": {"device": "/dev/rover", "board": "test,board", "encoders": True,
                        "counts_per_revolution": 36, "wheel_circumference_mm": 174.000}}]
    stops = {number: (reason, range_mm) for number, reason, range_mm in STOPS}
    for number in range(SAMPLES):
        lines.append(sample_at(number))
        if number in stops:
            reason, range_mm = stops[number]
            event = {"time_ns": START_NS + number * TICK_NS, "event": "stop",
                     "stop_reason": reason, "mode": "brake", "sensors": []}
            if range_mm is not None:
                event["range_mm"] = range_mm
            lines.append(event)
    lines.append({"time_ns": START_NS + SAMPLES * TICK_NS, "event": "end", "ended": "time"})
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def points(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


class Picture:
    def __init__(self, path):
        self.root = ElementTree.parse(path).getroot()
        if self.root.tag != SVG + "svg":
            sys.exit("this is no SVG")
        curves = [points(line) for line in self.root.iter(SVG + "polyline")
                  if line.get("class") == "counted"]
        self.path = curves[0] if curves else []

    def texts(self, css, below=None):
        return [text for text in (below or self.root).iter(SVG + "text")
                if text.get("class") == css]

    def scale(self):
        """Page units for a millimetre, by the scale bar."""
        for text in self.texts("label"):
            if text.text.endswith("grid 500 mm"):
                millimetres = float(text.text.split()[0])
        for element in self.root.iter(SVG + "path"):
            if element.get("fill") == "none":
                return float(element.get("d").split("h")[1].split("v")[0]) / millimetres
        sys.exit("no scale bar")

    def place(self, page):
        """Of a point of the page, in mm from the curve's first one."""
        scale, (x, y) = self.scale(), self.path[0]
        return (page[0] - x) / scale, (y - page[1]) / scale

    def chart(self, name):
        """The series of a chart by their class, in seconds and the chart's unit, and
        its stops, in seconds; by the labels at its axes."""
        group = next(g for g in self.root.iter(SVG + "g") if g.get("id") == name)
        seconds = [(float(t.get("x")), float(t.text.split()[0])) for t in self.texts("time", group)]
        values = [(float(t.get("y")) - 4, float(t.text)) for t in self.texts("value", group)]

        def on(axis, at):
            (p, v), (q, w) = axis[0], axis[-1]
            return v + (at - p) * (w - v) / (q - p)

        series = {}
        for line in group.iter(SVG + "polyline"):
            series.setdefault(line.get("class"), []).extend(
                (on(seconds, x), on(values, y)) for x, y in points(line))
        stops = [on(seconds, float(line.get("x1"))) for line in group.iter(SVG + "line")
                 if line.get("class") == "when"]
        return series, stops

    def stops(self):
        """Places and reasons of the stops on the map."""
        return [(self.place((float(c.get("cx")), float(c.get("cy")))), c.find(SVG + "title").text)
                for c in self.root.iter(SVG + "circle") if c.get("class") == "stop" and
                c.find(SVG + "title") is not None]


def near(name, value, wanted, tolerance):
    if abs(value - wanted) > tolerance:
        sys.exit(f"{name}: {value:.2f} instead of {wanted:.2f}")


def check_series(name, series, wanted, tolerance):
    """All of its points are on the curve, and they begin and end where it does."""
    near(f"{name}, begin", series[0][0], 0, 0.02)
    for second, value in series:
        near(f"{name} at {second:.2f} s", value, wanted(second / (TICK_NS / 1e9)), tolerance)


def check(path):
    picture = Picture(path)
    for point in picture.path:
        x, y = picture.place(point)
        near("distance from the circle's middle", math.hypot(x, y - 600), 600, 1.5)
    end = sample_at(SAMPLES - 1)
    near("x of the end", picture.place(picture.path[-1])[0], end["x_mm"], 1)
    near("y of the end", picture.place(picture.path[-1])[1], end["y_mm"], 1)

    stops = picture.stops()
    if [reason for _, reason in stops] != [reason for _, reason, _ in STOPS]:
        sys.exit(f"stops: {stops}")
    for ((x, y), _), (number, _, _) in zip(stops, STOPS):
        near("x of a stop", x, sample_at(number)["x_mm"], 1)
        near("y of a stop", y, sample_at(number)["y_mm"], 1)
    labels = " ".join(text.text for text in picture.texts("label"))
    if "247 mm ahead" not in labels:
        sys.exit(f"no range of the guard in: {labels}")

    for name, sign, offset in (("left-speed", 1, 20.5), ("right-speed", -1, 0)):
        series, times = picture.chart(name)
        check_series(name, series["measured"], lambda n, s=sign: s * (100 + n), 3)
        check_series(name, series["target"], lambda n, s=sign, o=offset: s * (100 + n) + o, 3)
        for time, (number, _, _) in zip(times, STOPS):
            near("time of a stop", time, number / 100, 0.02)
    series, _ = picture.chart("range")
    check_series("range", series["range"], lambda n: 2000 - n, 15)


def truth(path, file):
    picture = Picture(path)
    with open(file, encoding="utf-8") as lines:
        facts = dict(line.strip().split("=", 1) for line in lines)
    x, y = picture.place(picture.path[-1])
    near("x of the end", x, int(facts["x_um"]) / 1000, 25)
    near("y of the end", y, int(facts["y_um"]) / 1000, 25)
    if [reason for _, reason in picture.stops()][0] != "guard":
        sys.exit(f"stops: {picture.stops()}")
    series, _ = picture.chart("left-speed")
    near("left target", max(value for _, value in series["target"]), 320, 5)
    series, _ = picture.chart("range")
    near("first range", series["range"][0][1], 2900, 30)
    near("last range", series["range"][-1][1], int(facts["sonar_distance_um"]) / 1000, 40)


if __name__ == "__main__":
    {"make": make, "check": check, "parse": Picture, "truth": truth}[sys.argv[1]](*sys.argv[2:])
