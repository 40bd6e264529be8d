#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""report.py ROWS OUT: writes benchmarks.md and its charts into OUT, from the files of rows that
peers.sh left in ROWS. Every figure comes from a row; what is said about them is in notes.md."""
import re
import sys
from pathlib import Path

from charts import bar_chart, line_chart
from tables import BUDGETS, CHARTS, OPERATIONS, SUBJECTS, TABLES

HERE = Path(__file__).parent


class Rows:
    """What the boots printed: (boot, table, subject, name) -> value."""

    def __init__(self, folder):
        self.values = {}
        self.absent = set()
        for file in sorted(folder.glob("*.rows")):
            for said in file.read_text().splitlines():
                kind, table, subject, name, rest = said.split(maxsplit=4)
                if kind == "row":
                    self.values[file.stem, table, subject, name] = float(rest)
                else:
                    self.absent.add((table, subject, name))
        if not self.values:
            sys.exit(f"report.py: no rows in {folder}: run selftests/bench/peers.sh first")

    def of(self, table, subject, name, normal=False):
        """What was measured, or None. Of two boots that measured it, the kernel that is asked for."""
        for (boot, *key), value in self.values.items():
            if key == [table, subject, name] and boot.startswith("normal") == normal:
                return value
        return None

    def added(self, table, subject, name, normal=False):
        """Over the same kernel without any of the modules in lsm=. If the kernel with all modules
        wasn't booted for it, the normal one is as good: each figure has its own kernel's baseline."""
        for kernel in (True,) if normal else (False, True):
            value, plain = (self.of(table, subject, name, kernel), self.of("plain", "plain", name, kernel))
            if value is not None and plain is not None:
                return value - plain
        return None


def number(value):
    return "-" if value is None else f"{value:,.0f}"


def markdown_table(head, body):
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in body]


def read_notes():
    """notes.md: "## NAME" and the text of that name."""
    parts = re.split(r"^## (\S+)\n", (HERE / "notes.md").read_text(), flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2])}


def operation_table(rows, table):
    subjects = table["subjects"]
    body = []
    for name, title in OPERATIONS.items():
        cells = [rows.added(*subject, name) for subject in subjects]
        if any(cell is not None for cell in cells):
            body.append([title, number(rows.of("plain", "plain", name))] + [number(c) for c in cells])
    return markdown_table(["operation", "alone"] + [SUBJECTS[s] for _, s in subjects], body)


def growth_table(rows, table):
    """A column per number of something, a row per subject."""
    body = []
    for subject, name in table["rows"]:
        cells = [rows.added(table["prefix"] + str(n), subject, name) for n in table["numbers"]]
        body.append([f"{OPERATIONS[name]}, {SUBJECTS[subject]}"] + [number(c) for c in cells])
    return markdown_table([""] + [f"{n:,}" for n in table["numbers"]], body)


def plain_table(rows, table):
    """Whatever rows there are under this name: nothing is subtracted."""
    # Those of the kernel with all modules last, so that they count
    ordered = sorted(rows.values.items(), key=lambda item: not item[0][0].startswith("normal"))
    found = {key[1:]: value for key, value in ordered if key[1] == table["table"]}
    subjects = list(dict.fromkeys(subject for _, subject, _ in found))
    names = list(dict.fromkeys(name for _, _, name in found))
    body = [[name.replace("_", " ")] + [number(found.get((table["table"], s, name))) for s in subjects]
            for name in names]
    return markdown_table([""] + [SUBJECTS.get(s, s) for s in subjects], body) if body else []


def figure(rows, what):
    """A cell of the table of budgets: ("added" or "value", table, subject, name), or a sum of such."""
    if what[0] == "rise":
        # Over what the same filter costs with one layer, or one rule
        first, last = rows.of(*what[1], True), rows.of(*what[2], True)
        return None if first is None or last is None else last - first
    kind, *key = what
    return (rows.added if kind == "added" else rows.of)(*key, True)


def budget_table(rows):
    body = []
    for title, budget, what, peer in BUDGETS:
        measured = figure(rows, what)
        best = None if peer is None else (rows.of if peer[0] in ("install", "memory") else rows.added)(*peer)
        met = "" if measured is None else "yes" if measured <= budget + 0.5 else "**no**"
        beside = "-" if best is None else f"{number(best)} ({SUBJECTS[peer[1]]})"
        body.append([title, number(budget), number(measured), met, beside])
    return markdown_table(["", "budget", "measured", "met", "best peer, measured here"], body)


def make_chart(rows, chart):
    series = {}
    for subject, keys in chart["series"].items():
        values = [(rows.of if chart.get("plain") else rows.added)(*key) for key in keys]
        if any(value is not None for value in values):
            series[SUBJECTS[subject]] = values
    if chart["kind"] == "bars":
        return bar_chart(chart["title"], chart["categories"], series)
    return line_chart(chart["title"], chart["categories"], series, chart["x"],
                      chart.get("logarithmic", False))


def write_page(rows, out):
    notes = read_notes()
    charts = out / "benchmarks"
    charts.mkdir(parents=True, exist_ok=True)
    page = ["<!-- SPDX-License-Identifier: BSD-2-Clause -->",
            "<!-- Written by `make bench`: selftests/bench/report.py. Edit selftests/bench/notes.md. -->",
            "# Benchmarks", "", notes["head"], "", "## Budgets", ""]
    page += budget_table(rows) + ["", notes["budgets"], ""]
    makers = {"operations": operation_table, "growth": growth_table, "plain": plain_table}
    for table in TABLES:
        body = makers[table["kind"]](rows, table)
        if not body:
            continue
        page += [f"## {table['title']}", ""] + body + ["", notes[table["note"]], ""]
        for name in table.get("charts", []):
            (charts / f"{name}.svg").write_text(
                "<!-- SPDX-License-Identifier: BSD-2-Clause -->\n" + make_chart(rows, CHARTS[name]))
            page += [f"![{CHARTS[name]['title']}](benchmarks/{name}.svg)", ""]
    page += ["## Several processors", "", notes["scaling"], ""]
    page += ["## What isn't reached, and why", "", notes["floors"], "", "## Adding rows", "", notes["adding"], ""]
    (out / "benchmarks.md").write_text("\n".join(page))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: report.py ROWS OUT")
    write_page(Rows(Path(sys.argv[1])), Path(sys.argv[2]))
