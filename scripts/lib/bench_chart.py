# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws cases of a bench's report as bars: how much each way takes, on a scale by
powers of ten.

Copyright (C) 2026 The rover authors
"""

import math
from xml.sax.saxutils import escape

WIDTH = 960
LEFT = 300           # of the scale: names are before it
RIGHT = 170          # behind it: room for the last figures
ROW = 18
GAP = 30             # before a case, for its title
BAR = 11
COLOURS = {"ours": "#1a7f4b", "theirs": "#8a93a0"}


class Scale:
    """x of a figure; what is below the least is at the left edge."""

    def __init__(self, figures):
        figures = [figure for figure in figures if figure > 0] or [1]
        self.first = math.floor(math.log10(min(figures)))
        self.last = max(math.ceil(math.log10(max(figures))), self.first + 1)

    def x(self, figure):
        share = (math.log10(max(figure, 10 ** self.first)) - self.first) / (self.last - self.first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def powers(self):
        return [10.0 ** power for power in range(self.first, self.last + 1)]


def said(figure):
    return f"{figure:,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:.2g}"


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(words)}</text>'


def line(x, top, bottom, style):
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" {style}/>'


def both(figure):
    """The median, and the worst if a picture can tell them apart."""
    median, worst = figure["median"], figure["worst"]
    return f"{said(median)}, worst {said(worst)}" if worst > 1.2 * median else said(median)


def bar(scale, y, way, figure, whose):
    """The median, and a thin line on to the worst."""
    middle = y + BAR / 2
    begin, end, worst = LEFT, scale.x(figure["median"]), scale.x(figure["worst"])
    return [text(LEFT - 8, y + BAR - 1, way, "end"),
            f'<rect x="{begin}" y="{y:.1f}" width="{max(end - begin, 1):.1f}" height="{BAR}" '
            f'fill="{COLOURS[whose]}"/>',
            f'<line x1="{end:.1f}" x2="{worst:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" '
            f'stroke="{COLOURS[whose]}"/>',
            text(worst + 5, y + BAR - 1, both(figure))]


def draw(title, unit, cases):
    """An SVG picture of cases that have the same unit."""
    scale = Scale([figure[key] for case in cases for figure in case["figures"].values()
                   for key in ("median", "worst")])
    body, y = [], 44
    for case in cases:
        y += GAP
        body.append(text(10, y - 6, case["title"], extra=' font-weight="bold"'))
        top = y - 2
        for way, figure in case["figures"].items():
            body += bar(scale, y, way, figure, "theirs" if way in case["peers"] else "ours")
            y += ROW
        if case["floor"]:
            body.append(line(scale.x(case["floor"]), top, y - ROW + BAR + 2,
                             'stroke="#c0392b" stroke-width="2"'))
    bottom = y + 6
    grid = []
    for figure in scale.powers():
        grid += [line(scale.x(figure), 40, bottom, 'stroke="#d5d9de"'),
                 text(scale.x(figure), 36, said(figure), "middle", ' fill="#666"')]
    key = [f'<rect x="{LEFT}" y="{bottom + 10}" width="{BAR}" height="{BAR}" '
           f'fill="{COLOURS["ours"]}"/>', text(LEFT + 16, bottom + 20, "rover"),
           f'<rect x="{LEFT + 70}" y="{bottom + 10}" width="{BAR}" height="{BAR}" '
           f'fill="{COLOURS["theirs"]}"/>', text(LEFT + 86, bottom + 20, "without it"),
           line(LEFT + 170, bottom + 9, bottom + 22, 'stroke="#c0392b" stroke-width="2"'),
           text(LEFT + 178, bottom + 20, "the least that this kernel can; thin lines: the worst")]
    height = bottom + 34
    return "\n".join([
        "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" font-family="sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fff"/>',
        text(10, 20, f"{title} ({unit})", extra=' font-size="14" font-weight="bold"'),
        *grid, *body, *key, "</svg>"]) + "\n"
