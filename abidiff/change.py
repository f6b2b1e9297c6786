"""What two models differ by.

Each surface has its own closed set of changes in ``surfaces/NAME/change.py``; all
of them are frozen records below :class:`Change`.  ``compare`` matches old to new
once and yields changes; a rule gets a change and never searches.
"""

from __future__ import annotations

import msgspec


class Change(msgspec.Struct, frozen=True):
    """One difference between two matched items.

    ``unit`` is the library, protocol or schema, ``subject`` the name of the item.
    """

    unit: str
    subject: str
