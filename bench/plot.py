"""A small log-log plot as SVG, without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

COLOURS = ("#3b6ea5", "#b5562f", "#4f8a4f", "#7a5ba6")
WIDTH, HEIGHT, MARGIN = 640, 400, 60


def growth(series: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Return an SVG of CPU seconds against input size, both logarithmic, with a linear guide."""
    sizes = [size for points in series.values() for size, _ in points]
    times = [seconds for points in series.values() for _, seconds in points]
    left, right = math.log2(min(sizes)), math.log2(max(sizes))
    low, high = math.log2(min(times) * 0.8), math.log2(max(times) * 1.25)

    def x(size: float) -> float:
        return MARGIN + (math.log2(size) - left) / (right - left or 1) * (WIDTH - 2 * MARGIN)

    def y(seconds: float) -> float:
        return HEIGHT - MARGIN - (math.log2(seconds) - low) / (high - low or 1) * (HEIGHT - 2 * MARGIN)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="13" fill="none">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" stroke="#666"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 18}" fill="#333" text-anchor="middle">input size</text>',
        f'<text x="16" y="{MARGIN - 18}" fill="#333">CPU seconds (both axes logarithmic)</text>',
    ]
    for size in sorted(set(sizes)):
        out.append(f'<text x="{x(size):.1f}" y="{HEIGHT - 38}" fill="#333" text-anchor="middle">{size}×</text>')
    for exponent in range(math.ceil(low), math.floor(high) + 1):
        value = 2.0**exponent
        out.append(f'<text x="{MARGIN - 8}" y="{y(value) + 4:.1f}" fill="#333" text-anchor="end">{value:g}</text>')
        out.append(f'<path d="M{MARGIN} {y(value):.1f}H{WIDTH - MARGIN}" stroke="#eee"/>')
    for (name, points), colour in zip(series.items(), COLOURS, strict=False):
        path = "L".join(f"{x(size):.1f} {y(seconds):.1f}" for size, seconds in points)
        out.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2"/>')
        out += [
            f'<circle cx="{x(size):.1f}" cy="{y(seconds):.1f}" r="3.5" fill="{colour}"/>' for size, seconds in points
        ]
        size, seconds = points[-1]
        out.append(
            f'<text x="{x(size) - 6:.1f}" y="{y(seconds) - 9:.1f}" fill="{colour}" text-anchor="end">{name}</text>'
        )
    out.append("</svg>")
    return "\n".join(out) + "\n"
