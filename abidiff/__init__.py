"""abidiff: what breaks between two releases, for whom, with proof.

The flow is one way: sources → surfaces (parse, model, compare) → rules → policy → reports.
"""

__version__ = "0.1.0"
