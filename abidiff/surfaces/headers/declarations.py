"""C declarations → the model: the parser under the name that other modules know it by."""

from __future__ import annotations

from abidiff.surfaces.headers.syntax_tree import Parser
from abidiff.surfaces.headers.tree_errors import Unreadable

__all__ = ["Parser", "Unreadable"]
