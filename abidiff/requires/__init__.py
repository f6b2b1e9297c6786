"""What an application needs of a library: its uses, the checks around them, and the oldest release that serves it."""

RULES = "abidiff.requires.rules"
