"""What programs are compiled otherwise for where they use the same; with :mod:`change` the closed set."""

from __future__ import annotations

from abidiff.location import Location
from abidiff.surfaces.headers.change import HeaderChange
from abidiff.surfaces.headers.model import FunctionDecl, Type, Variable


class AssumptionsChanged(HeaderChange, frozen=True, kw_only=True):
    """What compilers may rely on where a function is called is another: attributes that came and that went."""

    old: FunctionDecl
    new: FunctionDecl
    gained: tuple[str, ...]
    lost: tuple[str, ...]


class NoReturnAdded(HeaderChange, frozen=True, kw_only=True):
    """Compilers take it that a function does not return now.  ``result``: it had one."""

    old: FunctionDecl
    new: FunctionDecl
    result: bool


class DefinedInHeader(HeaderChange, frozen=True, kw_only=True):
    """Each file that includes a header defines a symbol now, so that programs of several do not link.

    ``inline``: it is an inline definition that was ``static`` (C11 6.7.4): the library must have the symbol.
    """

    old: FunctionDecl | Variable | None
    new: FunctionDecl | Variable
    inline: bool


class AliasingDropped(HeaderChange, frozen=True, kw_only=True):
    """Compilers take it that objects of other types are not reached through pointers to a type (C11 6.5).

    ``type``: as C writes it; ``bare``: without names.
    """

    old: Location
    new: Location
    type: Type
    bare: Type


class ThreadModelChanged(HeaderChange, frozen=True, kw_only=True):
    """Programs reach a variable of threads otherwise; ``before`` and ``after``: the models, empty for the usual one."""

    old: Variable
    new: Variable
    before: str
    after: str


class VariableAlignmentChanged(HeaderChange, frozen=True, kw_only=True):
    """A variable has another alignment, in bytes, on ``targets``; ``before`` and ``after`` on the first of them."""

    old: Variable
    new: Variable
    before: int
    after: int
    targets: frozenset[str]


class WeakChanged(HeaderChange, frozen=True, kw_only=True):
    """Programs refer to a symbol weakly now, or no longer do."""

    old: FunctionDecl | Variable
    new: FunctionDecl | Variable
    weak: bool
