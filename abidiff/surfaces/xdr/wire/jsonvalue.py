"""Values as JSON: what ``abi-diff xdr decode`` prints and ``encode`` takes.

Opaque data is hexadecimal text, a string is text (``{"hex": ...}`` when it is not UTF-8), an enum its name,
optional data null or the value, a union ``{"case": discriminant, "value": ...}``.
"""

from __future__ import annotations

from typing import Any

from abidiff.surfaces.xdr.model import Array, Enum, Named, Opaque, Pointer, Simple, String, Struct, Union
from abidiff.surfaces.xdr.wire.codec import CodecError, Some, arm_of
from abidiff.surfaces.xdr.wire.wire import Ref, Scope, enum_values

MAX_NESTING = 150
"""How deep JSON may nest here; longer linked lists only print as text."""


def to_json(scope: Scope, ref: Ref, value: Any, level: int = 0) -> Any:
    """Return a decoded value as JSON holds it."""
    if level > MAX_NESTING:
        raise CodecError(f"the value nests deeper than {MAX_NESTING} levels", hint="print it as text")
    ref = scope.unfold(ref)
    match ref.type:
        case Simple("bool"):
            return bool(value)
        case Simple("quadruple"):
            return value.hex()
        case Opaque():
            return value.hex()
        case String():
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                return {"hex": value.hex()}
        case Array(item):
            return [to_json(scope, Ref(ref.unit, item), element, level + 1) for element in value]
        case Pointer(item):
            return None if value is None else to_json(scope, Ref(ref.unit, item), value.value, level + 1)
        case Named():
            return _named_to_json(scope, ref, value, level)
    return value


def _named_to_json(scope: Scope, ref: Ref, value: Any, level: int) -> Any:
    found = scope.definition(ref)
    assert found is not None
    unit, definition = found
    if isinstance(definition, Struct):
        members = {m.name: m.type for m in definition.members}
        return {name: to_json(scope, Ref(unit, members[name]), part, level + 1) for name, part in value.items()}
    if isinstance(definition, Union):
        kind = arm_of(scope, definition, value[0])[1]
        disc = to_json(scope, Ref(unit, definition.discriminant.type), value[0], level + 1)
        carried = to_json(scope, Ref(unit, kind), value[1], level + 1) if kind is not None else None
        return {"case": disc, "value": carried}
    return (enum_values(scope, ref) or {}).get(value, value)


def from_json(scope: Scope, ref: Ref, value: Any, path: str = "", level: int = 0) -> Any:
    """Return what the encoder takes for a JSON value; raises :class:`CodecError`."""
    if level > MAX_NESTING:
        raise CodecError(f"the value nests deeper than {MAX_NESTING} levels", 0, path)
    ref = scope.unfold(ref)
    match ref.type:
        case Simple("void"):
            return None
        case Simple("bool") if isinstance(value, bool):
            return int(value)
        case Simple("quadruple") | Opaque():
            return _hex(value, path)
        case Simple(kind):
            return _number(kind, value, path)
        case String():
            return _text(value, path)
        case Array(item):
            if not isinstance(value, list):
                raise CodecError("a list belongs here", 0, path)
            inner = Ref(ref.unit, item)
            return [from_json(scope, inner, part, f"{path}[{i}]", level + 1) for i, part in enumerate(value)]
        case Pointer(item):
            return None if value is None else Some(from_json(scope, Ref(ref.unit, item), value, path, level + 1))
        case Named():
            return _named_from_json(scope, ref, value, path, level)


def _number(kind: str, value: Any, path: str) -> int | float:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and kind in ("float", "double"):
        return value
    wanted = "a whole number" if isinstance(value, float) else "a number"
    raise CodecError(f"{'true or false' if kind == 'bool' else wanted} belongs here", 0, path)


def _hex(value: Any, path: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise CodecError("hexadecimal text belongs here", 0, path) from None


def _text(value: Any, path: str) -> bytes:
    if isinstance(value, dict) and value.keys() == {"hex"}:
        return _hex(value["hex"], path)
    if not isinstance(value, str):
        raise CodecError("text belongs here", 0, path)
    return value.encode("utf-8", "surrogatepass")


def _named_from_json(scope: Scope, ref: Ref, value: Any, path: str, level: int) -> Any:
    found = scope.definition(ref)
    if found is None:
        raise CodecError(f"the type {ref.type} is not defined", 0, path)
    unit, definition = found
    match definition:
        case Struct(members=members):
            if not isinstance(value, dict):
                raise CodecError(f"an object with the members of struct {definition.name} belongs here", 0, path)
            types = {m.name: m.type for m in members}
            return {
                name: from_json(scope, Ref(unit, types[name]), part, f"{path}.{name}".lstrip("."), level + 1)
                if name in types else part
                for name, part in value.items()
            }  # fmt: skip
        case Enum():
            return _enum(scope, ref, value, path)
        case Union():
            return _union(scope, unit, definition, value, path, level)
    return value


def _enum(scope: Scope, ref: Ref, value: Any, path: str) -> str | int:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise CodecError(f"a name of {ref.type} belongs here", 0, path)
    names = {name: number for number, name in (enum_values(scope, ref) or {}).items()}
    return names.get(value, value) if isinstance(value, str) else value


def _union(scope: Scope, unit: str, union: Union, value: Any, path: str, level: int) -> Any:
    if not isinstance(value, dict) or "case" not in value:
        raise CodecError('{"case": discriminant, "value": ...} belongs here', 0, path)
    disc = value["case"]
    labels = {la.text: la.value for arm in union.arms for la in arm.labels}
    if isinstance(disc, str) and disc in labels:
        disc = labels[disc]
    else:
        disc = from_json(scope, Ref(unit, union.discriminant.type), disc, path, level + 1)
    kind = arm_of(scope, union, disc)[1] if isinstance(disc, int) else None
    if kind is None:
        raise CodecError(f"no case of union {union.name} takes {disc!r}", 0, path)
    return disc, from_json(scope, Ref(unit, kind), value.get("value"), path, level + 1)
