"""What the macros, constants, values and code of two C APIs differ by; with :mod:`change` the closed set."""

from __future__ import annotations

from abidiff.location import Location
from abidiff.surfaces.headers.change import HeaderChange
from abidiff.surfaces.headers.code.decide import Decision
from abidiff.surfaces.headers.layout.values import Difference
from abidiff.surfaces.headers.model import Macro, MacroValue, Type, Variable


class ConstantRemoved(HeaderChange, frozen=True, kw_only=True):
    """An object-like macro with a value is gone."""

    old: Macro


class ConstantAdded(HeaderChange, frozen=True, kw_only=True):
    """An object-like macro is new."""

    new: Macro


class ConstantChanged(HeaderChange, frozen=True, kw_only=True):
    """A constant has another value (of the same kind); ``version``: only the release's version in it differs."""

    old: Macro
    new: MacroValue
    location: Location
    version: bool = False


class ConstantKindChanged(HeaderChange, frozen=True, kw_only=True):
    """What was an integer is a string now, and the like."""

    old: Macro
    new: Macro


class MacroRemoved(HeaderChange, frozen=True, kw_only=True):
    """A function-like macro (or one that stands for code or a name) is gone."""

    old: Macro


class MarkerRemoved(HeaderChange, frozen=True, kw_only=True):
    """A macro without a value (empty, or attributes only) is gone."""

    old: Macro


class MacroAdded(HeaderChange, frozen=True, kw_only=True):
    """A function-like macro is new."""

    new: Macro


class MacroParametersChanged(HeaderChange, frozen=True, kw_only=True):
    """A function-like macro takes another number of arguments."""

    old: Macro
    new: Macro


class MacroFixed(HeaderChange, frozen=True, kw_only=True):
    """A macro that programs could define before they include the header is defined by this in any case."""

    old: Macro
    new: Macro


class CodeChanged(HeaderChange, frozen=True, kw_only=True):
    """A macro or an inline function is other code; ``decision``: what that means to programs.

    ``what``: ``macro``, ``constant`` or ``inline function``; ``was`` and ``now``: the code.  ``became``: what else has
    the name now.
    """

    what: str
    was: str
    now: str
    decision: Decision
    old: Location
    new: Location
    became: str = ""


class ConstantUseChanged(HeaderChange, frozen=True, kw_only=True):
    """A constant of the same value can be used otherwise.  ``kind``: ``type``, ``condition`` (no more in
    ``#if``) or ``object`` (an object by that name, no constant expression any more)."""

    old: Macro
    new: Macro
    kind: str


class MacroTypeChanged(HeaderChange, frozen=True, kw_only=True):
    """A macro stands for another type; ``binary``: with other bytes, or passed elsewhere."""

    old: Macro
    new: Macro
    before: Type
    after: Type
    targets: frozenset[str]
    binary: bool


class VariableValueChanged(HeaderChange, frozen=True, kw_only=True):
    """A constant object that a header defines (``static const``) has another value; ``difference``: where."""

    old: Variable
    new: Variable
    difference: Difference
