"""Macros and inline functions of two releases: what they mean to programs that are compiled anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from abidiff import limits
from abidiff.surfaces.headers.change import HeaderChange
from abidiff.surfaces.headers.code.decide import Budget, Decision, Side, functions, macros, unknown
from abidiff.surfaces.headers.code.evaluate import (
    BITS,
    MAX_ELEMENTS,
    Inline,
    Names,
    Table,
    Value,
    convert,
)
from abidiff.surfaces.headers.code.memory import POINTER
from abidiff.surfaces.headers.code.standard import STANDARD
from abidiff.surfaces.headers.code.syntax import NotCode, Syntax, Tree
from abidiff.surfaces.headers.code_change import CodeChanged
from abidiff.surfaces.headers.compare import forms, member_access, pasted
from abidiff.surfaces.headers.compare.initialisers import Sides, decide, listed
from abidiff.surfaces.headers.compare.kinds import as_wide, kind_of
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.members import other_member
from abidiff.surfaces.headers.compare.results import WORDS, callable_, program, result, takes_address
from abidiff.surfaces.headers.compare.signedness import UNSIGNED_CHAR
from abidiff.surfaces.headers.layout.kinds import scalar_size, system_kind
from abidiff.surfaces.headers.layout.layout import size_align
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    FunctionDecl,
    Library,
    Macro,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Variable,
    bare_type,
)
from abidiff.surfaces.headers.read.texts import bytes_of

_MADE = re.compile(r"__(?:raw|arg)([0-9])(?![0-9])")
_EMPTY = re.compile(r", \)|\( ,")  # an argument that is missing, which no program has
_PARAMETER = re.compile(r"#(\d+)")


class Code:
    """What the code of both releases may name, and the steps that all evaluations may take."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.budget = Budget()

    @cached_property
    def old(self) -> Names:
        """The names of the old release."""
        return names_of(self.pair.old)

    @cached_property
    def new(self) -> Names:
        """The names of the new release."""
        return names_of(self.pair.new)

    def macros(self, old: Macro, new: Macro) -> Decision:
        """Decide about a macro."""
        limit = old.limit or new.limit
        bound = limits.now().code_text
        if not limit and max(len(whole_text(old)), len(whole_text(new))) > bound:
            limit = "code-text"
        if limit:
            return Decision("unknown", reason="its complete expansion passes a limit", limit=limit)
        sides = [Side(whole_text(m), names, self.budget) for m, names in ((old, self.old), (new, self.new))]
        return self._sides(old.name, count_of(old, sides), sides[0], sides[1])

    def without_rest(self, old: Macro, new: Macro) -> Decision:
        """Decide about variadic macros that are called without variable arguments."""
        if _EMPTY.search(old.bare):
            return Decision("same")
        sides = [Side(m.bare, names, self.budget) for m, names in ((old, self.old), (new, self.new))]
        count = max(0, len(old.parameters or ()) - 1)
        if new.bare:
            found = self._sides(old.name, count, sides[0], sides[1])
            if found.kind != "unknown" or sides[1].tree(new.bare) is not None:
                return found
        before = sides[0].tree(old.bare)
        if before is None:
            return Decision("same") if not new.bare and not old.bare else unknown("it is not understood")
        call = f"{old.name}({', '.join(f'a{at}' for at in range(1, count + 1))})"
        text = program(count, before, self.pair.old, Builtin("void"), f"    (void){call};\n")
        if not text:
            return unknown("without variable arguments it is no expression any more")
        return Decision("without", call, program=text)

    def _sides(self, name: str, count: int | None, old: Side, new: Side) -> Decision:
        sides = old, new
        formed = forms.decide(name, count, old, new, self.pair.old)
        if formed is not None:
            return formed
        if count:
            made = pasted.decide(self.pair, name, count, old, new)
            if made is not None:
                return made
        found = macros(name, count, old, new)
        before = sides[0].tree(sides[0].text)
        if count is None or before is None:
            return (self._members(name, count, old, new) if count and found.kind == "implementation" else None) or found
        if found.kind == "implementation":
            after = sides[1].tree(sides[1].text)
            if after is not None and callable_(before, self.pair.old) and not callable_(after, self.pair.new):
                call = f"{name}({', '.join(f'a{at}' for at in range(1, count + 1))})"
                text = program(count, before, self.pair.old, Builtin("void"), f"    (void){call};\n")
                return Decision("result", call, program=text) if text else unknown("it calls with other arguments")
            member = other_member(self.pair, name, count, before, sides[1].tree(sides[1].text))
            made = member or result(self.pair, name, count, before, sides[1].tree(sides[1].text))
            return made or self._members(name, count, old, new) or found
        if found.kind == "lvalue":
            return Decision("lvalue", found.use, program=takes_address(self.pair, name, count, before))
        return found

    def _members(self, name: str, count: int, old: Side, new: Side) -> Decision | None:
        """Decide about a macro that reads or writes members of its arguments."""
        routines = []
        for side, library in ((old, self.pair.old), (new, self.pair.new)):
            tree = side.tree(side.text)
            if tree is None:
                try:
                    body = Syntax(side.text, lambda name, names=side.names: bool(names.kind(("type", (name,))))).body()  # type: ignore[misc]
                except NotCode:
                    return None
                routines.append(member_access.Routine(body, "void", side.names, library))
            else:
                routines.append(member_access.Routine(("return", tree), "", side.names, library))
        taken = member_access.arguments_of(self.pair, count, [routine.body for routine in routines])
        if taken is None or routines[0].result != routines[1].result:
            return None
        return member_access.decide(name, taken, routines[0], routines[1], self.budget)

    def initialisers(self, old: Macro, new: Macro) -> Decision | None:
        """Decide about macros that are lists in braces; None for all others, and where no type is known for them."""
        texts = whole_text(old), whole_text(new)
        if old.limit or new.limit or "{" not in texts[0] or "{" not in texts[1]:
            return None
        before, after = listed(texts[0], self.old), listed(texts[1], self.new)
        if before is None or after is None:
            return None
        sides = Sides(self.pair.old, self.pair.new, self.old, self.new, self.budget)
        return decide(old, before, after, sides)

    def functions(self, old: FunctionDecl, new: FunctionDecl) -> Decision:
        """Decide about an inline function."""
        if old.body.startswith("# ") or new.body.startswith("# "):
            return Decision("unknown", reason="its body passes a limit", limit="code-text")
        try:
            before, after = inline(old, self.pair.old, self.old), inline(new, self.pair.new, self.new)
        except NotCode as error:
            return unknown(error)
        found = functions(old.name, before, after, self.old, self.new, self.budget)
        if found.kind != "implementation":
            return found
        names = [p.name for p in old.type.parameters]
        taken = member_access.parameters_of(self.pair, [(p.name, p.type) for p in old.type.parameters])
        if taken is None or names != [p.name for p in new.type.parameters]:
            return found
        result = POINTER if isinstance(bare_type(old.type.result, self.pair.old), Pointer) else before.result
        if not result:
            return found
        sides = (member_access.Routine(before.body, result, self.old, self.pair.old),
                 member_access.Routine(after.body, result, self.new, self.pair.new))  # fmt: skip
        return member_access.decide(old.name, taken, *sides, self.budget) or found


def _names_version(pair: Pair, old: str, new: str) -> bool:
    """Tell whether two bodies differ in nothing but what a macro holds that carries the version of the release."""
    for name in pair.version_names:
        texts = [library.macros[name].body for library in (pair.old, pair.new)]
        if all(texts) and old.replace(f" {texts[0]} ", f" {name} ") == new.replace(f" {texts[1]} ", f" {name} "):
            return True
    return False


def compare_inline(pair: Pair, code: Code) -> Iterator[HeaderChange]:
    """Yield inline functions whose bodies mean something else, or may."""
    for name, old in pair.old.functions.items():
        new = pair.new.functions.get(name)
        if (
            new is None
            or not old.body
            or not new.body
            or old.body == new.body
            or pair.types.functions(old.type, new.type)
        ):
            continue
        found = code.functions(old, new)
        if found.kind == "value" and _names_version(pair, old.body, new.body):
            found = Decision("implementation")
        if found.kind != "same":
            yield CodeChanged(
                pair.unit, name, include=pair.include(old.mark.location), what="inline function", was=old.body,
                now=new.body, decision=found, old=old.mark.location, new=new.mark.location,
            )  # fmt: skip


def whole_text(macro: Macro) -> str:
    """Return what a macro stands for, macros in it expanded."""
    if macro.expanded:
        return macro.expanded
    if macro.parameters is None and macro.value.kind == "code":
        return macro.value.text
    return _PARAMETER.sub(r"__arg\1", macro.body)


def count_of(macro: Macro, sides: Sequence[Side]) -> int | None:
    """Return the number of arguments that two expansions tell of, None of an object-like macro."""
    if macro.parameters is None:
        return None
    named = [int(number) for side in sides for number in _MADE.findall(side.text)] if macro.variadic else []
    return max(len(macro.parameters), *named) if named else len(macro.parameters)


def inline(function: FunctionDecl, library: Library, names: Names) -> Inline:
    """Return an inline function as code; raises :class:`NotCode` for one that is not understood."""
    body = Syntax(function.body, lambda name: bool(names.kind(("type", (name,))))).body()
    parameters = tuple((p.name, kind_of(p.type, library)) for p in function.type.parameters)
    result = function.type.result
    kind = "text" if _is_text(result, library) else kind_of(result, library)
    return Inline(parameters, kind, body)


def _is_text(type_: Type, library: Library) -> bool:
    """Tell whether a type is a pointer to characters."""
    bare = bare_type(type_, library)
    target = bare_type(bare.target, library) if isinstance(bare, Pointer) else None
    return isinstance(target, Builtin) and target.kind == "char"


def names_of(library: Library, target: str = "x86_64") -> Names:
    """Return what code of a library may name; types have the sizes that they have on a target."""
    constants = library.constants()
    made: dict[str, Inline | None] = {}

    def constant(name: str) -> Value | None:
        found = constants.get(name)
        if found is not None:
            return found.value, "int" if -(1 << 31) <= found.value < 1 << 31 else "unsigned int"
        variable = library.variables.get(name)
        if variable is None or not variable.value or variable.linkage != "static":
            return None
        kind = kind_of(variable.type, library, target)
        text = variable.value
        if not kind or not isinstance(variable.type, Qualified) or not re.fullmatch(r"-?[0-9]+", text):
            return None
        return int(text), kind if kind in BITS else "int"

    def function(name: str) -> Inline | None:
        if target != "x86_64":
            return None
        if name not in made:
            made[name] = None
            found = library.functions.get(name)
            if found is not None and not found.macro and found.body and not found.body.startswith("# "):
                with suppress(NotCode):
                    made[name] = inline(found, library, names)
        return made[name]

    def kind(type_: Tree) -> str:
        return _kind_of_words(type_[1], library, target)

    def size(type_: Tree) -> int | None:
        words = [word for word in type_[1] if word != "const"]
        if not all(isinstance(word, str) for word in words):
            return None
        if "*" in words:
            return scalar_size("unsigned long", "x86_64" if target == "win64" else target)
        if len(words) == 1 and isinstance(words[0], str) and " " in words[0]:
            try:
                return size_align(RecordRef(words[0]), library, target)[0]
            except (ValueError, KeyError):
                return None
        return scalar_size(kind(type_), target) if kind(type_) not in ("", "other") else None

    def known(name: str) -> bool:
        return (
            name in constants
            or name.startswith(("__builtin_", "__sync_", "__atomic_"))
            or name in STANDARD
            or any(name in table for table in (library.functions, library.variables, library.typedefs, library.lent))
        )

    names = Names(constant, function, kind, size, known, lambda name: table_of(library.variables.get(name), library))
    return names


def table_of(variable: Variable | None, library: Library) -> Table | None:
    """Return an array of constants that a header defines, None for what is none."""
    if variable is None or not variable.value or variable.linkage != "static":
        return None
    type_ = bare_type(variable.type, library)
    if not isinstance(type_, Array) or variable.value[:1] == "#":
        return None
    kind = "text" if _is_text(type_.element, library) else kind_of(type_.element, library)
    if kind != "text" and not _is_const(variable.type, library):
        return None
    text = variable.value
    if text[:1] == '"':
        values: list[Value] = [convert((byte, "int"), "char") for byte in bytes_of(json.loads(text)) + b"\0"]
    elif re.fullmatch(r'\{ (?:(?:-?[0-9.e+-]+|"(?:[^"\\]|\\.)*")(?: , )?)* ?\}', text):
        items = re.findall(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.e+-]*', text)
        values = [(json.loads(i), "text") if i[0] == '"' else number_value(i) for i in items]
    else:
        return None
    if not kind or any((value[1] == "text") is not (kind == "text") for value in values):
        return None
    zero: Value = (None, "text") if kind == "text" else convert((0, "int"), kind)
    values = [value if kind == "text" else convert(value, kind) for value in values]
    count = len(values) if type_.length is None else min(type_.length, MAX_ELEMENTS)
    return Table((*values[:count], *[zero] * (count - len(values))), kind)


def _is_const(type_: Type, library: Library) -> bool:
    found = type_
    if isinstance(found, TypedefRef) and found.name in library.typedefs:
        found = library.typedefs[found.name].type
    if isinstance(found, Array):
        found = found.element
    return isinstance(found, Qualified) and "const" in found.qualifiers


def number_value(text: str) -> Value:
    """Return a number that an initialiser holds."""
    return (int(text), "long") if re.fullmatch(r"-?[0-9]+", text) else (float(text), "double")


def _kind_of_words(words: tuple[object, ...], library: Library, target: str) -> str:
    """Return the standard kind that a type name is; ``other`` for types that hold no number, empty for no type."""
    given = [word for word in words if word not in ("const", "volatile")]
    if all(isinstance(word, str) for word in given):
        text = " ".join(sorted(map(str, given)))
        if text in WORDS:
            char = WORDS[text] == "char" and target in UNSIGNED_CHAR
            return "unsigned char" if char else as_wide(WORDS[text], target)
        if len(given) == 1 and text in library.typedefs:
            return kind_of(library.typedefs[text].type, library, target) or "other"
        if len(given) == 1 and " " not in text and "*" not in text:
            return as_wide(system_kind(text, target), target)
    return "other"
