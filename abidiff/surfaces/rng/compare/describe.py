"""A cause in words, with its places: what a maintainer reads."""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.location import Location
from abidiff.surfaces.rng import change
from abidiff.surfaces.rng.change import SchemaChange
from abidiff.surfaces.rng.compare.repair import repair
from abidiff.surfaces.rng.decide.causes import Cause, condition_text
from abidiff.surfaces.rng.decide.modes import Mode
from abidiff.surfaces.rng.decide.paths import names_text
from abidiff.surfaces.rng.decide.places import Places
from abidiff.surfaces.rng.decide.steps import Failure, Kind
from abidiff.surfaces.rng.decide.written import Written
from abidiff.surfaces.rng.model import Schema
from abidiff.surfaces.rng.prove.prove import Prover
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.languages import NO_TEXT, WHITE_ONLY, Lang
from abidiff.surfaces.rng.values.namesets import NO_NAME
from abidiff.wording import listed

_BREAKING: dict[Kind, type[SchemaChange]] = {
    Kind.ATTRIBUTE_REMOVED: change.AttributeRemoved,
    Kind.ATTRIBUTE_REQUIRED: change.AttributeRequired,
    Kind.ATTRIBUTE_VALUE: change.ValueRemoved,
    Kind.ELEMENT_REMOVED: change.ElementRemoved,
    Kind.ELEMENT_REQUIRED: change.ElementRequired,
    Kind.TEXT_VALUE: change.ValueRemoved,
    Kind.TEXT_FORBIDDEN: change.TextForbidden,
    Kind.STRUCTURE: change.StructureTightened,
    Kind.UNDECIDED: change.Undecided,
}
_PRINTED: dict[Kind, type[SchemaChange]] = {
    Kind.ATTRIBUTE_REQUIRED: change.OutputMissing,
    Kind.ATTRIBUTE_VALUE: change.OutputValueAdded,
    Kind.ELEMENT_REQUIRED: change.OutputMissing,
    Kind.TEXT_VALUE: change.OutputValueAdded,
}
_WIDER: dict[Kind, type[SchemaChange]] = {
    Kind.ATTRIBUTE_REMOVED: change.AttributeAdded,
    Kind.ATTRIBUTE_VALUE: change.ValueAdded,
    Kind.ELEMENT_REMOVED: change.ElementAdded,
    Kind.TEXT_VALUE: change.ValueAdded,
    Kind.TEXT_FORBIDDEN: change.ValueAdded,
}


def describe(
    cause: Cause,
    places: Places,
    pair: tuple[Schema, Schema],
    mode: Mode,
    prover: Prover,
    reaches: tuple[str, ...],
    written: Sequence[Written],
) -> SchemaChange | None:
    """Return the change that a cause is."""
    kind = _kind(cause, mode)
    proof = None
    if mode is not Mode.WIDER and cause.hider is None and cause.kind is not Kind.UNDECIDED:
        proof = prover.proof(cause)
        if proof is None and kind is not change.OutputLost:
            kind = change.Undecided
    message = _message(cause, mode)
    short, value = _in_short(cause, mode, message)
    if kind is change.Undecided and cause.kind is not Kind.UNDECIDED:
        message += UNPROVED
        short = short and short + UNPROVED
    details = []
    if cause.hider is not None and mode is not Mode.WIDER:
        details.append(("hidden behind", _hider(cause.hider)))
    if cause.edit is None:
        old, new = _places(cause, places, pair, mode)
    else:
        allowed = 1 if mode in (Mode.PRINTED, Mode.WIDER) else 0
        here = written[allowed].location(cause.edit.allowed)
        there = written[1 - allowed].location(cause.edit.forbidden)
        old, new = (there, here) if allowed else (here, there)
    paths = _paths(cause)
    if len(paths) > 1 and mode is not Mode.WIDER:
        details.append(("paths", listed(paths, 5)))
    mended = repair(cause, written) if mode in (Mode.TAKEN, Mode.LOST) and kind is not change.Undecided else None
    if mended is not None:
        details.append(("repair", mended.text))
    return kind(
        cause.schema,
        _subject(cause),
        message=message,
        short=short,
        value=value,
        key=_key(cause, mode, kind),
        old=old,
        new=new,
        schemas=(pair[0].path, pair[1].path),
        reaches=reaches,
        traits=_traits(cause, pair),
        output=mode in (Mode.PRINTED, Mode.LOST),
        proof=proof,
        repair=mended,
        details=tuple(details),
    )


def _names(cause: Cause) -> list[Cause]:
    """Return the causes of a group that have different names, the first one first."""
    if cause.edit is not None and cause.edit.wild:
        return [cause]
    return list({(one.names, one.is_attribute): one for one in reversed([cause, *cause.more])}.values())[::-1]


def _subject(cause: Cause) -> str:
    """Return the path of what it is about: of the content, when it is about several things in it."""
    one_owner = all(other.owner is cause.owner for other in cause.more)
    return cause.elements if one_owner and len(_names(cause)) > 1 and cause.elements else cause.subject


def _paths(cause: Cause) -> list[str]:
    """Return the element paths that it reaches, the shortest first."""
    several = len(_names(cause)) > 1
    found = {other.elements if several else other.subject for other in cause.more}
    first = _subject(cause)
    return [first, *sorted(found - {first}, key=lambda path: (path.count("/"), path))]


def _kind(cause: Cause, mode: Mode) -> type[SchemaChange]:
    if mode is Mode.WIDER:
        return _WIDER.get(cause.kind, change.StructureLoosened)
    if mode is not Mode.LOST and _only_blanks(cause):
        return change.BlanksRefused
    if cause.hider is not None and mode is not Mode.LOST:
        return change.Masked
    if mode is Mode.PRINTED and cause.kind is not Kind.UNDECIDED:
        return _PRINTED.get(cause.kind, change.OutputUnexpected)
    return change.OutputLost if mode is Mode.LOST else _BREAKING[cause.kind]


def _only_blanks(cause: Cause) -> bool:
    """Whether only values with white space around a value that is kept are refused."""
    return cause.kind in (Kind.ATTRIBUTE_VALUE, Kind.TEXT_VALUE) and all(
        one.kind is cause.kind
        and languages.example(
            languages.beyond_blanks(one.failure.lang, one.failure.wanted_lang, one.failure.wider.tokens)
        )
        is None
        for one in [cause, *cause.more]
    )


def _key(cause: Cause, mode: Mode, kind: type[SchemaChange]) -> str:
    parts = [str(cause.kind)] if kind not in _BREAKING.values() or kind is change.Undecided else []
    if cause.condition and cause.kind is Kind.STRUCTURE:
        parts.append(names_text(cause.condition[0]))
    return " ".join([*parts, *(["output"] if mode is Mode.PRINTED and kind is change.Undecided else [])])


def _traits(cause: Cause, pair: tuple[Schema, Schema]) -> tuple[str, ...]:
    free = {uri: name for schema in pair for name, uri in schema.free_namespaces}
    names = [*cause.way.inner.names] + ([cause.names] if not cause.is_attribute else [])
    names += [cause.names] if cause.is_attribute and cause.names is not NO_NAME else []
    found = {free[n.single[0]] for n in names if n.single and n.single[0] in free}
    return tuple(sorted(f"namespace:{name}" for name in found))


# Words

UNPROVED = "; no document was found that proves it"


def _what(cause: Cause) -> str:
    if cause.names is NO_NAME:
        return "the content"
    several = _names(cause)
    if len(several) > 1:
        return listed([_short(one) for one in several], 4)
    if cause.names.single is None:
        return ("attributes " if cause.is_attribute else "elements ") + str(cause.names)
    name = names_text(cause.names)
    return f"attribute {name!r}" if cause.is_attribute else f"<{name}>"


def _several(cause: Cause) -> bool:
    return cause.names is not NO_NAME and (len(_names(cause)) > 1 or cause.names.single is None)


def _be(cause: Cause) -> str:
    return "are" if _several(cause) else "is"


def _parent(cause: Cause) -> str:
    path = cause.way.inner.names
    return f"<{names_text(path[-1])}>" if path else "the root"


def _values(lang: Lang) -> str:
    return languages.describe(lang)


def _beside(cause: Cause) -> str:
    """Say what it no longer goes together with, or what it has to stand beside."""
    if cause.condition is None:
        return ""
    if cause.kind is Kind.STRUCTURE:
        return f" together with {condition_text(cause)}"
    names = {one.condition[0]: one.failure.letter >= 0 for one in [cause, *cause.more] if one.condition}
    parts = sorted(f"<{names_text(n)}>" if element else f"@{names_text(n)}" for n, element in names.items())
    return f" beside {', '.join(parts[:5])}" + (" and others" if len(parts) > 5 else "")


def _together(cause: Cause) -> str:
    """Name the parts of one content that a grouped cause is about."""
    return listed(sorted({_short(one) for one in [cause, *cause.more]}), 6)


def _short(cause: Cause) -> str:
    if cause.names is NO_NAME:
        return "the content"
    return f"@{names_text(cause.names)}" if cause.is_attribute else f"<{names_text(cause.names)}>"


def _wanted(cause: Cause, word: str) -> str:
    """Say what the other side takes, when that is short."""
    wanted = cause.failure.wanted_lang
    return "" if wanted is NO_TEXT or cause.more else f" ({word} {_values(wanted)})"


def _in_short(cause: Cause, mode: Mode, message: str) -> tuple[str, str]:
    """Return what a list says beside the subject, and the values that came where they can be listed."""
    if mode is Mode.WIDER:
        match cause.kind:
            case Kind.ATTRIBUTE_REMOVED | Kind.ELEMENT_REMOVED:
                return "", ""
            case Kind.ATTRIBUTE_VALUE | Kind.TEXT_VALUE if cause.lang is not WHITE_ONLY:
                return _example(cause), _example(cause) if _listable(cause) else ""
            case Kind.TEXT_FORBIDDEN:
                return "text", ""
        return message, ""
    if len(_names(cause)) > 1:
        return "", ""
    subject = _parent(cause) if cause.kind in (Kind.TEXT_VALUE, Kind.TEXT_FORBIDDEN) else _what(cause)
    rest = message.removeprefix(f"{subject} ")
    return ("" if rest == message else rest.removeprefix("is ").removeprefix("are ")), ""


def _listable(cause: Cause) -> bool:
    """Whether the values are a few texts, not a set that an example stands for."""
    return isinstance(languages.example(cause.lang), str) and not cause.lang.any and _texts(cause) != []


def _texts(cause: Cause) -> list[str]:
    return [] if cause.lang.atoms else sorted(cause.lang.tokens | cause.lang.exact)


def _example(cause: Cause) -> str:
    found = languages.example(cause.lang)
    if not isinstance(found, str) or cause.lang.any:
        return "text"
    simple = _texts(cause)
    if simple:
        return listed([repr(text) for text in simple], 6)
    return f"values such as {found!r}"


def _message(cause: Cause, mode: Mode) -> str:
    if mode is Mode.WIDER:
        return _wider(cause)
    parent, what, be = _parent(cause), _what(cause), _be(cause)
    beside = _beside(cause)
    match cause.kind:
        case Kind.ATTRIBUTE_REMOVED | Kind.ELEMENT_REMOVED:
            text = f"{what} {be} no longer allowed in {parent}{beside}"
        case Kind.ATTRIBUTE_REQUIRED | Kind.ELEMENT_REQUIRED:
            one = all(other.alternative for other in (cause, *cause.more)) and len(_names(cause)) > 1
            text = f"{f'one of {what} is' if one else f'{what} {be}'} now required in {parent}{beside}"
        case Kind.ATTRIBUTE_VALUE:
            takes = "take" if _several(cause) else "takes"
            text = f"{what} of {parent} no longer {takes} {_example(cause)}{_wanted(cause, 'only')}"
        case Kind.TEXT_VALUE if cause.lang is WHITE_ONLY:
            text = f"{parent} can no longer be empty"
        case Kind.TEXT_VALUE:
            text = f"{parent} no longer takes {_example(cause)}{_wanted(cause, 'only')}"
        case Kind.TEXT_FORBIDDEN:
            text = f"{parent} no longer takes text"
        case Kind.STRUCTURE:
            was = "they were" if _several(cause) else "it was"
            where = beside or f" where {was} (order, number, or beside what else stands there)"
            text = f"{what} {be} no longer allowed in {parent}{where}"
        case Kind.UNDECIDED:
            text = f"{what} of {parent}: could not be decided ({cause.failure.note or 'unknown'})"
    return _printed(cause, text) if mode is Mode.PRINTED else text


def _printed(cause: Cause, text: str) -> str:
    """The same in the output direction, where NEW prints what OLD does not allow."""
    parent, what = _parent(cause), _what(cause)
    beside = _beside(cause)
    match cause.kind:
        case Kind.ATTRIBUTE_REQUIRED | Kind.ELEMENT_REQUIRED:
            return f"{what}, which was always in {parent}{beside}, can be missing"
        case Kind.ATTRIBUTE_VALUE:
            return f"{what} of {parent} can be {_example(cause)}{_wanted(cause, 'was')}"
        case Kind.TEXT_VALUE if cause.lang is WHITE_ONLY:
            return f"{parent}, which always had content, can be empty"
        case Kind.TEXT_VALUE:
            return f"{parent} can hold {_example(cause)}{_wanted(cause, 'was')}"
        case Kind.TEXT_FORBIDDEN:
            return f"{parent}, which had no text, can hold text"
        case Kind.STRUCTURE | Kind.ATTRIBUTE_REMOVED | Kind.ELEMENT_REMOVED:
            return f"{what} can stand in {parent} where it could not{beside}"
        case _:
            return text


def _wider(cause: Cause) -> str:
    parent, what = _parent(cause), _what(cause)
    beside = _beside(cause)
    match cause.kind:
        case Kind.ATTRIBUTE_REMOVED | Kind.ELEMENT_REMOVED:
            return f"{what} {_be(cause)} now allowed in {parent}{beside}"
        case Kind.ATTRIBUTE_REQUIRED | Kind.ELEMENT_REQUIRED:
            return f"{what} may now be left out of {parent}{beside}"
        case Kind.ATTRIBUTE_VALUE:
            return f"{what} of {parent} now takes {_example(cause)}"
        case Kind.TEXT_VALUE if cause.lang is WHITE_ONLY:
            return f"{parent} may now be empty"
        case Kind.TEXT_VALUE:
            return f"{parent} now takes {_example(cause)}"
        case Kind.TEXT_FORBIDDEN:
            return f"{parent} now takes text"
        case _:
            return f"{_together(cause)} may now stand in {parent} in more ways{beside}"


def _hider(failure: Failure) -> str:
    name = names_text(failure.names) if failure.names is not NO_NAME else "its content"
    state = failure.state
    where = f" of <{names_text(state.owner.names)}>" if state is not None and state.owner.letter >= 0 else ""
    return f"{failure.kind}: {name}{where}"


# Places


def _places(
    cause: Cause, places: Places, pair: tuple[Schema, Schema], mode: Mode
) -> tuple[Location | None, Location | None]:
    """Return where the old schema allowed it, and where the new one forbids it."""
    owner, failure = cause.owner, cause.failure
    allowed, refused = (1, 0) if mode in (Mode.PRINTED, Mode.WIDER) else (0, 1)
    mine = frozenset([owner.letter]) if owner.letter >= 0 else frozenset()
    theirs = owner.against
    sample = languages.example(failure.lang)
    by_value = cause.kind in (Kind.ATTRIBUTE_VALUE, Kind.TEXT_VALUE) and isinstance(sample, str)
    own_value = sample if by_value and isinstance(sample, str) else None

    def find(side: int, letters: frozenset[int]) -> Location | None:
        schema = pair[side]
        found = None
        if cause.is_attribute and cause.names is not NO_NAME:
            found = places.attribute(side, letters, cause.names, schema, own_value if side == allowed else None)
        elif cause.names is not NO_NAME:
            found = places.child(side, letters, cause.names, schema)
        return found or places.element(side, letters, schema) or Location(schema.path, 1)

    here, there = find(allowed, mine), find(refused, theirs)
    return (here, there) if allowed == 0 else (there, here)
