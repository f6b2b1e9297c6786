"""The whole flow: read both sides, compare each surface, ask the rules, apply policy."""

from abidiff.pipeline.flow import check, compare, compared, judge, read_side, report_of, verified
from abidiff.pipeline.options import Options

__all__ = ["Options", "check", "compare", "compared", "judge", "read_side", "report_of", "verified"]
