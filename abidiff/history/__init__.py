"""The history of a library: all of its releases in one file, and what they tell together."""

RULES = "abidiff.history.rules"
"""The package whose modules are the rules over histories."""
