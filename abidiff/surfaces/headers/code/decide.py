"""Whether two pieces of code mean the same to programs: by form, by exhausting the arguments, else by trying some.

Arguments with which the old code was undefined do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

import msgspec

from abidiff import limits
from abidiff.surfaces.headers.code.canonical import equal
from abidiff.surfaces.headers.code.evaluate import (
    BITS,
    NARROW,
    Inline,
    Machine,
    Names,
    NotValue,
    OutOfSteps,
    Undefined,
    Value,
    convert,
    is_pointer,
)
from abidiff.surfaces.headers.code.mentioned import differing, mentioned
from abidiff.surfaces.headers.code.normal import normal
from abidiff.surfaces.headers.code.regions import by_regions, few_numbers
from abidiff.surfaces.headers.code.syntax import NotCode, Syntax, Tree
from abidiff.surfaces.headers.read.texts import bytes_of

ARGUMENT = "__arg"
_ARGUMENT = re.compile(r"\b__arg(\d+)\b")
_NUMBER = re.compile(r"(?<![\w.])(?:0[xX][0-9a-fA-F]+|[0-9]+)(?![\w.])")
_USUAL = (0, 1, 2, 3, -1, 5, 7, 8, 16, 31, -2, 10, 32, 63, 64, 100, 127, 128, 255, 256, 1000, 32767, 65535, 65536,
          2147483647, -2147483648)  # fmt: skip
_COMPOSITES = ("1 + 2", "6 | 1", "0 ? 1 : 2", "4 - 1", "3 & 1", "1 == 2", "1 << 2", "2 , 3")
_FRACTIONS = (0.0, 0.5, -1.5, 3.0, 1e20, -1e20, 1e-20, 0.1, 123456.789)
_CONTEXTS = ("2 * {}", "{} * 2", "{} + 1", "1 + {}", "7 - {}", "{} - 1", "~ {}", "- {}", "! {}", "{} == 3", "{} << 1",
             "( unsigned char ) {}", "{} & 1", "{} | 8", "100 / {}", "{} ? 5 : 6")  # fmt: skip
_TRIED = "the arguments that were tried give equal values, others may not"
_UNDEFINED = "C defines no value for the arguments that were tried"
MAX_TRIES = 600
_Number = TypeVar("_Number", int, float)
MAX_EXHAUSTED = 4096


class Decision(msgspec.Struct, frozen=True):
    """What was found out.

    ``kind``: ``same``; ``value``, another one for some use; ``type``, the same one of another type; ``operand``, the
    same one, but a use with other operators gets another value; ``argument``, an argument of lower precedence does;
    ``letter``, the same one for all integers, but not for fractions, or not where C leaves it undefined;
    ``longer``, a list with more rows; ``reordered``, the same rows elsewhere;
    ``grouped``, only that such arguments count as one now; ``lvalue``, it can't be assigned to any more;
    ``form``, it can't stand where it could;
    ``pasted``, only arguments that are macros are expanded otherwise; ``without``, a call without variable arguments
    fails; ``implementation``, code that can't be evaluated; ``unknown``.
    ``use``: the C expression that shows it, which was ``old``; ``new`` where it has a value.
    ``constant``: ``use`` is a constant expression.  ``program``: a function that uses it.
    ``reason``: why it is not known; ``limit``: the one that was passed, where that is why.
    """

    kind: str
    use: str = ""
    old: Value | None = None
    new: Value | None = None
    reason: str = ""
    limit: str = ""
    constant: bool = True
    program: str = ""


def unknown(reason: str | NotCode | OutOfSteps) -> Decision:
    """Return that it is not known, and why."""
    return Decision("unknown", reason=str(reason), limit="" if isinstance(reason, str) else reason.limit)


class Budget:
    """Steps that all decisions of a comparison may take together."""

    def __init__(self) -> None:
        self.steps = limits.now().code_steps
        self.each = limits.now().evaluation_steps

    def machine(self, names: Names) -> Machine:
        """Return a machine for one evaluation."""
        if self.steps <= 0:
            raise OutOfSteps("too many steps", "code-steps")
        self.steps -= 50
        return Machine(names, self.each)


class Side(msgspec.Struct):
    """The text of a macro on one side.  ``beyond``: of the last value, as in :class:`Machine`."""

    text: str
    names: Names
    budget: Budget
    trees: dict[str, Tree | None] = msgspec.field(default_factory=dict)
    failed: NotCode | None = None
    beyond: bool = False

    def tree(self, text: str) -> Tree | None:
        """Return an expression, None for what is none."""
        if text not in self.trees:
            try:
                self.trees[text] = Syntax(text, lambda name: bool(self.names.kind(("type", (name,))))).whole()
            except NotCode as error:
                self.trees[text] = None
                self.failed = self.failed or error
        return self.trees[text]

    def body(self) -> Tree | None:
        """Return the text as a statement, None for what is none."""
        try:
            found: Tree = Syntax(self.text, lambda name: bool(self.names.kind(("type", (name,))))).body()
        except NotCode:
            return None
        return found

    def value(self, text: str, arguments: Sequence[Value] = ()) -> Value | None:
        """Return a value, None where C defines none; raises NotValue."""
        tree = self.tree(text)
        if tree is None:
            raise NotValue("no expression")
        given = {f"{ARGUMENT}{at + 1}": value for at, value in enumerate(arguments)}
        machine = self.budget.machine(self.names)
        try:
            return machine.value(tree, given)
        except (Undefined, RecursionError, OverflowError):
            return None
        finally:
            self.beyond = machine.beyond
            self.budget.steps -= self.budget.each - machine.steps

    def grouped(self, text: str, part: str) -> bool:
        """Tell whether a part of a text is one operand: parentheses around it change nothing."""
        return self.tree(text.replace("{}", part)) == self.tree(text.replace("{}", f"( {part} )"))


def macros(name: str, count: int | None, old: Side, new: Side) -> Decision:
    """Decide about a macro with so many parameters (None: an object-like one)."""
    before, after = old.tree(old.text), new.tree(new.text)
    if before is None or after is None:
        return _other_code(old, new)
    same = normal(before) == normal(after)
    found = _values(name, count, old, new)
    if found is not None and found.kind == "value":
        return found
    if found is not None and not same:
        grouping = _operands(name, count, old, new) or _arguments(name, count, old, new)
        return (
            grouping
            if grouping and (found.kind in ("same", "letter") or grouping.kind in ("operand", "argument"))
            else found
        )
    if not same:
        if _is_lvalue(before) and not _is_lvalue(after):
            return Decision("lvalue", _call(name, ["0"] * count) if count is not None else name)
        return implementation(normal(before), normal(after), old.names, new.names)
    if found is not None and found.kind == "type":
        return found
    return _operands(name, count, old, new) or _arguments(name, count, old, new) or Decision("same")


def _other_code(old: Side, new: Side) -> Decision:
    """Compare what is no expression: statements, else nothing that can be told."""
    found = []
    failed: NotCode | None = None
    for side in (old, new):
        try:
            reader = Syntax(side.text, lambda name, names=side.names: bool(names.kind(("type", (name,)))))  # type: ignore[misc]
            found.append(normal(reader.body()))
        except NotCode as error:
            failed = failed or (error if side.text[:1] == "{" or error.limit else side.failed or error)
            tree = side.tree(side.text)
            found.append(_fragment(side) if tree is None else normal(("do", tree)))
    if found[0] is None or found[1] is None:
        return unknown(failed or "it is not understood")
    return Decision("same") if found[0] == found[1] else implementation(found[0], found[1], old.names, new.names)


def _fragment(side: Side) -> Tree | None:
    """Return what begins a statement, as ``for (...)`` does, or several of them."""
    try:
        reader = Syntax(f"{{ {side.text} ; }}", lambda name: bool(side.names.kind(("type", (name,)))))
        found: Tree = normal(reader.body())
    except NotCode:
        return None
    return found


def implementation(before: Tree, after: Tree, old: Names, new: Names) -> Decision:
    """Decide about code that can't be evaluated: what it names has to be there."""
    named = differing(before, after)
    for names, found in ((old, named[0]), (new, named[1])):
        missing = sorted(name for name in found if not names.known(name))
        if missing:
            return unknown(f"nothing that is read declares {missing[0]}")
    return Decision("implementation")


def _values(name: str, count: int | None, old: Side, new: Side) -> Decision | None:
    """Evaluate both for many arguments; None when that can't be done."""
    defined = 0
    typed: Decision | None = None
    loose = False
    for kind in ("int", "unsigned int", "long") if count else ("int",):
        for numbers in tuples([samples(kind, (old.text, new.text))] * (count or 0)):
            arguments = [(number, kind) for number in numbers]
            try:
                before, after = old.value(old.text, arguments), new.value(new.text, arguments)
            except OutOfSteps as error:
                return unknown(error)
            except NotValue:
                return None
            if before is None:
                continue
            defined += 1
            if after is None:
                loose = True
                continue
            use = _call(name, [literal(a) for a in arguments]) if count is not None else name
            if before[1] != after[1] and (is_pointer(before[1]) or is_pointer(after[1])):
                return None
            if before[0] != after[0]:
                if before[1] == after[1] == "text":
                    return _other_text(use, before[0], after[0])
                if "text" in (before[1], after[1]):
                    return None
                if old.beyond and _same_bits(before, after):
                    continue
                constant = not _reads(new.tree(new.text)) and not is_pointer(before[1])
                return Decision("value", use, before, after, constant=constant)
            if before[1] != after[1] and typed is None:
                typed = Decision("type", use, before, after)
    if not defined or (loose and not count):
        return unknown(_UNDEFINED)
    if not loose and (typed is not None or not count):
        return typed or Decision("same")
    return _proved(count or 0, old, new, loose)


def _same_bits(a: Value, b: Value) -> bool:
    """Tell whether integers of two types have the same bits, as far as the narrower goes: ``1 << 31``, ``1u << 31``.

    Where the one is none that C defines, this is all that can be told of its value.
    """
    bits = min(BITS.get(a[1], 0), BITS.get(b[1], 0))
    return bool(bits) and a[1] != b[1] and not (a[0] - b[0]) % (1 << bits)


def _reads(tree: Any) -> bool:
    """Tell whether an expression reads an element, which is no constant expression (§6.6)."""
    return isinstance(tree, tuple) and (tree[:1] == ("index",) or any(_reads(part) for part in tree))


def _proved(count: int, old: Side, new: Side, loose: bool) -> Decision:
    """Decide about a macro whose values agree for many integers: equal polynomials, regions that were all tried.

    ``loose``: C defines no value of new for some integers, such as ``-1 << 1``, for which compilers have one.
    """
    before, after = old.tree(old.text), new.tree(new.text)
    if before is None or after is None:
        return unknown(_TRIED)
    if not loose and grown(before, after, old.names, new.names):
        return Decision("grown")
    names = [f"{ARGUMENT}{at + 1}" for at in range(count)]
    regions = not loose and few_numbers((old.text, new.text), count)
    if not regions or not all(by_regions(tree, frozenset(names)) for tree in (before, after)):
        types = old.names.kind, new.names.kind
        for kind in ("int", "unsigned int", "long"):
            kinds = dict.fromkeys(names, kind)
            if not equal(before, after, (kinds, kinds), types):
                return unknown(_UNDEFINED if loose else _TRIED)
    return Decision("letter") if loose or _other_fractions(count, old, new) else Decision("same")


def _other_fractions(count: int, old: Side, new: Side) -> bool:
    """Tell whether fractions make another value, or none where they made one."""
    beside = [number + 0.5 for number in samples("int", (old.text, new.text))[:16]]
    for numbers in tuples([(*_FRACTIONS, *beside)] * count):
        arguments: list[Value] = [(number, "double") for number in numbers]
        try:
            before = old.value(old.text, arguments)
        except NotValue:
            continue
        try:
            if before is not None and before != new.value(new.text, arguments):
                return True
        except NotValue:
            return True
    return False


def grown(old: Tree, new: Tree, before: Names, after: Names) -> bool:
    """Tell whether new only holds in more cases than old, each a constant that is new: ``a == A || a == B``."""
    cases = [set(map(normal, _cases(tree))) for tree in (old, new)]
    more = cases[1] - cases[0]
    if not cases[0] <= cases[1] or len(cases[0]) < 2:
        return False
    for case in more:
        if case[:2] != ("bin", "=="):
            return False
        names = set(mentioned(case))
        if len(names) != 1 or any(before.known(name) or not after.known(name) for name in names):
            return False
    return True


def _cases(tree: Tree) -> Iterator[Tree]:
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        if found[:2] == ("bin", "||"):
            waiting += found[2:]
        else:
            yield found


def _operands(name: str, count: int | None, old: Side, new: Side) -> Decision | None:
    """Put the whole between other operators: it may have begun or stopped to be one operand."""
    texts = []
    for side in (old, new):
        texts.append(_ARGUMENT.sub("5", side.text))
    use = _call(name, ["5"] * count) if count is not None else name
    for context in _CONTEXTS:
        if old.grouped(context, texts[0]) == new.grouped(context, texts[1]):
            continue
        try:
            before, after = old.value(context.format(texts[0])), new.value(context.format(texts[1]))
        except NotValue:
            return Decision("grouped") if new.grouped(context, texts[1]) else unknown("it begins to be no operand")
        if before is not None and after is not None and before[0] != after[0]:
            return Decision("operand", context.format(use), before, after)
    return None


def _arguments(name: str, count: int | None, old: Side, new: Side) -> Decision | None:
    """Pass expressions of low precedence: parentheses around parameters may have come or gone."""
    weaker: Decision | None = None
    for at in range(1, (count or 0) + 1):
        for part in _COMPOSITES[:7]:
            templates = [side.text.replace("{", "{{").replace("}", "}}") for side in (old, new)]
            if any("{{" in template for template in templates):
                return None
            templates = [re.sub(rf"\b__arg{at}\b", "{}", side.text) for side in (old, new)]
            grouped = old.grouped(templates[0], part), new.grouped(templates[1], part)
            if grouped[0] == grouped[1]:
                continue
            if grouped[1]:
                weaker = Decision("grouped")
                continue
            texts = [_ARGUMENT.sub("5", template.replace("{}", part)) for template in templates]
            use = _call(name, [part if n == at else "5" for n in range(1, (count or 0) + 1)])
            try:
                before, after = old.value(texts[0]), new.value(texts[1])
            except NotValue:
                return unknown("arguments that are expressions are grouped otherwise")
            if before is not None and after is not None and before[0] != after[0]:
                return Decision("argument", use, before, after)
            weaker = weaker or Decision("grouped")
    return weaker


def functions(name: str, old: Inline, new: Inline, before: Names, after: Names, budget: Budget) -> Decision:
    """Decide about an inline function with the same parameters and result on both sides."""
    places = [{n: f"{at}" for at, (n, _) in enumerate(side.parameters) if n} for side in (old, new)]
    bodies = normal(old.body, dict(places[0])), normal(new.body, dict(places[1]))
    if bodies[0] == bodies[1]:
        return Decision("same")
    if not old.parameters and (found := _texts(name, *bodies)) is not None:
        return found
    kinds = [kind for _, kind in old.parameters]
    if not all(kinds) or not old.result or old.result == "void":
        return implementation(*bodies, before, after)
    text = repr((old.body, new.body))
    whole = exhaustive(kinds)
    loose = False
    defined = 0
    for numbers in product(*whole) if whole else tuples([samples(kind, (text,)) for kind in kinds]):
        arguments: list[Value] = [(number, _read(kind)) for number, kind in zip(numbers, kinds, strict=True)]
        try:
            a, b = _called(old, arguments, before, budget), _called(new, arguments, after, budget)
        except OutOfSteps as error:
            return unknown(error)
        except NotValue:
            return implementation(*bodies, before, after)
        if a is None:
            continue
        defined += 1
        if b is None:
            loose = True
        elif a[0] != b[0]:
            call = _call(name, [literal(v) for v in arguments])
            return Decision("value", call, a, b) if a[1] != "text" else _other_text(call, a[0], b[0])
    if defined and not loose and (whole or _same_value(old, new, before, after)):
        return Decision("same")
    return unknown(_TRIED if defined and not loose else _UNDEFINED)


def _texts(name: str, old: Tree, new: Tree) -> Decision | None:
    """Decide about functions that return a text each."""
    match old, new:
        case ("return", ("str", "", before)), ("return", ("str", "", after)):
            return _other_text(f"{name}()", before, after)
    return None


def _other_text(call: str, old: str | None, new: str | None) -> Decision:
    """Return that a function returns another text, null included: the first character that differs shows it."""
    if old is None or new is None:
        return Decision("value", f"({call} != 0)", (int(old is not None), "int"), (int(new is not None), "int"))
    before, after = bytes_of(old) + b"\0", bytes_of(new) + b"\0"
    at = next(n for n in range(min(len(before), len(after))) if before[n] != after[n])
    codes = [convert((text[at], "int"), "char") for text in (before, after)]
    return Decision("value", f"{call}[{at}]", codes[0], codes[1])


def _same_value(old: Inline, new: Inline, before: Names, after: Names) -> bool:
    """Tell whether two functions are proved to return equal values."""
    trees, kinds = [], []
    for side, names in ((old, before), (new, after)):
        returned = _returned(side, names)
        if returned is None:
            return False
        places = {name: ("id", f"{ARGUMENT}{at + 1}") for at, (name, _) in enumerate(side.parameters)}
        trees.append(_with(returned, places))
        kinds.append({f"{ARGUMENT}{at + 1}": _read(kind) for at, (_, kind) in enumerate(side.parameters)})
    if any(kind not in BITS for each in kinds for kind in each.values()):
        return False
    return equal(trees[0], trees[1], (kinds[0], kinds[1]), (before.kind, after.kind))


def _returned(function: Inline, names: Names) -> Tree | None:
    """Return what a body returns that only names values of the parameters' kind before, and chooses; None for others.

    ``choose`` stands for the choice of a statement, whose values are not converted to one type.
    """
    kinds = {_read(kind) for _, kind in function.parameters}
    return _folded([function.body], {}, kinds, names)


def _folded(parts: Sequence[Tree], given: dict[str, Tree], kinds: set[str], names: Names) -> Tree | None:
    if not parts:
        return None
    first, rest = parts[0], parts[1:]
    match first:
        case ("block", inner):
            return _folded([*inner, *rest], dict(given), kinds, names)
        case ("declare", type_, name, value) if names.kind(type_) in BITS and kinds == {names.kind(type_)}:
            return _folded(rest, {**given, name: _with(value, given)}, kinds, names)
        case ("return", value):
            return None if value == ("void",) else _with(value, given)
        case ("if", condition, body, other):
            chosen = _folded([body, *rest], dict(given), kinds, names)
            otherwise = _folded([other, *rest], dict(given), kinds, names)
            return (
                None if chosen is None or otherwise is None else ("choose", _with(condition, given), chosen, otherwise)
            )
    return None


def _with(tree: Any, given: Mapping[str, Tree]) -> Any:
    """Return an expression with others in the places of names."""
    if not isinstance(tree, tuple):
        return tree
    if tree[:1] == ("id",) and tree[1] in given:
        return given[tree[1]]
    return tuple(_with(part, given) for part in tree)


def _called(function: Inline, arguments: list[Value], names: Names, budget: Budget) -> Value | None:
    machine = budget.machine(names)
    try:
        return machine.call(function, arguments)
    except (Undefined, RecursionError, OverflowError):
        return None
    finally:
        budget.steps -= budget.each - machine.steps


def _read(kind: str) -> str:
    return kind if kind in BITS or kind == "double" else "double" if kind == "float" else "int"


def _call(name: str, arguments: Iterable[str]) -> str:
    return f"{name}({', '.join(arguments)})"


def _is_lvalue(tree: Tree) -> bool:
    """Tell whether an expression designates an object (§6.3.2.1)."""
    return tree[0] in ("id", "index", "member", "braces") or tree[:2] == ("un", "*")


def literal(value: Value) -> str:
    """Return a value as C of its type."""
    number, kind = value
    if kind == "double":
        return repr(number)
    if is_pointer(kind):
        return f"(({kind}){number if number < 1 << 63 else number - (1 << 64)})"
    suffix = {"unsigned int": "u", "long": "L", "unsigned long": "UL", "long long": "LL", "unsigned long long": "ULL"}
    if isinstance(number, int) and number < 0:
        least = -(1 << (BITS[kind] - 1))
        text = f"{-number}{suffix.get(kind, '')}" if number != least else f"{-(number + 1)}{suffix.get(kind, '')}"
        return f"-{text}" if number != least else f"(-{text} - 1)"
    return f"{number}{suffix.get(kind, '')}"


def samples(kind: str, texts: Iterable[str]) -> list[int]:
    """Return numbers of a kind that are worth trying: usual ones, and those around what stands in the code."""
    near: list[int] = []
    for text in texts:
        for found in _NUMBER.findall(text)[:40]:
            if len(found) < 20:
                number = (
                    int(found, 0)
                    if found[:1] != "0" or found[:2].lower() == "0x"
                    else int(found, 8 if found.strip("01234567") == "" else 10)
                )
                near += [number, number - 1, number + 1]
    bits, signed = NARROW.get(kind) or (1, False) if kind == "bool" or kind in NARROW else (
        BITS.get(kind, 32), not kind.startswith("unsigned")
    )  # fmt: skip
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    wanted = [*_USUAL[:12], *near[:24], *_USUAL[12:], high, low]
    return [number for number in dict.fromkeys(wanted) if low <= number <= high]


def tuples(choices: Sequence[Sequence[_Number]]) -> Iterator[tuple[_Number, ...]]:
    """Yield combinations, some hundred at most, those of the first numbers first."""
    count = len(choices)
    if not count:
        yield ()
        return
    each = max(2, int(MAX_TRIES ** (1 / count)))
    yield from product(*(choice[:each] for choice in choices))


def exhaustive(kinds: Sequence[str]) -> list[range] | None:
    """Return all values of each parameter, None when these are too many combinations."""
    ranges = []
    total = 1
    for kind in kinds:
        if kind == "bool":
            ranges.append(range(2))
        elif kind in NARROW and NARROW[kind][0] == 8:
            ranges.append(range(-128, 128) if NARROW[kind][1] else range(256))
        else:
            return None
        total *= len(ranges[-1])
    return ranges if ranges and total <= MAX_EXHAUSTED else None
