"""Wire shapes: what a type is once names, typedefs and constants are gone (RFC 4506 section 4).

Two types are the same on the wire when every value of one encodes to the bytes of a value of the
other, of the same meaning.  Recursive types are compared by bisimulation: a pair that is met again
while it is being compared counts as equal.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from abidiff.surfaces.xdr.model import (
    VOID,
    Arm,
    Array,
    Definition,
    Enum,
    Named,
    Opaque,
    Pointer,
    Protocol,
    Protocols,
    Simple,
    Size,
    String,
    Struct,
    Type,
    Typedef,
    Union,
)

MAX_FLAT = 4096
MAX_ROW = 64
MAX_LEVELS = 100

RANGES: Mapping[str, tuple[int, int]] = {
    "int": (-(2**31), 2**31 - 1),
    "unsigned int": (0, 2**32 - 1),
    "short": (-(2**15), 2**15 - 1),
    "unsigned short": (0, 2**16 - 1),
    "char": (-(2**7), 2**7 - 1),
    "unsigned char": (0, 2**8 - 1),
    "bool": (0, 1),
}
"""The types that travel as one word of four bytes, and the numbers they hold."""

WIDTHS: Mapping[str, int] = {
    **dict.fromkeys(RANGES, 4), "float": 4, "hyper": 8, "unsigned hyper": 8, "double": 8, "quadruple": 16, "void": 0,
}  # fmt: skip


class Ref(msgspec.Struct, frozen=True, gc=False):
    """A type as it is meant in one unit."""

    unit: str
    type: Type


class Scope(msgspec.Struct):
    """All definitions of one release, found by unit and name."""

    model: Protocols
    types: dict[str, dict[str, Definition]] = msgspec.field(default_factory=dict)
    imports: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    protocols: dict[str, Protocol] = msgspec.field(default_factory=dict)
    users: dict[tuple[str, str], set[tuple[str, str]]] | None = None
    """Definition → definitions that hold it, once they were asked for."""
    far: dict[tuple[str, str], dict[tuple[str, str], int]] = msgspec.field(default_factory=dict)
    ends: dict[tuple[str, str], Ref] = msgspec.field(default_factory=dict)
    named: dict[tuple[str, str], dict[int, str]] = msgspec.field(default_factory=dict)
    arms: dict[int, dict[int, Arm]] = msgspec.field(default_factory=dict)
    made: int = 0
    """Values that were made for witnesses so far."""
    shown: int = 0
    """Witnesses that were made so far."""
    parted: dict[tuple[tuple[Ref, ...], tuple[Ref, ...]], bytes | None] = msgspec.field(default_factory=dict)
    """Messages, old and new → bytes that refute that the new side takes them, where these were looked for."""

    def __post_init__(self) -> None:
        for protocol in self.model.protocols:
            self.protocols[protocol.name] = protocol
            self.types[protocol.name] = {d.name: d for d in protocol.types}
            self.imports[protocol.name] = dict(protocol.imports)

    def find(self, unit: str, name: str) -> tuple[str, Definition] | None:
        """Return the unit that defines a name as ``unit`` sees it, and the definition."""
        found = self.types.get(unit, {}).get(name)
        if found is not None:
            return unit, found
        other = self.imports.get(unit, {}).get(name)
        if other is None:
            return None
        found = self.types.get(other, {}).get(name)
        return (other, found) if found is not None else None

    def step(self, ref: Ref) -> Ref | None:
        """Return what a typedef stands for, or None when ``ref`` is no typedef."""
        if isinstance(ref.type, Named):
            found = self.find(ref.unit, ref.type.name)
            if found and isinstance(found[1], Typedef):
                return Ref(found[0], found[1].type)
        return None

    def unfold(self, ref: Ref) -> Ref:
        """Follow typedefs to their end; one that never ends stays as it is."""
        passed: list[tuple[str, str]] = []
        end = ref
        while isinstance(end.type, Named):
            key = (end.unit, end.type.name)
            if key in self.ends:
                end = self.ends[key]
                break
            inner = self.step(end)
            if inner is None:
                break
            self.ends[key] = end  # what a ring comes back to
            passed.append(key)
            end = inner
        for key in passed:
            self.ends[key] = end
        return end

    def arms_of(self, union: Union) -> dict[int, Arm]:
        """Return discriminant, as 32 bits without a sign, → arm; ``union`` is one of this release."""
        found = self.arms.get(id(union))
        if found is None:
            found = self.arms[id(union)] = {}
            for arm in union.arms:
                for label in arm.labels:
                    if label.value is not None:
                        found.setdefault(label.value % 2**32, arm)
        return found

    def definition(self, ref: Ref) -> tuple[str, Definition] | None:
        """Return the struct, union or enum that a type comes to, with its unit."""
        ref = self.unfold(ref)
        return self.find(ref.unit, ref.type.name) if isinstance(ref.type, Named) else None


def unknown(scope: Scope, ref: Ref) -> bool:
    """Whether a type is one that nothing in the release defines: nothing is claimed about those."""
    ref = scope.unfold(ref)
    return isinstance(ref.type, Named) and scope.find(ref.unit, ref.type.name) is None


BOOL = {0: "FALSE", 1: "TRUE"}


def enum_values(scope: Scope, ref: Ref) -> dict[int, str] | None:
    """Return value → name of an enum or bool, or None for any other type; nobody sends sentinels."""
    ref = scope.unfold(ref)
    if ref.type == Simple("bool"):
        return dict(BOOL)
    found = scope.definition(ref)
    if not found or not isinstance(found[1], Enum):
        return None
    key = (found[0], found[1].name)
    if key not in scope.named:
        values = scope.named[key] = {}
        for item in found[1].values:
            if item.value is not None and not item.sentinel:
                values.setdefault(item.value, item.name)
    return scope.named[key]


def as_array(kind: Type) -> Type:
    """Write optional data as the array of at most one that it is on the wire (section 4.19)."""
    return Array(kind.item, Size(1), False) if isinstance(kind, Pointer) else kind


def same_size(one: Size, other: Size) -> bool:
    """Whether two sizes are equal; an unknown one may be (a problem speaks of it)."""
    if one.value is None or other.value is None:
        return True
    return one.value == other.value


class Wire(msgspec.Struct):
    """Compares the wire shapes of two releases."""

    old: Scope
    new: Scope
    known: dict[tuple[Ref, Ref], bool] = msgspec.field(default_factory=dict)

    def same(self, one: Ref, other: Ref) -> bool:
        """Whether two types have the same shape and the same values."""
        pair = (one, other)
        if pair not in self.known:
            self.known[pair] = self._bisimilar(pair)
        return self.known[pair]

    def _bisimilar(self, pair: tuple[Ref, Ref]) -> bool:
        """Search for a difference that both sides reach in step; none means equal."""
        seen = {pair}
        queue = [pair]
        while queue:
            children = self._children(*queue.pop())
            if children is None:
                return False
            for child in children:
                if child not in seen:
                    seen.add(child)
                    queue.append(child)
        return True

    def _children(self, one: Ref, other: Ref) -> list[tuple[Ref, Ref]] | None:
        """Return the pairs that must be equal too, or None when these two differ already."""
        left = flat(self.old, one)
        right = flat(self.new, other)
        if len(left) != len(right):
            return None
        children: list[tuple[Ref, Ref]] = []
        for a, b in zip(left, right, strict=True):
            found = self._token(a, b)
            if found is None:
                return None
            children += found
        return children

    def _token(self, a: Ref, b: Ref) -> list[tuple[Ref, Ref]] | None:
        if unknown(self.old, a) or unknown(self.new, b):
            return []
        values = enum_values(self.old, a)
        if values is not None:
            others = enum_values(self.new, b)
            return [] if others is not None and values.keys() == others.keys() else None
        one, other = as_array(self._optional(self.old, a)), as_array(self._optional(self.new, b))
        match one, other:
            case Simple(), Simple():
                return [] if one == other else None
            case Opaque(), Opaque():
                same = one.fixed == other.fixed and one.foreign == other.foreign
                return [] if same and same_size(one.size, other.size) else None
            case String(), String():
                return [] if same_size(one.size, other.size) else None
            case Array(), Array():
                if one.fixed != other.fixed or not same_size(one.size, other.size):
                    return None
                return [(Ref(a.unit, one.item), Ref(b.unit, other.item))]
            case Named(), Named():
                return self._named(a, b)
        return None

    def _named(self, a: Ref, b: Ref) -> list[tuple[Ref, Ref]] | None:
        left, right = self.old.definition(a), self.new.definition(b)
        if left is None or right is None:
            return []  # not known: a problem speaks of it
        (unit, one), (unit_b, other) = left, right
        if isinstance(one, Struct) and isinstance(other, Struct) and len(one.members) == len(other.members):
            pairs = zip(one.members, other.members, strict=True)
            return [(Ref(unit, m.type), Ref(unit_b, n.type)) for m, n in pairs]
        if not isinstance(one, Union) or not isinstance(other, Union):
            return None
        arms, others = cases(one), cases(other)
        if arms.keys() != others.keys():
            return None
        children = [(Ref(unit, arms[value]), Ref(unit_b, others[value])) for value in arms]
        children.append((Ref(unit, one.discriminant.type), Ref(unit_b, other.discriminant.type)))
        return children

    def outline(self, scope: Scope, ref: Ref) -> tuple[object, ...] | None:
        """Return what types of the same shape have in common; None when it is not known."""
        found: list[object] = []
        for part in flat(scope, ref):
            values = enum_values(scope, part)
            kind = as_array(self._optional(scope, part))
            if unknown(scope, part):
                return None
            if values is not None:
                found.append(tuple(sorted(values)))
            elif isinstance(kind, Opaque | String | Array):
                if kind.size.value is None:
                    return None
                found.append((type(kind), kind.size.value, isinstance(kind, String) or kind.fixed))
            else:
                found.append(kind if isinstance(kind, Simple) else type(kind))
        return tuple(found)

    def _optional(self, scope: Scope, ref: Ref) -> Type:
        """Read ``union switch (bool) { TRUE: T; FALSE: void; }`` as the optional data that it is."""
        found = scope.definition(ref)
        if found and isinstance(found[1], Union):
            union = found[1]
            arms = cases(union)
            disc = scope.unfold(Ref(found[0], union.discriminant.type)).type
            if disc == Simple("bool") and arms.get(0, arms.get(None)) == VOID:
                item = arms.get(1, arms.get(None))
                if isinstance(item, Simple | Named) and found[0] == ref.unit:
                    return Pointer(item)
        return ref.type


def cases(union: Union) -> dict[int | None, Type]:
    """Return discriminant → type; the default arm stands under None."""
    found: dict[int | None, Type] = {}
    for arm in union.arms:
        for label in arm.labels:
            if label.value is not None:
                found.setdefault(label.value, arm.type)
    if union.default is not None:
        found[None] = union.default.type
    return found


def flat(scope: Scope, ref: Ref) -> list[Ref]:
    """Return what a type is made of once structs and fixed arrays are laid out in a row.

    Where the row would grow without measure, the rest stays folded (and is compared member by member).
    """
    row: list[Ref] = []
    stack = [(ref, 0)]
    while stack:
        ref, level = stack.pop()
        ref = scope.unfold(ref)
        kind = ref.type
        found = scope.definition(ref)
        if kind == VOID:
            continue
        inside: list[tuple[Ref, int]] = []
        if found and isinstance(found[1], Struct):
            inside = [(Ref(found[0], member.type), level + 1) for member in found[1].members]
        elif isinstance(kind, Array) and kind.fixed and kind.size.value is not None and kind.size.value <= MAX_ROW:
            inside = [(Ref(ref.unit, kind.item), level + 1)] * kind.size.value
        if inside and level < MAX_LEVELS and len(row) + len(stack) + len(inside) <= MAX_FLAT:
            stack += reversed(inside)
        else:
            row.append(ref if found is None else Ref(found[0], Named(found[1].name)))
    return row
