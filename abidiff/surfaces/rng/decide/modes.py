"""The questions that are asked of two schemas."""

from __future__ import annotations

from enum import Enum


class Mode(Enum):
    """Which question was asked."""

    TAKEN = "taken"
    """L(old) ⊆ L(new), for what a library takes."""
    PRINTED = "printed"
    """L(new without what old does not know) ⊆ L(old), for what it hands out."""
    LOST = "lost"
    """L(old) ⊆ L(new), for documents that were handed out and kept."""
    WIDER = "wider"
    """L(new) ⊆ L(old): what is new."""
