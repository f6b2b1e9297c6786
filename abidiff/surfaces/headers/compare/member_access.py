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
from abidiff.surfaces.headers.model import Array, Builtin, Library, Member, Pointer, RecordRef, Type, bare_type

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
    if any((name_, way[:-1]) in used for name_, steps in used for way in _ways(steps)):
        return None  # a pointer that is a value here, and leads to an object there
    runs = _Runs(parameters, used, addresses, sides[0].tested | sides[1].tested, budget, old.library)
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
            return None if any(_ways(steps) for _, steps in used) else unknown(_OTHERS)
        call, program = runs.shown(name, given, before, after, old.result)
        return Decision("value", call, program=program, constant=False) if program else unknown("no use of it is known")
    return unknown(_NULL) if loose else None


def _plain(tree: Any) -> bool:
    """Tell whether code does no more than to name or set one member, or to add a number to it."""
    while isinstance(tree, tuple) and tree[0] in ("block", "many", "statements") and len(tree[1]) == 1:
        tree = tree[1][0]
    match tree:
        case ("return" | "do", inner) | ("bin", "+" | "-" | "*", inner, ("num", _, _)):
            return _plain(inner)
        case ("id", name) | ("assign", "=", ("id", name), ("id", _)):
            return bool(name.startswith("@"))
        case ("loop", _, ("num", 0, _), _, body, True):
            return _plain(body)
    return False


def _ways(steps: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the steps to each object that a member points to on the way to a place, the nearest first."""
    return [steps[: at + 1] for at, step in enumerate(steps) if step == "->"]


def _typed(parameters: Sequence[Parameter], library: Library) -> Any:
    chosen: dict[Place, str] = {}

    def typed(place: Place) -> str:
        found = _type_at(parameters, place, library, chosen)
        if found is None:
            return ""
        bare = bare_type(found, library)
        return POINTER if isinstance(bare, Pointer) else integer_kind(bare, library)

    return typed


def _type_at(
    parameters: Sequence[Parameter], place: Place, library: Library, chosen: dict[Place, str] | None = None
) -> Type | None:
    """Return the type of a place; ``chosen``: the one member of each union that is used."""
    name, steps = place
    root: Type = next(p.object for p in parameters if p.name == name and p.object is not None)
    found: Type | None = root
    done = 0
    if steps[:1] and steps[0][0] == "[":
        record = isinstance(bare_type(root, library), RecordRef)
        if int(steps[0][1:-1]) >= (1 if record else LENGTH):
            return None
        done = 1
    for at in range(done, len(steps)):
        bare = bare_type(found, library) if found is not None else None
        shared = isinstance(bare, RecordRef) and chosen is not None and _overlaps(bare, library)
        if shared and chosen is not None and chosen.setdefault((name, steps[:at]), steps[at]) != steps[at]:
            return None
        found = _step(bare, steps[at], library) if bare is not None else None
    return found


def _overlaps(type_: RecordRef, library: Library) -> bool:
    record = library.records.get(type_.id)
    return record is not None and record.kind == "union"


LENGTH = 8  # elements of the arrays that pointers to numbers are tried with


def _named(type_: Type) -> Type | None:
    if isinstance(type_, RecordRef):
        return named_record(type_.id)
    return None if anonymous(type_) else type_


def _step(type_: Type, step: str, library: Library) -> Type | None:
    if step == "->":
        target = bare_type(type_.target, library) if isinstance(type_, Pointer) else None
        return target if isinstance(target, RecordRef) or (target and integer_kind(target, library)) else None
    if step[0] == "[":
        fits = isinstance(type_, Array) and type_.length is not None and int(step[1:-1]) < type_.length
        return type_.element if fits and isinstance(type_, Array) else None
    record = library.records.get(type_.id) if isinstance(type_, RecordRef) else None
    if record is None:
        return None
    for member in record.members or ():
        if member.name == step[1:]:
            return member.type if member.bits is None else _field(member, library)
        if not member.name and member.bits is None and record.kind == "struct":
            inner_type = bare_type(member.type, library)
            overlaps = isinstance(inner_type, RecordRef) and _overlaps(inner_type, library)
            inner = None if overlaps else _step(inner_type, step, library)
            if inner is not None:
                return inner
    return None


def _field(member: Member, library: Library) -> Type | None:
    """Return a bit-field as an integer of its width; ``int`` is signed there, as GCC has it (§6.7.2.1)."""
    kind, bits = integer_kind(bare_type(member.type, library), library), member.bits or 0
    if kind == "bool":
        return member.type
    signed = "unsigned" not in kind
    return Builtin(f"{'signed' if signed else 'unsigned'}:{bits}") if kind and 0 < bits < 32 else None


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
        library: Library,
    ) -> None:
        self.parameters, self.used, self.addresses = parameters, used, addresses
        self.tested, self.budget, self.library = tested, budget, library

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
            for way in reversed(self._led(parameter)):
                target = _type_at(self.parameters, (parameter.name, way), self.library)
                if target is None or (target := _named(target)) is None:
                    return name, ""
                starts = self._initialisers(parameter, given, way)
                lines.append(f"    {spell(target, self._object(at, way))} = {{ {', '.join(starts) or '0'} }};\n")
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

    def _led(self, parameter: Parameter) -> list[tuple[str, ...]]:
        """Return the steps to the objects that members point to, nearer ones first."""
        found = {way for name, steps in self.used if name == parameter.name for way in _ways(steps)}
        return sorted(found, key=lambda way: (len(way), way))

    def _object(self, at: int, way: tuple[str, ...]) -> str:
        """Return what the program calls the object of a parameter, or one that a member points to."""
        return f"o{at}_{self._led(self.parameters[at]).index(way) + 1}" if way else f"o{at}"

    def _initialisers(self, parameter: Parameter, given: _Given, way: tuple[str, ...] = ()) -> list[str]:
        out = []
        at = self.parameters.index(parameter)
        for other in self._led(parameter):
            behind = _ways(other)[:-1]
            if (behind[-1] if behind else ()) == way:
                steps = self._steps(parameter, (parameter.name, other))[:-1] if not way else other[len(way) : -1]
                text = f"&{self._object(at, other)}"
                out.append(f"{''.join(steps)} = {text}" if steps else text)
        for place, value in given.values.items():
            ways = _ways(place[1])
            if place[0] != parameter.name or (ways[-1] if ways else ()) != way:
                continue
            steps = place[1][len(way) :] if way else self._steps(parameter, place)
            text = f"(void *){value}UL" if self.used[place] == POINTER else str(value)
            if value <= -(1 << 31):
                text = f"(-{-(value + 1)}L - 1)"
            out.append(f"{''.join(steps)} = {text}" if steps else text)
        return out

    def _written(self, place: Place) -> str:
        """Return how the program names a place."""
        at = next(n for n, p in enumerate(self.parameters) if p.name == place[0])
        ways = _ways(place[1])
        if ways:
            return f"{self._object(at, ways[-1])}{''.join(place[1][len(ways[-1]) :])}"
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
