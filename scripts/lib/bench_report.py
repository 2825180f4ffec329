# SPDX-License-Identifier: GPL-2.0-or-later
"""What a bench's figures say: the report of its cases, as data, text and pictures.

Copyright (C) 2026 The rover authors
"""

import bench_chart
from bench_chart import said

README_BEGIN, README_END = "<!-- make bench -->", "<!-- end of make bench -->"


def known_figures(figures):
    """What goals look at: medians by their name, and others by name.worst and the like."""
    known = {}
    for name, figure in figures.items():
        known[name] = figure["median"]
        for key in ("p99", "p99_9", "worst"):
            known[f"{name}.{key}"] = figure[key]
    return known


def report_case(case, figures):
    """What report.json has of a case; None if it was not measured."""
    names = [*case.ours.values(), *case.peers.values()]
    if not all(name in figures for name in names):
        return None
    known = known_figures(figures)
    floor = known.get(case.floor)
    ours = known[next(iter(case.ours.values()))]
    return {
        "name": case.name,
        "title": case.title,
        "unit": case.unit,
        "what": case.what,
        "fair": case.fair,
        "headline": case.headline,
        "ours": ours,
        "peers": {text: known[name] for text, name in case.peers.items()},
        "floor": floor,
        "floor_is": case.floor_text,
        "times_floor": round(ours / floor, 2) if floor else None,
        "goal": "; ".join(goal.text for goal in case.goals),
        "met": all(goal.met(known) for goal in case.goals) if case.goals else None,
        "figures": {text: figures[name] for text, name in {**case.ours, **case.peers}.items()},
    }


def verdict(case):
    return {True: "met", False: "NOT MET", None: ""}[case["met"]]


def title_of(case):
    return case["title"] if case["unit"] == "instructions" else f"{case['title']}, {case['unit']}"


def table(report):
    """Markdown; a row for each way."""
    rows = ["| Case | Way | median | 99 % | 99.9 % | worst | goal | |",
            "|---|---|--:|--:|--:|--:|---|---|"]
    for case in report["cases"]:
        for number, (way, figure) in enumerate(case["figures"].items()):
            whose = "ours" if way not in case["peers"] else "theirs"
            rows.append(f"| {'' if number else title_of(case)} | {whose}: {way} "
                        f"| {said(figure['median'])} | {said(figure['p99'])} "
                        f"| {said(figure['p99_9'])} | {said(figure['worst'])} "
                        f"| {'' if number else case['goal']} | {'' if number else verdict(case)} |")
    return "\n".join(rows)


def text(report):
    """report.md"""
    parts = ["# What it costs", "",
             f"In instructions where nothing else is said, on {report['machine']}, Linux "
             f"{report['kernel']}. Medians, what 99 of 100 and 999 of 1,000 stay below, and "
             "the worst.", "",
             table(report), "",
             "| What takes | instructions |", "|---|--:|",
             *(f"| {what} | {said(figure)} |" for what, figure in report["functions"].items()), "",
             report["left_out"], ""]
    for case in report["cases"]:
        parts += [f"## {case['title']}", "", f"Measured: {case['what']}.", "",
                  f"Fair, because {case['fair']}.", ""]
        if case["floor"]:
            parts += [f"The floor is {said(case['floor'])}, {case['floor_is']}: "
                      f"we take {case['times_floor']} times that.", ""]
    return "\n".join(parts)


def times(ours, theirs):
    return f"{theirs / ours:.0f}" if theirs >= 10 * ours else f"{theirs / ours:.1f}"


def headline(report):
    """The README's table: ours beside the best of the others; smaller is better."""
    rows = ["| | rover | the best without it | | the least possible |", "|---|--:|--:|--:|--:|"]
    for case in report["cases"]:
        if not case["headline"]:
            continue
        way, theirs = min(case["peers"].items(), key=lambda peer: peer[1])
        rows.append(f"| {title_of(case)} | {said(case['ours'])} | {said(theirs)}, {way} "
                    f"| 1 : {times(case['ours'], theirs)} "
                    f"| {said(case['floor']) if case['floor'] else ''} |")
    return "\n".join(rows)


def readme(report, old):
    """The README with that table in its place."""
    before, rest = old.split(README_BEGIN)
    after = rest.split(README_END)[1]
    return f"{before}{README_BEGIN}\n{headline(report)}\n{README_END}{after}"


def pictures(report):
    """By name: one of all that is in instructions, one of a machine that others load."""
    costs = [case for case in report["cases"] if case["unit"] == "instructions" and case["peers"]]
    loaded = [case for case in report["cases"] if case["name"].endswith("-loaded")]
    found = {"chart.svg": bench_chart.draw("What it costs", "instructions", costs)}
    units = {case["unit"] for case in loaded}
    for unit in sorted(units):
        same = [case for case in loaded if case["unit"] == unit]
        found[f"loaded-{unit}.svg"] = bench_chart.draw("Beside four busy loops", unit, same)
    return found
