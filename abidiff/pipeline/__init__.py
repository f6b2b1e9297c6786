"""The whole flow: read both sides, compare each surface, ask the rules, apply policy."""

from abidiff.pipeline.flow import check, compare, compare_with_sides, compared, judge, read_side, report_of, verified
from abidiff.pipeline.options import Options

__all__ = [
    "Options",
    "check",
    "compare",
    "compare_with_sides",
    "compared",
    "judge",
    "read_side",
    "report_of",
    "verified",
]
