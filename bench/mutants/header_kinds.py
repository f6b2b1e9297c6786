"""Single changes to headers: what may be harmful, and what should not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bench.mutants.clang_ast import Item, every
from bench.mutants.header_library import HeaderLibrary


@dataclass(frozen=True)
class Edit:
    """Replace ``begin`` to ``end`` of a file by ``text``."""

    path: str
    begin: int
    end: int
    text: str


@dataclass(frozen=True)
class Candidate:
    """A mutant before it is made; ``call``: judged by callers of this function."""

    library: str
    kind: str
    subject: str
    edits: tuple[Edit, ...]
    call: str = ""


def apply(files: dict[str, str], edits: tuple[Edit, ...]) -> dict[str, str]:
    """Return the files with the edits made (those of one file must not overlap)."""
    changed = dict(files)
    for edit in sorted(edits, key=lambda e: (e.path, e.begin, e.end), reverse=True):
        text = changed.get(edit.path, "")
        changed[edit.path] = text[: edit.begin] + edit.text + text[edit.end :]
    return changed


TYPES = ("int", "unsigned int", "long", "unsigned long long", "char *", "void *", "double", "short", "signed char")
Mutator = Callable[[HeaderLibrary], Iterator[Candidate]]
MUTATORS: dict[str, Mutator] = {}


def mutator(function: Mutator) -> Mutator:
    MUTATORS[function.__name__.replace("_", "-")] = function
    return function


def candidates(library: HeaderLibrary) -> dict[str, list[Candidate]]:
    """Return all candidates by kind."""
    return {kind: list(make(library)) for kind, make in MUTATORS.items()}


class Texts:
    """Shorthands over one library."""

    def __init__(self, library: HeaderLibrary) -> None:
        self.library = library
        self.files = library.files

    def of(self, item: Item) -> str:
        return self.files[item.path][item.begin : item.end]

    def statement(self, item: Item) -> tuple[int, int] | None:
        """Return begin and end of a declaration with its semicolon, None when something else is in it."""
        text = self.files[item.path]
        end = text.find(";", item.end)
        if end < 0 or item.begin < 0 or not re.fullmatch(r"[\s\w()\",*/-]*", text[item.end : end]):
            return None
        return (item.begin, end + 1) if text.count("{", item.begin, end) == 0 else None

    def functions(self) -> Iterator[Item]:
        seen: dict[str, int] = {}
        found = [i for i in self.library.items if i.kind == "FunctionDecl" and i.storage != "static"]
        for item in found:
            seen[item.name] = seen.get(item.name, 0) + 1
        yield from (i for i in found if i.at >= 0 and seen[i.name] == 1 and self.statement(i))

    def parameters(self) -> Iterator[tuple[Item, Item]]:
        for function in self.functions():
            for parameter in function.inner:
                if parameter.kind == "ParmVarDecl" and parameter.at >= 0 and parameter.name:
                    text = self.of(parameter)
                    if parameter.begin < parameter.at and "(" not in text and "#" not in text:
                        yield function, parameter

    def records(self) -> Iterator[tuple[Item, list[Item]]]:
        for record in every(self.library.items):
            if record.kind == "RecordDecl" and record.complete:
                fields = [f for f in record.inner if f.kind == "FieldDecl" and f.at >= 0 and f.name]
                begins = [f.begin for f in fields]
                alone = [f for f in fields if begins.count(f.begin) == 1 and "{" not in self.of(f)]
                if alone:
                    yield record, alone

    def enumerators(self) -> Iterator[tuple[Item, list[Item]]]:
        for enum in every(self.library.items):
            if enum.kind == "EnumDecl":
                found = [c for c in enum.inner if c.kind == "EnumConstantDecl" and c.at >= 0 and c.begin == c.at]
                if found:
                    yield enum, found

    def semicolon(self, item: Item) -> int:
        return self.files[item.path].find(";", item.end)

    def one(self, kind: str, item: Item, *edits: Edit, of: str = "", call: str = "") -> Candidate:
        subject = f"{of}.{item.name}" if of else item.name
        return Candidate(self.library.name, kind, subject, edits, call)

    def replace(self, item: Item, text: str) -> Edit:
        return Edit(item.path, item.begin, item.end, text)


def other_type(item: Item, number: int) -> str:
    """Return a type that is spelled differently."""
    options = [t for t in TYPES if t != item.type]
    return options[(len(item.name) * 7 + number) % len(options)]


# --- changes that break -------------------------------------------------------------------


@mutator
def function_removed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item in t.functions():
        begin, end = t.statement(item) or (0, 0)
        yield t.one("function-removed", item, Edit(item.path, begin, end, ""))


@mutator
def parameter_type_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for number, (function, item) in enumerate(t.parameters()):
        text = f"{other_type(item, number)} {item.name}"
        yield t.one("parameter-type-changed", item, t.replace(item, text), of=function.name)


@mutator
def parameter_removed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        last = [p for p in function.inner if p.kind == "ParmVarDecl"]
        text = t.files[item.path]
        if len(last) > 1 and item is last[-1]:
            comma = text.rfind(",", function.begin, item.begin)
            yield t.one("parameter-removed", item, Edit(item.path, comma, item.end, ""), of=function.name)


@mutator
def parameter_added(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        if item is [p for p in function.inner if p.kind == "ParmVarDecl"][-1]:
            edit = Edit(item.path, item.end, item.end, ", int mutant")
            yield t.one("parameter-added", item, edit, of=function.name)


@mutator
def parameters_swapped(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    before: tuple[Item, Item] | None = None
    for function, item in t.parameters():
        if before is not None and before[0] is function:
            first = before[1]
            edits = (t.replace(first, t.of(item)), t.replace(item, t.of(first)))
            yield t.one("parameters-swapped", item, *edits, of=function.name)
        before = (function, item)


@mutator
def return_type_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for number, item in enumerate(t.functions()):
        head = t.files[item.path][item.begin : item.at]
        words = re.findall(r"\w+|\*", head)
        keep = [w for w in words if re.fullmatch(r"extern|[A-Z_]*(?:EXTERN|EXPORT|CALL|EXTERN)[A-Z_]*|LIBUSB_CALL", w)]
        if "(" in head or len(words) == len(keep):
            continue
        result = [x for x in TYPES if x != item.type.split("(")[0].strip()][number % 8]
        at = head.rfind(words[-1]) if words and words[-1] in keep else len(head)
        prefix = f"{words[0]} " if words[0] in keep else ""
        edit = Edit(item.path, item.begin, item.begin + at, f"{prefix}{result} ")
        # `const char *` to `char *`: another type, but it is for callers to say whether that harms
        call = item.name if item.type.split("(")[0].strip() == f"const {result}" else ""
        yield t.one("return-type-changed", item, edit, call=call)


def _returns(t: Texts, pattern: str) -> Iterator[tuple[Item, int, int]]:
    """Yield functions whose result is spelled like this, with begin and end of its first word."""
    for item in t.functions():
        match = re.match(pattern, t.files[item.path][item.begin : item.at])
        if match and item.type.partition("(")[0].count("*") == 1:
            yield item, item.begin + match.start(1), item.begin + match.end(1)


@mutator
def return_const_added(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item, begin, _ in _returns(t, r"(?:extern\s+|[A-Z_]*EXTERN\s+)?((?:char|void|int)\b)\s*\*"):
        yield t.one("return-const-added", item, Edit(item.path, begin, begin, "const "), call=item.name)


@mutator
def made_variadic(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        if item is [p for p in function.inner if p.kind == "ParmVarDecl"][-1] and "..." not in function.type:
            yield t.one("made-variadic", item, Edit(item.path, item.end, item.end, ", ..."), of=function.name)


@mutator
def field_type_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for record, fields in t.records():
        for number, item in enumerate(fields):
            text = f"{other_type(item, number)} {item.name}"
            yield t.one("field-type-changed", item, t.replace(item, text), of=record.name)


@mutator
def fields_swapped(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for record, fields in t.records():
        for first, second in pairwise(fields):
            edits = (t.replace(first, t.of(second)), t.replace(second, t.of(first)))
            yield t.one("fields-swapped", first, *edits, of=record.name)


@mutator
def field_removed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for record, fields in t.records():
        for item in fields if len(fields) > 1 else ():
            edit = Edit(item.path, item.begin, t.semicolon(item) + 1, "")
            yield t.one("field-removed", item, edit, of=record.name)


@mutator
def field_added(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for record, fields in t.records():
        for item in fields:
            edit = Edit(item.path, item.begin, item.begin, "int mutant; ")
            yield t.one("field-added", item, edit, of=record.name)


@mutator
def field_bit_width_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for record, fields in t.records():
        for item in fields:
            text = t.of(item)
            if item.bit:
                changed = re.sub(r":\s*(\d+)", lambda m: f":{max(1, int(m[1]) - 1)}", text)
                yield t.one("field-bit-width-changed", item, t.replace(item, changed), of=record.name)
            elif re.fullmatch(r"(?:unsigned |signed )?(?:int|long|short|char)|u?int(?:8|16|32|64)_t", item.type):
                edit = Edit(item.path, item.end, item.end, ":7")
                yield t.one("field-bit-width-changed", item, edit, of=record.name)


@mutator
def record_packed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for record, _ in t.records():
        if record.name and record.end > 0 and t.files[record.path][record.end - 1] == "}":
            edit = Edit(record.path, record.end, record.end, " __attribute__((packed))")
            yield t.one("record-packed", record, edit)


@mutator
def enumerator_value_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for _, found in t.enumerators():
        for item in found:
            value = library.integers.get(item.name)
            if value is not None:
                yield t.one("enumerator-value-changed", item, t.replace(item, f"{item.name} = {value + 1}"))


@mutator
def enumerator_removed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for _, found in t.enumerators():
        for item in found if len(found) > 1 else ():
            text = t.files[item.path]
            comma = re.compile(r"\s*,").match(text, item.end)
            if comma:
                yield t.one("enumerator-removed", item, Edit(item.path, item.begin, comma.end(), ""))


@mutator
def enumerator_inserted(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for _, found in t.enumerators():
        for item in found:
            edit = Edit(item.path, item.begin, item.begin, f"MUTANT_{item.name}, ")
            yield t.one("enumerator-inserted", item, edit)


def _constant(t: Texts, name: str, kind: str, body: str) -> Candidate:
    path, begin, end, _ = t.library.macros[name]
    return Candidate(t.library.name, kind, name, (Edit(path, begin, end, body),))


def _is_version(name: str) -> bool:
    """Version numbers are no constants: each release changes them."""
    return "VER" in name.upper()


@mutator
def integer_macro_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for name in library.macros:
        if name in library.integers and not _is_version(name):
            yield _constant(t, name, "integer-macro-changed", f"({library.integers[name] + 1})")


@mutator
def string_macro_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for name, text in library.strings.items():
        if not _is_version(name):
            yield _constant(t, name, "string-macro-changed", f'{text} "x"')


@mutator
def macro_removed(library: HeaderLibrary) -> Iterator[Candidate]:
    for name, (path, begin, end, _) in library.macros.items():
        start = library.files[path].rfind("\n", 0, begin) + 1
        if not _is_version(name):
            yield Candidate(library.name, "macro-removed", name, (Edit(path, start, end, ""),))


def _callbacks(t: Texts) -> Iterator[tuple[Item, int, int, str]]:
    """Yield (typedef, begin, end, text) of the parameter list of function pointer typedefs."""
    for item in t.library.items:
        text = t.of(item) if item.kind == "TypedefDecl" and item.at >= 0 else ""
        match = re.search(r"\(\s*(?:[A-Z_]+\s+)?\*\s*(?:[A-Z_]+\s+)?\w+\s*\)\s*\(", text)
        if match and text.endswith(")"):
            yield item, item.begin + match.end(), item.end - 1, text[match.end() : -1]


@mutator
def callback_parameter_added(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item, begin, end, inside in _callbacks(t):
        text = "int mutant" if inside.strip() in ("", "void") else f"{inside}, int mutant"
        yield t.one("callback-parameter-added", item, Edit(item.path, begin, end, text))


@mutator
def callback_parameter_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item, begin, end, inside in _callbacks(t):
        parts = inside.split(",")
        for number, part in enumerate(parts):
            match = re.search(r"(\w+)\s*$", part)
            if "(" not in inside and match and len(part.split()) > 1:
                changed = [*parts[:number], f" double {match[1]}", *parts[number + 1 :]]
                yield t.one("callback-parameter-changed", item, Edit(item.path, begin, end, ",".join(changed)))


@mutator
def callback_result_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item, _, _, _ in _callbacks(t):
        text = t.of(item)
        match = re.match(r"typedef\s+([^(]*?)\(", text)
        if match:
            edit = Edit(item.path, item.begin, item.begin + match.end() - 1, "typedef double ")
            yield t.one("callback-result-changed", item, edit)


@mutator
def typedef_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for number, item in enumerate(library.items):
        text = t.of(item) if item.kind == "TypedefDecl" and item.at >= 0 else "{"
        if "{" not in text and "(" not in text and "[" not in text:
            edit = t.replace(item, f"typedef {other_type(item, number)} {item.name}")
            yield t.one("typedef-changed", item, edit)


@mutator
def variable_changed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item in library.items:
        if item.kind == "VarDecl" and item.at >= 0 and item.storage == "extern":
            edit = Edit(item.path, item.begin, item.at, "extern double ")
            yield t.one("variable-changed", item, edit)


# --- changes that should not matter -------------------------------------------------------


@mutator
def parameter_renamed(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        edit = Edit(item.path, item.at, item.at + len(item.name), f"mutant_{item.name}")
        yield t.one("ok-parameter-renamed", item, edit, of=function.name)


@mutator
def parameter_const(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        if "[" not in t.of(item):
            yield t.one("ok-parameter-const", item, Edit(item.path, item.at, item.at, "const "), of=function.name)


@mutator
def parameter_as_array(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        head = t.files[item.path][item.begin : item.at].rstrip()
        if (
            head.endswith("*")
            and head.count("*") == 1
            and not re.match(r"(?:const )?void", item.type)
            and "struct" not in item.type
        ):
            edit = t.replace(item, f"{head[:-1]} {item.name}[]")
            yield t.one("ok-parameter-as-array", item, edit, of=function.name)


@mutator
def pointee_const(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        if (
            "..." not in function.type
            and item.type.count("*") == 1
            and "const" not in item.type
            and re.fullmatch(r"(?:unsigned )?\w+ \*", item.type)
        ):
            edit = Edit(item.path, item.begin, item.begin, "const ")
            yield t.one("ok-pointee-const", item, edit, of=function.name, call=function.name)


@mutator
def return_const_dropped(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item, begin, end in _returns(t, r"(?:extern\s+|[A-Z_]*EXTERN\s+)?(const\s)"):
        yield t.one("ok-return-const-dropped", item, Edit(item.path, begin, end, ""), call=item.name)


@mutator
def parameter_typedef(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for function, item in t.parameters():
        head = t.files[item.path][item.begin : item.at].strip()
        if "[" not in t.of(item) and item.begin < item.at:
            edits = (
                Edit(item.path, function.begin, function.begin, f"typedef {head} mutant_type;\n"),
                Edit(item.path, item.begin, item.at, "mutant_type "),
            )
            yield t.one("ok-parameter-typedef", item, *edits, of=function.name)


@mutator
def type_respelled(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    spellings = {"unsigned int": "unsigned", "int": "signed int", "long": "long int", "short": "signed short int",
                 "unsigned long long": "long long unsigned"}  # fmt: skip
    pairs = [*t.parameters(), *((r, f) for r, fields in t.records() for f in fields if not f.bit)]
    for owner, item in pairs:
        head = " ".join(t.files[item.path][item.begin : item.at].split())
        if head in spellings:
            edit = Edit(item.path, item.begin, item.at, spellings[head] + " ")
            yield t.one("ok-type-respelled", item, edit, of=owner.name)


def _spelled(value: int, number: int) -> str:
    if value < 0:
        return (f"(-{-value})", f"-(0x{-value:x})", f"({value} - 0)")[number % 3]
    if value and value & (value - 1) == 0 and value < 1 << 31 and number % 2:
        return f"(1 << {value.bit_length() - 1})"
    return (f"0x{value:x}", f"({value})", f"({value} + 0)", f"0{value:o}", f"({value} | 0)")[number % 5]


@mutator
def value_respelled(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    number = 0
    for _, found in t.enumerators():
        for item in found:
            number += 1
            text = f"{item.name} = {_spelled(library.integers[item.name], number)}"
            yield t.one("ok-value-respelled", item, t.replace(item, text))


@mutator
def macro_respelled(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for number, name in enumerate(library.macros):
        value = library.integers.get(name)
        if value is not None and abs(value) < 1 << 31:
            yield _constant(t, name, "ok-macro-respelled", _spelled(value, number))
        elif name in library.strings and len(library.strings[name]) > 3 and "\\" not in library.strings[name]:
            text = library.strings[name]
            yield _constant(t, name, "ok-macro-respelled", f'{text[:2]}" "{text[2:]}')


@mutator
def declaration_moved(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item in t.functions():
        begin, end = t.statement(item) or (0, 0)
        path = item.path.rpartition("/")[0] + "/mutant-moved.h"
        text = t.files[item.path][begin:end]
        edits = (Edit(item.path, begin, end, '\n#include "mutant-moved.h"\n'), Edit(path, 0, 0, text + "\n"))
        yield t.one("ok-declaration-moved", item, *edits)


@mutator
def declarations_swapped(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    before: Item | None = None
    for item in t.functions():
        if before is not None and before.path == item.path:
            first, second = t.statement(before) or (0, 0), t.statement(item) or (0, 0)
            text = t.files[item.path]
            edits = (Edit(item.path, *first, text[slice(*second)]), Edit(item.path, *second, text[slice(*first)]))
            yield t.one("ok-declarations-swapped", item, *edits)
        before = item


def _before_functions(library: HeaderLibrary, kind: str, text: str) -> Iterator[Candidate]:
    t = Texts(library)
    for item in t.functions():
        yield t.one(kind, item, Edit(item.path, item.begin, item.begin, text.format(item.name)))


@mutator
def typedef_added(library: HeaderLibrary) -> Iterator[Candidate]:
    return _before_functions(library, "ok-typedef-added", "typedef int mutant_{0};\n")


@mutator
def function_added(library: HeaderLibrary) -> Iterator[Candidate]:
    return _before_functions(library, "ok-function-added", "int mutant_{0}(int a);\n")


@mutator
def record_added(library: HeaderLibrary) -> Iterator[Candidate]:
    text = "struct mutant_{0} {{ int a; char *b; }};\n"
    return _before_functions(library, "ok-record-added", text)


@mutator
def enum_added(library: HeaderLibrary) -> Iterator[Candidate]:
    return _before_functions(library, "ok-enum-added", "enum mutant_{0} {{ MUTANT_{0} = 7 }};\n")


@mutator
def macro_added(library: HeaderLibrary) -> Iterator[Candidate]:
    return _before_functions(library, "ok-macro-added", "\n#define MUTANT_{0} 42\n")


@mutator
def comment_added(library: HeaderLibrary) -> Iterator[Candidate]:
    return _before_functions(library, "ok-comment-added", "/* int {0}(long mutant); */\n")


@mutator
def redeclared(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for item in t.functions():
        begin, end = t.statement(item) or (0, 0)
        edit = Edit(item.path, end, end, "\n" + t.files[item.path][begin:end])
        yield t.one("ok-redeclared", item, edit)


@mutator
def deprecated(library: HeaderLibrary) -> Iterator[Candidate]:
    return _before_functions(library, "ok-deprecated", "__attribute__((deprecated)) ")


@mutator
def enumerator_appended(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for _, found in t.enumerators():
        item = found[-1]
        yield t.one("ok-enumerator-appended", item, t.replace(item, f"{t.of(item)}, MUTANT_{item.name}"))


@mutator
def enumerator_as_macro(library: HeaderLibrary) -> Iterator[Candidate]:
    t = Texts(library)
    for enum, found in t.enumerators():
        item = found[-1]
        text = t.files[item.path]
        comma = re.compile(r"\s*,").match(text, item.end)
        if len(found) > 1 and comma:
            line = f"\n#define {item.name} {library.integers[item.name]}\n"
            edits = (Edit(item.path, item.begin, comma.end(), ""), Edit(item.path, enum.begin, enum.begin, line))
            if not re.search(r"typedef\s*$", text[max(0, enum.begin - 40) : enum.begin]):
                yield t.one("ok-enumerator-as-macro", item, *edits)


@mutator
def macro_as_enumerator(library: HeaderLibrary) -> Iterator[Candidate]:
    for name, (path, begin, end, _) in library.macros.items():
        value = library.integers.get(name)
        start = library.files[path].rfind("\n", 0, begin) + 1
        if value is not None and abs(value) < 1 << 31 and not _is_version(name):
            edit = Edit(path, start, end, f"enum {{ {name} = {value} }};")
            yield Candidate(library.name, "ok-macro-as-enumerator", name, (edit,))
