"""Inline functions and macros that read or write members of objects: evaluated with objects that a program makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from abidiff.surfaces.headers.code.decide import Budget, Decision, literal, samples, tuples, unknown
from abidiff.surfaces.headers.code.evaluate import (
    BITS,
    Names,
    NotValue,
    OutOfSteps,
    Undefined,
    Value,
    convert,
)
from abidiff.surfaces.headers.code.memory import POINTER, Addresses, Memory, Place, name_of
from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.compare.kinds import integer_kind
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.layout.spell import anonymous, named_record, spell
from abidiff.surfaces.headers.model import Array, Builtin, Library, Pointer, RecordRef, Type, bare_type

DIFFERS = 'extern void differs(void) __attribute__((error("it is not what it was")));\n'
_OTHERS = "other members have a part in it, whose values may follow from each other"
_NULL = "for arguments that the old code took it has no value"


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: the standard kind of a number, else the object that it is or points to."""

    name: str
    kind: str = ""
    object: Type | None = None
    pointer: bool = False


class Routine(msgspec.Struct, frozen=True):
    """A body with what it may name; ``result``: its kind, ``pointer``, ``void``, empty for that of its value."""

    body: Tree
    result: str
    names: Names
    library: Library


def decide(name: str, parameters: Sequence[Parameter], old: Routine, new: Routine, budget: Budget) -> Decision | None:
    """Decide about code of two releases with the same parameters; None where it is no code of that kind."""
    addresses = Addresses()
    roots = {p.name: p.pointer for p in parameters if p.object is not None}
    if not roots:
        return None
    sides = [Memory(roots, _typed(parameters, routine.library), addresses) for routine in (old, new)]
    try:
        bodies = [side.rewritten(routine.body) for side, routine in zip(sides, (old, new), strict=True)]
    except NotValue:
        return None
    used = {**sides[0].used, **sides[1].used}
    if any(sides[0].typed(place) != kind or sides[1].typed(place) != kind for place, kind in used.items()):
        return None
    runs = _Runs(parameters, used, addresses, sides[0].tested | sides[1].tested, budget)
    written = {**sides[0].written, **sides[1].written}
    loose = False
    for given in runs.given():
        try:
            before = runs.outcome(given, bodies[0], old, written)
            after = runs.outcome(given, bodies[1], new, written)
        except OutOfSteps as error:
            return unknown(error)
        except NotValue:
            return None
        if before is None or before == after:
            continue
        if after is None:
            loose = True
            continue
        if set(sides[0].used) != set(sides[1].used) and not (_plain(bodies[0]) and _plain(bodies[1])):
            return unknown(_OTHERS)
        call, program = runs.shown(name, given, before, after, old.result)
        return Decision("value", call, program=program, constant=False) if program else unknown("no use of it is known")
    return unknown(_NULL) if loose else None


def _plain(tree: Any) -> bool:
    """Tell whether code does no more than to name or set one member."""
    while isinstance(tree, tuple) and tree[0] in ("block", "many", "statements") and len(tree[1]) == 1:
        tree = tree[1][0]
    match tree:
        case ("return" | "do", inner):
            return _plain(inner)
        case ("id", name) | ("assign", "=", ("id", name), ("id", _)):
            return bool(name.startswith("@"))
        case ("loop", _, ("num", 0, _), _, body, True):
            return _plain(body)
    return False


def _typed(parameters: Sequence[Parameter], library: Library) -> Any:
    objects: dict[str, Type] = {p.name: p.object for p in parameters if p.object is not None}

    def typed(place: Place) -> str:
        name, steps = place
        found: Type | None = objects[name]
        if steps[:1] and steps[0][0] == "[":
            record = isinstance(bare_type(objects[name], library), RecordRef)
            if int(steps[0][1:-1]) >= (1 if record else LENGTH):
                return ""
            steps = steps[1:]
        for step in steps:
            found = _step(bare_type(found, library), step, library) if found is not None else None
        if found is None:
            return ""
        bare = bare_type(found, library)
        return POINTER if isinstance(bare, Pointer) else integer_kind(bare, library)

    return typed


LENGTH = 8  # elements of the arrays that pointers to numbers are tried with


def _named(type_: Type) -> Type | None:
    if isinstance(type_, RecordRef):
        return named_record(type_.id)
    return None if anonymous(type_) else type_


def _step(type_: Type, step: str, library: Library) -> Type | None:
    if step[0] == "[":
        fits = isinstance(type_, Array) and type_.length is not None and int(step[1:-1]) < type_.length
        return type_.element if fits and isinstance(type_, Array) else None
    record = library.records.get(type_.id) if isinstance(type_, RecordRef) else None
    if record is None or record.kind != "struct":
        return None
    for member in record.members or ():
        if member.name == step[1:]:
            return member.type if member.bits is None else None
        if not member.name and member.bits is None:
            inner = _step(bare_type(member.type, library), step, library)
            if inner is not None:
                return inner
    return None


class _Given(msgspec.Struct, frozen=True):
    """What one run begins with: numbers of parameters, values of places, pointers that are null."""

    numbers: Mapping[str, int]
    values: Mapping[Place, int]
    null: frozenset[str]


Outcome = tuple[Value | None, tuple[tuple[Place, int], ...]]


class _Runs:
    """Runs of two bodies with the same arguments and objects."""

    def __init__(
        self,
        parameters: Sequence[Parameter],
        used: Mapping[Place, str],
        addresses: Addresses,
        tested: set[str],
        budget: Budget,
    ) -> None:
        self.parameters, self.used, self.addresses = parameters, used, addresses
        self.tested, self.budget = tested, budget

    def given(self) -> Iterator[_Given]:
        """Yield what is tried."""
        numbers = [p for p in self.parameters if p.object is None]
        places = sorted(self.used)
        choices: list[list[int]] = [samples(p.kind, ()) for p in numbers]
        for place in places:
            at = self.addresses.of((f"*{place[0]}", place[1]))
            choices.append([at, 0] if self.used[place] == POINTER else samples(self.used[place], ()))
        pointers = sorted(p.name for p in self.parameters if p.pointer and p.name in self.tested)
        for chosen in tuples(choices):
            head, tail = chosen[: len(numbers)], chosen[len(numbers) :]
            values = dict(zip(places, tail, strict=True))
            named = {p.name: number for p, number in zip(numbers, head, strict=True)}
            for null in (frozenset[str](), *(frozenset({name}) for name in pointers)):
                yield _Given(named, values, null)

    def outcome(self, given: _Given, body: Tree, routine: Routine, written: Mapping[Place, str]) -> Outcome | None:
        """Return the value and what is in the places that are written; None where C defines neither."""
        scope: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter.object is None:
                number = given.numbers[parameter.name]
                kind = parameter.kind
                scope[parameter.name] = *convert(_number(number, kind), kind), kind
            elif parameter.pointer:
                at = 0 if parameter.name in given.null else self.addresses.of((parameter.name, ()))
                scope[f"@{parameter.name}"] = at, "unsigned long", "unsigned long"
        for place, value in given.values.items():
            kind = "unsigned long" if self.used[place] == POINTER else self.used[place]
            start = convert(_number(value, kind), kind)
            scope[name_of(place)] = (None, kind, kind) if place[0] in given.null else (*start, kind)
        machine = self.budget.machine(routine.names)
        result = "unsigned long" if routine.result == POINTER else routine.result
        try:
            found = machine.run(body, result, scope)
        except (Undefined, RecursionError, OverflowError):
            return None
        finally:
            self.budget.steps -= self.budget.each - machine.steps
        if found is not None and found[1] == "text":
            raise NotValue("a text")
        after = tuple((place, scope[name_of(place)][0]) for place in sorted(written) if place[0] not in given.null)
        return found, after

    def shown(self, name: str, given: _Given, before: Outcome, after: Outcome, result: str) -> tuple[str, str]:
        """Return a call, and the program in which it gives something else (empty for none)."""
        lines, arguments = [], []
        for at, parameter in enumerate(self.parameters):
            if parameter.object is None:
                arguments.append(literal(_number(given.numbers[parameter.name], parameter.kind)))
                continue
            held_as = _named(parameter.object)
            if held_as is None:
                return name, ""
            many = self._many(parameter)
            held = f"o{at}[{LENGTH}]" if many else f"o{at}"
            starts = self._initialisers(parameter, given)
            lines.append(f"    {spell(held_as, held)} = {{ {', '.join(starts) or '0'} }};\n")
            null = parameter.name in given.null
            arguments.append("0" if null else f"&o{at}" if parameter.pointer and not many else f"o{at}")
        call = f"{name}({', '.join(arguments)})"
        if before[0] is not None and after[0] is not None and before[0][0] != after[0][0]:
            is_pointer = result == POINTER or (not result and self._is_address(before[0], after[0]))
            wanted, cast = self._expected(before[0], is_pointer=is_pointer), "(char *)" if is_pointer else ""
            test = f"    if ({cast}{call} != {wanted})\n        differs();\n"
        else:
            place, value = next(one for one, two in zip(before[1], after[1], strict=True) if one != two)
            kind = self.used[place]
            is_pointer = kind == POINTER
            wanted = self._expected(_number(value, kind), is_pointer=is_pointer)
            cast = "(char *)" if is_pointer else ""
            test = f"    {call};\n    if ({cast}{self._written(place)} != {wanted})\n        differs();\n"
        return call, f"{DIFFERS}void witness(void)\n{{\n{''.join(lines)}{test}}}\n"

    def _many(self, parameter: Parameter) -> bool:
        """Tell whether a pointer leads to an array: other elements than the first are used."""
        return parameter.pointer and any(p[0] == parameter.name and p[1][:1] != ("[0]",) for p in self.used)

    def _steps(self, parameter: Parameter, place: Place) -> tuple[str, ...]:
        """Return the steps from what the program declares for a parameter to a place."""
        first = parameter.pointer and place[1][:1] == ("[0]",) and not self._many(parameter)
        return place[1][1:] if first else place[1]

    def _initialisers(self, parameter: Parameter, given: _Given) -> list[str]:
        out = []
        for place, value in given.values.items():
            if place[0] != parameter.name:
                continue
            steps = self._steps(parameter, place)
            text = f"(void *){value}UL" if self.used[place] == POINTER else str(value)
            if value <= -(1 << 31):
                text = f"(-{-(value + 1)}L - 1)"
            out.append(f"{''.join(steps)} = {text}" if steps else text)
        return out

    def _written(self, place: Place) -> str:
        """Return how the program names a place."""
        at = next(n for n, p in enumerate(self.parameters) if p.name == place[0])
        return f"o{at}{''.join(self._steps(self.parameters[at], place))}"

    def _is_address(self, *values: Value) -> bool:
        return any(kind == "unsigned long" and self.addresses.place(number) is not None for number, kind in values)

    def _expected(self, value: Value, *, is_pointer: bool) -> str:
        """Return a value as the program writes it: an address by what lies there."""
        if not is_pointer:
            return literal(value)
        found = self.addresses.place(value[0])
        if found is None or found[0][0].startswith("*"):
            return f"(char *){value[0]}UL"
        place, behind = found
        base = f"(char *)&{self._written(place)}"
        return f"({base} + {behind})" if behind else base


def _number(value: int, kind: str) -> Value:
    """Return a number of a kind; what is narrower than ``int`` is one (§6.3.1.1)."""
    return value, kind if kind in BITS else "int"


def parameters_of(pair: Pair, types: Sequence[tuple[str, Type]]) -> list[Parameter] | None:
    """Return the parameters of a function; None where one is neither a number nor a struct or a pointer."""
    out = []
    for name, type_ in types:
        bare = bare_type(type_, pair.old)
        kind = integer_kind(bare, pair.old)
        target = bare_type(bare.target, pair.old) if isinstance(bare, Pointer) else bare
        if kind:
            out.append(Parameter(name, kind))
        elif isinstance(target, RecordRef) or (isinstance(bare, Pointer) and integer_kind(target, pair.old)):
            out.append(Parameter(name, object=target, pointer=isinstance(bare, Pointer)))
        else:
            return None
    return out


def arguments_of(pair: Pair, count: int, trees: Sequence[Tree]) -> list[Parameter] | None:
    """Return what the arguments of a macro may be by what is asked of them; None for nothing that is known."""
    out = []
    for at in range(1, count + 1):
        name = f"__arg{at}"
        asked = {found for tree in trees for found in _asked(tree, name)}
        members = {member for operator, member in asked if operator in ("->", ".")}
        operators = {operator for operator, _ in asked}
        operators = operators - {"*"} or operators
        if not asked:
            out.append(Parameter(name, "int"))
        elif operators == {"*"}:
            out.append(Parameter(name, object=Builtin("int"), pointer=True))
        elif len(operators) == 1:
            record = _having(pair, members)
            if record is None:
                return None
            out.append(Parameter(name, object=RecordRef(record), pointer="->" in operators))
        else:
            return None
    return out


def _asked(tree: Any, name: str) -> Iterator[tuple[str, str]]:
    if not isinstance(tree, tuple):
        return
    match tree:
        case ("member", ("id", found), operator, member) if found == name:
            yield operator, member
        case ("member", ("un", "*", ("id", found)), ".", member) if found == name:
            yield "->", member
        case ("un", "*", ("id", found)) | ("index", ("id", found), _) if found == name:
            yield "*", ""
        case ("cast", ("type", words), ("id", found)) if found == name and "*" in words:
            yield "*", ""
    for part in tree:
        yield from _asked(part, name)


def _having(pair: Pair, members: set[str]) -> str | None:
    """Return the first struct that has such members in both releases."""
    for key, record in pair.old.records.items():
        other = pair.new.records.get(key)
        if other is None or record.kind != "struct" or named_record(key) is None:
            continue
        if all(members <= {m.name for m in side.members or ()} for side in (record, other)):
            return key
    return None
