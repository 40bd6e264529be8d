# SPDX-License-Identifier: BSD-2-Clause
"""Charts as SVG text: lines over categories, and horizontal bars. Nothing but what a page needs."""
from html import escape
from math import ceil, log10

COLOURS = ["#0b6e4f", "#c8553d", "#2f6690", "#8f5bb0", "#b8860b", "#555555", "#d1495b", "#3a7d7c"]
FONT = 'font-family="DejaVu Sans, Verdana, sans-serif"'
WIDTH = 760


def text(x, y, words, anchor="start", size=12, colour="#222", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{colour}" font-weight="{weight}">{escape(str(words))}</text>')


def line(x1, y1, x2, y2, colour="#ddd", width=1):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width}"/>')


def document(height, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" {FONT}>\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def ticks_up_to(most):
    """About five round numbers from 0 to at least `most`."""
    step = 10 ** int(log10(max(most, 1)))
    while most / step > 6:
        step *= 2
    while most / step < 3:
        step /= 2
    return [step * i for i in range(ceil(most / step) + 1)]


class Scale:
    """From values to heights: linear from 0, or logarithmic from 10."""

    def __init__(self, most, logarithmic):
        self.logarithmic = logarithmic
        if logarithmic:
            self.ticks = [10 ** i for i in range(1, ceil(log10(most)) + 1)]
        else:
            self.ticks = ticks_up_to(most)

    def part(self, value):
        """Which part of the axis lies below a value: 0 to 1."""
        if not self.logarithmic:
            return value / self.ticks[-1]
        low, high = log10(self.ticks[0]), log10(self.ticks[-1])
        return max(0, (log10(max(value, 1)) - low) / max(high - low, 1))


def spread(heights, distance):
    """Moves labels apart that would lie on one another; heights grow downwards."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = list(heights)
    for before, this in zip(order, order[1:]):
        placed[this] = max(placed[this], placed[before] + distance)
    return placed


def line_chart(title, categories, series, x_title, logarithmic=False):
    """`series`: name -> values, None for none. Each line is named at its end."""
    left, right, top, bottom, height = 70, 190, 46, 52, 380
    scale = Scale(max(v for values in series.values() for v in values if v is not None), logarithmic)
    inner_w, inner_h = WIDTH - left - right, height - top - bottom

    def x_of(i):
        return left + inner_w * (i + 0.5) / len(categories)

    def y_of(value):
        return top + inner_h * (1 - scale.part(value))

    parts = [text(left, 24, title, size=15, weight="bold")]
    for tick in scale.ticks:
        parts.append(line(left, y_of(tick), left + inner_w, y_of(tick)))
        parts.append(text(left - 8, y_of(tick) + 4, f"{tick:,.0f}", "end"))
    for i, category in enumerate(categories):
        parts.append(text(x_of(i), height - bottom + 20, category, "middle"))
    parts.append(text(left + inner_w / 2, height - 10, x_title, "middle", colour="#555"))
    ends = []
    for number, (name, values) in enumerate(series.items()):
        points = [(x_of(i), y_of(v)) for i, v in enumerate(values) if v is not None]
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points]
        last = [v for v in values if v is not None][-1]
        ends.append((points[-1][1], f"{name}  {last:,.0f}", colour))
    for y, (_, words, colour) in zip(spread([end[0] for end in ends], 15), ends):
        parts.append(text(left + inner_w + 6, y + 4, words, colour=colour, weight="bold"))
    return document(height, parts)


def bar_chart(title, groups, series):
    """`series`: name -> values, one per group, None for none; each value is written at its bar."""
    left, right, top, bar, gap = 170, 90, 66, 13, 12
    block = bar * len(series) + gap
    height = top + block * len(groups) + 10
    most = max(v for values in series.values() for v in values if v is not None)
    inner = WIDTH - left - right
    parts = [text(16, 24, title, size=15, weight="bold")]
    x = 16
    for number, name in enumerate(series):
        parts.append(f'<rect x="{x}" y="38" width="11" height="11" fill="{COLOURS[number]}"/>')
        parts.append(text(x + 16, 48, name))
        x += 34 + 7.2 * len(name)
    for row, group in enumerate(groups):
        y = top + block * row
        parts.append(text(left - 8, y + (block - gap) / 2 + 4, group, "end"))
        for number, values in enumerate(series.values()):
            if values[row] is None:
                continue
            length = max(inner * values[row] / most, 1)
            here = y + bar * number
            parts.append(f'<rect x="{left}" y="{here:.1f}" width="{length:.1f}" '
                         f'height="{bar - 2}" fill="{COLOURS[number]}"/>')
            parts.append(text(left + length + 5, here + bar - 3, f"{values[row]:,.0f}", size=10))
    return document(height, parts)
