"""Constants: those that stand for another one, and those that only C code uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from abidiff.location import Location
from abidiff.surfaces.xdr.change import ConstantConditional, ConstantLowered, SizeChanged, XdrChange
from abidiff.surfaces.xdr.model import (
    Array,
    Constant,
    Definition,
    Enum,
    Opaque,
    Protocol,
    Protocols,
    String,
    Struct,
    Type,
    Union,
)
from abidiff.surfaces.xdr.wire.wire import Scope

Constants = Mapping[str, Constant]
MAX_ALIASES = 16

_NAME = re.compile(r"[A-Za-z_]\w*")


def constants(model: Protocols) -> dict[str, dict[str, Constant]]:
    """Return protocol → name → constant."""
    return {protocol.name: {c.name: c for c in protocol.constants} for protocol in model.protocols}


def root(name: str, old: Constants, new: Constants) -> str:
    """Return the constant that another one stands for on both sides (``const A = B;``), or that one itself."""
    for _ in range(MAX_ALIASES):
        before, after = old.get(name), new.get(name)
        if before is None or after is None or before.text != after.text:
            return name
        text = before.text
        if text not in old or text not in new or old[text].value != before.value or new[text].value != after.value:
            return name
        name = text
    return name


def at_their_roots(changes: Iterator[XdrChange], old: Protocols, new: Protocols) -> Iterator[XdrChange]:
    """Tell a limit that several constants pass on by the constant that has the number."""
    before, after = constants(old), constants(new)
    for change in changes:
        if isinstance(change, SizeChanged) and change.constant:
            own = before.get(change.unit, {}), after.get(change.unit, {})
            change = msgspec.structs.replace(change, subject=root(change.subject, *own))
        yield change


def lowered(old: Protocols, new: Protocols, units: Mapping[str, str]) -> Iterator[XdrChange]:
    """Yield the constants of protocol files that are lower now, and that nothing on the wire uses."""
    after = constants(new)
    used = _with_their_parts((old, new), {n for model in (old, new) for p in model.protocols for n in _used(p)})
    for protocol in old.protocols:
        now = after.get(units[protocol.name], {})
        for constant in protocol.constants:
            other = now.get(constant.name)
            if other is None or constant.value is None or other.value is None or constant.name in used:
                continue
            if constant.text in now:
                continue  # told by the one that it stands for
            if other.value < constant.value and constant.location.path.endswith(".x"):
                yield ConstantLowered(
                    protocol.name, constant.name, old=constant.location, new=other.location, before=constant.value,
                    after=other.value,
                )  # fmt: skip


def conditional(old: Protocols, new: Protocols, units: Mapping[str, str]) -> Iterator[XdrChange]:
    """Yield the constants of C headers whose values under other conditions than the first are not what they were."""
    after = constants(new)
    seen: set[tuple[str, Location]] = set()
    for protocol in old.protocols:
        now = after.get(units[protocol.name], {})
        for constant in protocol.constants:
            other = now.get(constant.name)
            if other is None or constant.location.path.endswith(".x") or other.location.path.endswith(".x"):
                continue
            key = (constant.name, constant.location)
            if constant.value == other.value and constant.text != other.text and key not in seen:
                seen.add(key)
                yield ConstantConditional(
                    protocol.name, constant.name, old=constant.location, new=other.location, before=constant.text,
                    after=other.text,
                )  # fmt: skip


def _with_their_parts(models: Sequence[Protocols], names: set[str]) -> set[str]:
    """Add the constants that others are computed from."""
    texts: dict[str, list[str]] = {}
    for model in models:
        for protocol in model.protocols:
            for constant in protocol.constants:
                texts.setdefault(constant.name, []).append(constant.text)
    queue = list(names)
    while queue:
        for word in {word for text in texts.get(queue.pop(), ()) for word in _NAME.findall(text)} - names:
            names.add(word)
            queue.append(word)
    return names


def _used(protocol: Protocol) -> Iterator[str]:
    """Yield the names of constants that sizes, labels and the numbers of programs are made of."""
    for definition in protocol.types:
        for kind in _kinds(definition):
            if isinstance(kind, Array | Opaque | String):
                yield kind.size.symbol
        if isinstance(definition, Union):
            yield from (label.text for arm in definition.arms for label in arm.labels)
    for program in protocol.programs:
        yield from (program.name, *(version.name for version in program.versions))
        yield from (c.name for c in protocol.constants if c.value == program.number)
        for procedure in (p for version in program.versions for p in version.procedures):
            for kind in (*procedure.args, procedure.result):
                if isinstance(kind, Array | Opaque | String):
                    yield kind.size.symbol


def _kinds(definition: Definition) -> Sequence[Type]:
    match definition:
        case Struct(members=members):
            return [member.type for member in members]
        case Union():
            arms = [*definition.arms, *([definition.default] if definition.default else [])]
            return [arm.type for arm in arms]
        case Enum():
            return []
    return [definition.type]


def located(changes: Iterable[XdrChange], old: Scope, new: Scope) -> list[XdrChange]:
    """Point a constant's change at the constant."""
    found = []
    for change in changes:
        if getattr(change, "constant", False):
            change = msgspec.structs.replace(
                change,
                old=_place(old, change.unit, change.subject) or change.old,
                new=_place(new, change.unit, change.subject) or change.new,
            )
        found.append(change)
    return found


def _place(scope: Scope, unit: str, name: str) -> Location | None:
    protocols = sorted(scope.model.protocols, key=lambda p: (p.name != unit, p.name))
    return next((c.location for p in protocols for c in p.constants if c.name == name), None)
