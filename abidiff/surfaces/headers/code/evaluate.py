"""The value of code for given arguments, as on x86_64 (ISO C11 §6.5, §6.8); what C leaves undefined has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.read.expression import single, wrap
from abidiff.surfaces.headers.read.texts import bytes_of

Value = tuple[Any, str]  # a number of a kind; of the kind ``text`` what a string literal holds, or None for null
BITS = {"int": 32, "unsigned int": 32, "long": 64, "unsigned long": 64, "long long": 64, "unsigned long long": 64}
NARROW = {
    "char": (8, True), "signed char": (8, True), "unsigned char": (8, False), "short": (16, True),
    "unsigned short": (16, False),
}  # fmt: skip
NARROW |= {f"{sign}:{bits}": (bits, sign == "signed") for sign in ("signed", "unsigned") for bits in range(1, 32)}
_RANK = {name: at for at, name in enumerate(BITS)}
_RANKED = frozenset(BITS) | {"double"}
MAX_CALLS = 12
MAX_ELEMENTS = 5_000


class Undefined(Exception):  # noqa: N818 - a result, not an error
    """C does not define what this does (§3.4.3)."""


class NotValue(Exception):  # noqa: N818 - a result, not an error
    """It reads memory, calls what is not known, or is not understood."""


class OutOfSteps(NotValue):
    """The steps of a ``limit`` are used up before it is known."""

    def __init__(self, message: str, limit: str) -> None:
        super().__init__(message)
        self.limit = limit


class _Break(Exception):  # noqa: N818
    pass


class _Continue(Exception):  # noqa: N818
    pass


class _Return(Exception):  # noqa: N818
    def __init__(self, value: Value | None) -> None:
        super().__init__()
        self.value = value


class Inline(msgspec.Struct, frozen=True):
    """A function with a body: (name, kind) of its parameters, the kind of its result, its body."""

    parameters: tuple[tuple[str, str], ...]
    result: str
    body: Tree


class Table(msgspec.Struct, frozen=True):
    """An array of constants; ``kind``: that of its elements, ``text`` for pointers to texts."""

    values: tuple[Value, ...]
    kind: str


def _no_table(_: str) -> Table | None:
    return None


class Names(msgspec.Struct, frozen=True):
    """What code may name: constants, functions with bodies, the kinds and sizes of types; ``known`` names; arrays."""

    constant: Callable[[str], Value | None]
    function: Callable[[str], Inline | None]
    kind: Callable[[Tree], str]
    size: Callable[[Tree], int | None]
    known: Callable[[str], bool]
    table: Callable[[str], Table | None] = _no_table


class Machine:
    """Evaluates trees within a budget of steps.

    ``beyond``: a signed number was shifted out of its type, which has a value in GNU C and none in ISO C (§6.5.7).
    """

    def __init__(self, names: Names, steps: int) -> None:
        self.names = names
        self.steps = steps
        self.calls = 0
        self.beyond = False

    def value(self, tree: Tree, variables: Mapping[str, Value] | None = None) -> Value:
        """Return the value of an expression."""
        return self._value(tree, dict(variables or {}))

    def call(self, function: Inline, arguments: list[Value]) -> Value | None:
        """Return what a function returns, None for nothing."""
        if len(arguments) != len(function.parameters):
            raise NotValue("arguments")
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise NotValue("calls itself")
        scope: dict[str, Any] = {}
        for (name, kind), value in zip(function.parameters, arguments, strict=True):
            scope[name] = *convert(value, kind), kind
        try:
            return self.run(function.body, function.result, scope)
        finally:
            self.calls -= 1

    def run(self, body: Tree, result: str, scope: dict[str, Any]) -> Value | None:
        """Return what a body returns, None for nothing; ``scope`` (name → value, its kind, own kind) is changed.

        ``result``: the kind to convert to, empty to keep it.
        """
        try:
            self._run(body, scope)
        except _Return as done:
            if done.value is None or result == "void":
                return None
            return convert(done.value, result) if result else done.value
        if result != "void":
            raise Undefined("no value")
        return None

    # --- statements ---------------------------------------------------------------------

    def _run(self, tree: Tree, scope: dict[str, Any]) -> None:
        self._spend()
        match tree:
            case ("block", parts):
                inner = _Scope(scope)
                for part in parts:
                    self._run(part, inner)
            case ("many", parts):
                for part in parts:
                    self._run(part, scope)
            case ("return", ("void",)):
                raise _Return(None)
            case ("return", value):
                raise _Return(self._value(value, scope))
            case ("if", condition, body, other):
                self._run(body if self._truth(condition, scope) else other, scope)
            case ("declare", ("type", words), name, value) if words and words[-1][:1] == ("array",):
                declare(scope, name, self._array(words, value, scope))
            case ("declare", type_, name, value):
                kind = self._kind(type_)
                start = None if value == ("void",) else convert(self._value(value, scope), kind)
                declare(scope, name, (*start, kind) if start is not None else (None, "", kind))
            case ("loop", first, condition, step, body, once):
                inner = _Scope(scope)
                self._run(first, inner)
                with suppress(_Break):
                    while once or self._truth(condition, inner):
                        once = False
                        with suppress(_Continue):
                            self._run(body, inner)
                        self._run(step, inner)
            case ("switch", value, ("block", parts)):
                with suppress(_Break):
                    inner = _Scope(scope)
                    for part in self._chosen(self._value(value, scope), parts, scope):
                        self._run(part, inner)
            case ("label", _):
                pass
            case ("break",):
                raise _Break
            case ("continue",):
                raise _Continue
            case ("do", value):
                self._value(value, scope, drop=True)
            case _:
                raise NotValue(str(tree[0]))

    def _chosen(self, value: Value, parts: tuple[Tree, ...], scope: dict[str, Any]) -> tuple[Tree, ...]:
        """Return the statements of a switch from the label on that a value jumps to (§6.8.4.2)."""
        otherwise: tuple[Tree, ...] = ()
        for at, part in enumerate(parts):
            if part == ("label", ("void",)):
                otherwise = parts[at:]
            elif part[0] == "label" and convert(self._value(part[1], scope), value[1])[0] == value[0]:
                return parts[at:]
        return otherwise

    def _truth(self, tree: Tree, scope: dict[str, Any]) -> bool:
        number, kind = self._value(tree, scope)
        return number is not None if kind == "text" else bool(number)

    def _array(self, words: tuple[Any, ...], value: Tree, scope: dict[str, Any]) -> Table:
        """Return a local array of constants (§6.7.9)."""
        bounds = [word for word in words if word[:1] == ("array",)]
        if len(bounds) > 1 or value == ("void",):
            raise NotValue("an array")
        kind = self.names.kind(("type", words[:-1]))
        bound = None if bounds[0][1] == ("void",) else int(self._value(bounds[0][1], scope)[0])
        found: dict[int, Value] = {}
        if value[0] == "str" and not value[1]:
            items: list[Tree] = [("num", byte, "int") for byte in bytes_of(value[2]) + b"\0"]
        else:
            items = list(value[2]) if value[0] == "braces" else [value]
        at = 0
        for item in items:
            if item[0] == "at":
                if len(item[1]) != 1 or isinstance(item[1][0], str):
                    raise NotValue("a designator")
                at, item = int(self._value(item[1][0], scope)[0]), item[2]
            found[at] = self._element(item, kind, scope)
            at += 1
        count = max(found, default=-1) + 1 if bound is None else bound
        if not 0 < count <= MAX_ELEMENTS or any(not 0 <= number < MAX_ELEMENTS for number in found):
            raise NotValue("an array")
        zero: Value = (None, "text") if kind == "other" else convert((0, "int"), kind)
        return Table(tuple(found.get(number, zero) for number in range(count)), "text" if kind == "other" else kind)

    def _element(self, item: Tree, kind: str, scope: dict[str, Any]) -> Value:
        found = self._value(item, scope)
        if (kind == "other") is not (found[1] == "text"):
            raise NotValue("an array")
        return found if kind == "other" else convert(found, kind)

    def _indexed(self, base: Tree, index: Tree, scope: dict[str, Any]) -> Value:
        """Return an element; there is none behind the end (§6.5.6)."""
        table = self._table(base, scope)
        at = self._value(index, scope)
        if at[1] not in BITS:
            raise NotValue("an index")
        if not 0 <= at[0] < len(table.values):
            raise Undefined("no element")
        return table.values[at[0]]

    def _table(self, base: Tree, scope: dict[str, Any]) -> Table:
        if base[0] == "str" and not base[1]:
            return Table(tuple(convert((byte, "int"), "char") for byte in bytes_of(base[2]) + b"\0"), "char")
        found = (scope.get(base[1]) or self.names.table(base[1])) if base[0] == "id" else None
        if not isinstance(found, Table):
            raise NotValue("memory")
        return found

    def _spend(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise OutOfSteps("too many steps", "evaluation-steps")

    def _kind(self, type_: Tree, scope: dict[str, Any] | None = None) -> str:
        match type_:
            case ("type", (("typeof", ("id", name)),)) if scope is not None and len(scope.get(name, ())) == 2:
                return str(scope[name][1])
        kind = self.names.kind(type_)
        if kind not in BITS and kind not in NARROW and kind not in ("bool", "double", "float"):
            raise NotValue("a type that holds no number")
        return kind

    # --- expressions --------------------------------------------------------------------

    def _value(self, tree: Tree, scope: dict[str, Any], *, drop: bool = False) -> Value:
        self._spend()
        match tree:
            case ("num", number, kind):
                return number, kind
            case ("id", name):
                return self._name(name, scope)
            case ("un", operator, x) if operator in "+-~!":
                return unary(operator, self._value(x, scope))
            case ("bin", "&&", a, b):
                return int(self._truth(a, scope) and self._truth(b, scope)), "int"
            case ("bin", "||", a, b):
                return int(self._truth(a, scope) or self._truth(b, scope)), "int"
            case ("bin", ",", a, b):
                self._value(a, scope, drop=True)
                return self._value(b, scope)
            case ("bin", operator, a, b):
                left, right = self._value(a, scope), self._value(b, scope)
                self.beyond |= operator == "<<" and _is_beyond(left, right)
                return binary(operator, left, right)
            case ("cond", condition, a, b):
                return self._conditional(condition, a, b, scope)
            case ("cast", ("type", ("void",)), x) if drop:
                return self._value(x, scope)
            case ("cast", ("type", (str(), *_, "*") as words), x) if all(isinstance(word, str) for word in words):
                return _pointer(self._value(x, scope), words)
            case ("cast", type_, x):
                return convert(self._value(x, scope), self._kind(type_, scope))
            case ("index", base, index):
                return self._indexed(base, index, scope)
            case ("str", "", text):
                return text, "text"
            case ("sizeof", ("index", base, _)):
                return size_of(self._table(base, scope).kind), "unsigned long"
            case ("sizeof", ("id", _) as base):
                table = self._table(base, scope)
                return size_of(table.kind) * len(table.values), "unsigned long"
            case ("sizeof", ("type", _) as type_):
                size = self.names.size(type_)
                if size is None:
                    raise NotValue("a size")
                return size, "unsigned long"
            case ("assign", operator, ("id", name), x):
                value = self._value(x, scope)
                if operator != "=":
                    value = binary(operator[:-1], self._name(name, scope), value)
                return self._store(name, value, scope)
            case ("step", operator, ("id", name)):
                before = self._name(name, scope)
                after = self._store(name, binary(operator[-1], before, (1, "int")), scope)
                return before if operator.startswith("post") else after
            case ("call", ("id", name), arguments):
                return self._called(name, arguments, scope)
            case ("statements", parts) if parts and parts[-1][0] == "do":
                inner = _Scope(scope)
                for part in parts[:-1]:
                    self._run(part, inner)
                return self._value(parts[-1][1], inner, drop=drop)
            case _:
                raise NotValue(str(tree[0]))

    def _conditional(self, condition: Tree, a: Tree, b: Tree, scope: dict[str, Any]) -> Value:
        chosen, other = (a, b) if self._truth(condition, scope) else (b, a)
        value = self._value(chosen, scope)
        if value[1] == "text":
            return value
        try:
            another = self._value(other, scope)
            if another[1] == "text":
                return convert(value, "text")
            kind = common(value, another)
        except Undefined:
            return value
        return convert(value, kind)

    def _called(self, name: str, arguments: tuple[Tree, ...], scope: dict[str, Any]) -> Value:
        if name == "__builtin_expect" and arguments:
            return convert(self._value(arguments[0], scope), "long")
        function = self.names.function(name)
        if function is None:
            raise NotValue(f"calls {name}")
        found = self.call(function, [self._value(argument, scope) for argument in arguments])
        if found is None:
            raise NotValue("no value")
        return found

    def _name(self, name: str, scope: dict[str, Any]) -> Value:
        found = scope.get(name)
        if isinstance(found, Table):
            raise NotValue("an array")
        if found is not None:
            if found[0] is None and found[1] != "text":
                raise Undefined(f"{name} has no value")
            return found[0], found[1]
        constant = self.names.constant(name)
        if constant is None:
            raise NotValue(name)
        return constant

    @staticmethod
    def _store(name: str, value: Value, scope: dict[str, Any]) -> Value:
        found = scope.get(name)
        if not isinstance(found, tuple) or len(found) < 3:
            raise NotValue(f"assigns to {name}")
        kept = convert(value, found[2])
        holder = scope
        while isinstance(holder, _Scope) and not dict.__contains__(holder, name):
            holder = holder.outer
        holder[name] = (*kept, found[2])
        return kept


class _Scope(dict[str, Any]):
    """The names of a block, and those around it."""

    def __init__(self, outer: dict[str, Any]) -> None:
        super().__init__()
        self.outer = outer

    def get(self, name: str, default: Any = None) -> Any:
        """Return what a name holds here or around."""
        return dict.get(self, name) if dict.__contains__(self, name) else self.outer.get(name, default)


def size_of(kind: str) -> int:
    """Return the size of what holds a kind, in bytes, on x86_64."""
    if kind in BITS or kind in NARROW:
        return (BITS[kind] if kind in BITS else NARROW[kind][0]) // 8
    return {"bool": 1, "float": 4}.get(kind, 8)


def declare(scope: dict[str, Any], name: str, value: Any) -> None:
    """Enter a local variable."""
    scope[name] = value


def convert(value: Value, kind: str) -> Value:
    """Convert a value to a kind, and promote it as it is read again (§6.3)."""
    number = value[0]
    if "text" in (kind, value[1]):
        if kind == "text" and (value[1] == "text" or value == (0, "int")):
            return (number if value[1] == "text" else None), kind
        raise NotValue("a text")
    if kind in ("double", "float"):
        return (single(float(number)) if kind == "float" else float(number)), "double"
    if isinstance(number, float):
        if number != number or abs(number) >= 1 << 63:
            raise Undefined("out of range")
        number = int(number)
        if kind in BITS and number != wrap(number, kind):
            raise Undefined("out of range")
    if kind == "bool":
        return int(bool(value[0])), "int"
    if kind in NARROW:
        bits, signed = NARROW[kind]
        number &= (1 << bits) - 1
        return (number - (1 << bits) if signed and number >> (bits - 1) else number), "int"
    if kind not in BITS:
        raise NotValue(kind)
    return wrap(int(number), kind), kind


def _pointer(value: Value, words: tuple[str, ...]) -> Value:
    """Return a number that is converted to a pointer, with the pointer's type as its kind (§6.3.2.3)."""
    if value[1] not in BITS and not is_pointer(value[1]):
        raise NotValue("a pointer")
    return wrap(int(value[0]), "unsigned long"), " ".join(words)


def is_pointer(kind: str) -> bool:
    """Tell whether a kind is the type of a pointer."""
    return kind.endswith("*")


def common(a: Value, b: Value) -> str:
    """Usual arithmetic conversions (§6.3.1.8)."""
    if a[1] not in _RANKED or b[1] not in _RANKED:
        raise NotValue("no numbers")
    if "double" in (a[1], b[1]):
        return "double"
    return a[1] if _RANK[a[1]] >= _RANK[b[1]] else b[1]


def _kept(number: int, kind: str) -> Value:
    """Return a result; a signed one that does not fit is undefined (§6.5 paragraph 5)."""
    wrapped = wrap(number, kind)
    if wrapped != number and not kind.startswith("unsigned"):
        raise Undefined("overflow")
    return wrapped, kind


def unary(operator: str, value: Value) -> Value:
    """Evaluate ``+ - ~ !``."""
    number, kind = value
    if operator == "!":
        return int(number is None if kind == "text" else not number), "int"
    if kind not in _RANKED:
        raise NotValue(operator)
    if kind == "double":
        if operator == "~":
            raise Undefined("~ on a floating value")
        return (-number if operator == "-" else number), kind
    return _kept({"-": -int(number), "+": int(number), "~": ~int(number)}[operator], kind) if operator != "~" else (
        wrap(~int(number), kind), kind
    )  # fmt: skip


def binary(operator: str, a: Value, b: Value) -> Value:
    """Evaluate a binary operator; an undefined result raises :class:`Undefined`."""
    if a[1] not in _RANKED or b[1] not in _RANKED:
        raise NotValue(operator)
    if operator in ("<<", ">>"):
        return _shift(operator, a, b)
    kind = common(a, b)
    x, y = convert(a, kind)[0], convert(b, kind)[0]
    if operator in _COMPARE:
        return int(_COMPARE[operator](x, y)), "int"
    if operator in ("/", "%"):
        return _divide(operator, x, y, kind)
    if kind == "double":
        if operator not in "+-*":
            raise Undefined(f"{operator} on floating values")
        return {"+": x + y, "-": x - y, "*": x * y}[operator], kind
    i, j = int(x), int(y)
    if operator in ("&", "|", "^"):
        return wrap({"&": i & j, "|": i | j, "^": i ^ j}[operator], kind), kind
    if operator not in "+-*":
        raise NotValue(operator)
    return _kept({"+": i + j, "-": i - j, "*": i * j}[operator], kind)


def _is_beyond(a: Value, b: Value) -> bool:
    bits = BITS.get(a[1], 0)
    if not bits or a[1].startswith("unsigned") or b[1] not in BITS or not 0 <= b[0] < bits:
        return False
    return bool(a[0] < 0 or (a[0] << b[0]) >> (bits - 1))


def _shift(operator: str, a: Value, b: Value) -> Value:
    if "double" in (a[1], b[1]):
        raise Undefined("shift of a floating value")
    number, by, kind = int(a[0]), int(b[0]), a[1]
    if not 0 <= by < BITS[kind]:
        raise Undefined("shift count")
    if operator == ">>":
        return number >> by, kind
    return wrap(number << by, kind), kind  # GCC defines it for signed numbers as well


def _divide(operator: str, x: int | float, y: int | float, kind: str) -> Value:
    if not y:
        raise Undefined("division by zero")
    if kind == "double":
        if operator == "%":
            raise Undefined("% on floating values")
        return x / y, kind
    i, j = int(x), int(y)
    quotient = abs(i) // abs(j) * (1 if (i < 0) == (j < 0) else -1)
    return _kept(quotient if operator == "/" else i - j * quotient, kind)


_COMPARE: dict[str, Callable[[int | float, int | float], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
