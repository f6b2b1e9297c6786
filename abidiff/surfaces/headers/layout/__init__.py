"""Targets and what they make of a type: sizes, alignments, offsets, spelling."""
