"""The smallest C program that compiles against the old headers and not against the new ones.

Most use what is declared as programs do (a call, a result, an address) or are static assertions.  A
program that needs the optimiser to see the value (bit-fields) says so in its first line.
"""

from __future__ import annotations

from collections.abc import Sequence

from abidiff.finding import Witness
from abidiff.surfaces.headers.change import (
    HeaderChange,
    LayoutChanged,
    Shift,
    TagRemoved,
)
from abidiff.surfaces.headers.layout.spell import anonymous, head, spell
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Enum,
    Function,
    FunctionDecl,
    Macro,
    MacroValue,
    Member,
    Pointer,
    Qualified,
    Record,
    Type,
)
from abidiff.surfaces.headers.read.texts import PREFIXES, c_string, element
from abidiff.surfaces.headers.use_change import (
    VariableAlignmentChanged,
)

OPTIMISED = "/* compile with -O1 */"
PROGRAM = "witness.c"

SCRIPT = """#!/bin/sh
# check.sh OLD_INCLUDE_DIR NEW_INCLUDE_DIR: compiles witness.c against both, runs nothing.
old=$1 new=$2
[ -n "$old" ] && [ -n "$new" ] || { echo "usage: check.sh OLD_INCLUDE_DIR NEW_INCLUDE_DIR"; exit 2; }
try() { ${CC:-cc} -std=gnu11 -O1 -S -o /dev/null %(flags)s -I"$1" "$(dirname "$0")/witness.c"; }
try "$old" || { echo "does not compile against the old headers"; exit 2; }
try "$new" && { echo "still compiles against the new headers"; exit 1; }
echo "confirmed: compiles against the old headers, not against the new ones"
"""

FLAGS = (
    "-Werror=incompatible-pointer-types",
    "-Werror=implicit-function-declaration",
    "-Werror=int-conversion",
    "-Werror=discarded-qualifiers",
    "-Werror=overflow",
    "-Wno-deprecated-declarations",
)


def program(change: HeaderChange, body: str, summary: str, *, optimised: bool = False) -> Witness:
    """Return a witness: the include of the header, and the body."""
    lines = [OPTIMISED] if optimised else []
    lines += [f"#define {name} {value}".rstrip() for name, value in change.needs]
    if change.include:
        lines += [f"#include <{name}>" for name in (*change.prior, change.include)]
    text = "\n".join(lines) + "\n" + body.rstrip("\n") + "\n"
    script = SCRIPT % {"flags": " ".join(FLAGS)}
    return Witness(
        "c-program",
        summary,
        text,
        ((PROGRAM, text.encode("utf-8", "surrogateescape")), ("check.sh", script.encode("utf-8", "surrogateescape"))),
    )


def uses(change: HeaderChange, name: str) -> Witness:
    """A program that takes the address of a function or variable."""
    return program(change, f"void *witness(void)\n{{\n    return (void *)&{name};\n}}\n", f"uses {name}, which is gone")


def address(change: HeaderChange, name: str) -> Witness:
    """A program that takes the address of what a macro stands for."""
    return program(
        change, f"void *witness(void)\n{{\n    return (void *)&{name};\n}}\n", f"takes the address of {name}"
    )


def points(change: HeaderChange, old: FunctionDecl) -> Witness:
    """A program that gives a function on as what it was: as a callback, or as who is built already calls it."""
    return program(
        change,
        f"{_bare(change, old)}{spell(Pointer(old.type), 'witness')} = {old.name};\n",
        f"points to {old.name} as what it was: the types of the functions do not agree",
    )


def calls(change: HeaderChange, old: FunctionDecl, given: Sequence[Type], more: Sequence[str] = ()) -> Witness:
    """A program that calls a function with arguments of these types, and with more of them that are spelled."""
    if any(anonymous(type_) for type_ in given):
        return points(change, old)
    names, taken = taken_as(given)
    own = "struct witness;\n" if "struct witness " in taken else ""
    body = f"{_bare(change, old)}{own}void call({taken})\n{{\n    (void){old.name}({', '.join((*names, *more))});\n}}\n"
    return program(change, body, f"calls {old.name} as it was called")


def result(change: HeaderChange, old: FunctionDecl) -> Witness:
    """A program that hands on what a function returns."""
    given = [parameter.type for parameter in old.type.parameters]
    if any(anonymous(type_) for type_ in (*given, old.type.result)):
        return points(change, old)
    names, taken = taken_as(given)
    used = f"{{\n    return {old.name}({', '.join(names)});\n}}\n"
    body = f"{_bare(change, old)}{head(old.type.result, 'call', taken)}\n{used}"
    return program(change, body, f"uses what {old.name} returns as what it was")


def _bare(change: HeaderChange, old: FunctionDecl) -> str:
    after = getattr(change, "new", None)  # a macro of this name would stand in its place
    return f"#undef {old.name}\n" if old.macro or (isinstance(after, FunctionDecl) and after.macro) else ""


def taken_as(given: Sequence[Type]) -> tuple[list[str], str]:
    """Return names for arguments of these types, and the parameters that declare them."""
    names = [f"a{at}" for at in range(len(given))]
    return names, ", ".join(spell(type_, name) for type_, name in zip(given, names, strict=True)) or "void"


def declares(change: HeaderChange, name: str, type_: Type) -> Witness | None:
    """A program that takes a variable's address for a pointer to what it was."""
    if "[]" not in spell(type_):  # an array may have lost the length that `sizeof` needs
        return _address(change, name, type_, f"takes the address of {name}", sized=isinstance(type_, Array))
    return program(change, f"extern {spell(type_, name)};\n", f"declares {name} as it was: the types conflict")


def aligned(change: VariableAlignmentChanged) -> Witness:
    """A program that asserts how a variable is aligned."""
    body = f'_Static_assert(__alignof__({change.subject}) >= {change.before}, "alignment");\n'
    return program(change, body, f"asserts how {change.subject} is aligned")


def _address(
    change: HeaderChange, object_: str, type_: Type, summary: str, *, given: str = "", sized: bool = False
) -> Witness | None:
    """A program that takes the address of an object; incompatible pointers are no valid C (§6.5.16.1)."""
    if anonymous(type_):
        return None
    size = f"    (void)sizeof({object_});\n" if sized else ""
    return program(
        change, f"{head(Pointer(type_), 'witness', given or 'void')}\n{{\n{size}    return &{object_};\n}}\n", summary
    )


def names_type(change: HeaderChange, name: str) -> Witness:
    """A program that uses a type's name."""
    return program(change, f"extern {name} *witness;\n", f"uses the type {name}, which is gone")


def same_type(change: HeaderChange, name: str, old: Type, new: Type) -> Witness | None:
    """A program that says what a type name stands for; void, signs and qualifiers differ behind two pointers only."""
    if anonymous(old):
        return None
    deep = isinstance(old, (Qualified, Builtin)) or (isinstance(new, Builtin) and new.kind == "void")
    given = Pointer(Pointer(old)) if deep else Pointer(old)
    text = head(given, "witness", f"{name} {'**' if deep else '*'}object")
    return program(change, f"{text}\n{{\n    return object;\n}}\n", f"uses {name} as what it stood for")


def asserts(change: HeaderChange, condition: str, summary: str) -> Witness:
    """A program whose static assertion held."""
    return program(change, f'_Static_assert({condition},\n               "as it was");\n', summary)


def qualified(change: HeaderChange, object_: str, old: Type) -> Witness | None:
    """A program that needs an object to be qualified as it was: each read of it is one (§5.1.2.3)."""
    if anonymous(old):
        return None
    condition = f"__builtin_types_compatible_p(__typeof__(&{object_}), {spell(Pointer(old))})"
    return asserts(change, condition, "needs accesses that the compiler keeps")


def optimised(change: HeaderChange, condition: str, summary: str) -> Witness:
    """A program in which the optimiser sees that a condition does not hold."""
    body = (
        'extern void differs(void) __attribute__((error("it is not what it was")));\n'
        f"void witness(void)\n{{\n    if ({condition})\n        differs();\n}}\n"
    )
    return program(change, body, summary, optimised=True)


def overrides(change: HeaderChange, macro: Macro) -> Witness:
    """A program that defines a macro before it includes the header, and asserts that its own definition counts."""
    name = macro.name
    own = "__attribute__((__cold__))" if macro.value.kind in ("empty", "attribute") else "12345"
    head = f"{name}({', '.join(_parameters(macro))})" if macro.parameters is not None else name
    call = f"{name}({', '.join('0' for _ in macro.parameters)})" if macro.parameters is not None else name
    body = (
        f'#define TEXT(x) TEXT_(x)\n#define TEXT_(x) #x\n_Static_assert(sizeof(TEXT({call})) == sizeof("{own}"), "");\n'
    )
    found = program(change, body, f"defines {name} itself")
    text = f"#define {head} {own}\n{found.text}"
    files = tuple(
        (path, text.encode("utf-8", "surrogateescape") if path == PROGRAM else data) for path, data in found.files
    )
    return Witness(found.kind, found.summary, text, files)


def _parameters(macro: Macro) -> tuple[str, ...]:
    given = macro.parameters or ()
    return (*given[:-1], "...") if macro.variadic else given


def macro_type(change: HeaderChange, name: str, old: Type) -> Witness | None:
    """A program that declares an object with a macro and uses it as what it was."""
    if anonymous(old):
        return None
    return asserts(change, f"__builtin_types_compatible_p({name}, {spell(old)})", f"needs {name} to be {spell(old)}")


def constant_value(change: HeaderChange, name: str, value: MacroValue, new: MacroValue | None = None) -> Witness:
    """A program that asserts a constant's value; one that uses a text of another type of characters as it was."""
    if value.kind == "string" and (value.type or (new is not None and new.type and new.kind == "string")):
        return _wide(change, name, value, new)
    if value.kind == "string":
        text = c_string(value.text)
        return asserts(
            change,
            f"sizeof({name}) == sizeof({text}) && __builtin_strcmp({name}, {text}) == 0",
            f"asserts the text of {name}",
        )
    if value.kind == "float":
        return asserts(change, f"({name}) == {value.text}", f"asserts the value of {name}")
    condition = f"({name}) == {c_integer(value.number or 0)}"
    if value.number is not None and value.number < 0:  # an unsigned number may be equal to it
        condition += f" && ({name}) < 0"
    return asserts(change, condition, f"asserts the value of {name}")


def _wide(change: HeaderChange, name: str, value: MacroValue, new: MacroValue | None) -> Witness:
    if new is None or new.kind != "string" or new.type != value.type:
        body = f"const {element(value.type)} witness[] = {name};\n"
        return program(change, body, f"uses {name} as a text of {value.type or 'char'}")
    literal = PREFIXES[value.type] + c_string(value.text, wide=True)
    if len(value.text) != len(new.text):
        return asserts(change, f"sizeof({name}) == sizeof({literal})", f"asserts the size of {name}")
    at = next(n for n, (a, b) in enumerate(zip(value.text, new.text, strict=True)) if a != b)
    return optimised(change, f"({name})[{at}] != {literal}[{at}]", f"reads {name}[{at}]")


def enumerator_value(change: HeaderChange, name: str) -> Witness:
    """A program that needs an integer constant expression."""
    return program(change, f"enum {{ witness = {name} }};\n", f"needs {name} to be an integer")


def constant_used(change: HeaderChange, name: str) -> Witness:
    """A program that uses a constant of any kind."""
    return program(change, f"#ifndef {name}\n# error {name} is not defined\n#endif\n", f"needs the macro {name}")


def enumerator_used(change: HeaderChange, name: str) -> Witness:
    """A program that uses an enumerator."""
    return program(change, f"enum {{ witness = {name} }};\n", f"uses {name}, which is gone")


def arguments(change: HeaderChange, macro: Macro) -> Witness:
    """A program that calls a macro with as many arguments as it took."""
    count = len(macro.parameters or ()) + macro.variadic
    call = f"{macro.name}({', '.join('abcdefghijklmnopqrstuvwxyz'[i % 26] for i in range(count))})"
    if macro.parameters is None:
        return program(
            change,
            f"#if defined {macro.name}\n#define WITNESS {macro.name}\n#endif\nint witness = sizeof(WITNESS);\n",
            f"uses {macro.name} without arguments",
        )
    body = "#define TEXT_OF(...) #__VA_ARGS__\n#define TEXT(...) TEXT_OF(__VA_ARGS__)\n"
    return program(
        change,
        f'{body}const char witness[] = TEXT({call});\n_Static_assert(sizeof(witness) != sizeof("{call}") ||'
        f' __builtin_strcmp(TEXT({call}), "{call}"), "{macro.name} is no macro of {count} arguments");\n',
        f"calls {macro.name} with {count} argument{'s' if count != 1 else ''}",
    )


def field_used(change: HeaderChange, record: str, path: str) -> Witness:
    """A program that reads a field."""
    return program(
        change,
        f"void witness({record} *object)\n{{\n    (void)object->{path};\n}}\n",
        f"reads the field {path}, which is gone",
    )


def assigned(change: HeaderChange, record: str, path: str) -> Witness:
    """A program that assigns to a field."""
    body = f"void witness({record} *object)\n{{\n    object->{path} = 1;\n}}\n"
    return program(change, body, f"assigns to {path}")


def field_type(
    change: HeaderChange, record: str, old: Member, new: Member, *, constant: bool = False
) -> Witness | None:
    """A program that asserts a field's type, or that a bit-field holds its largest value; ``constant``: of a const."""
    path = old.name
    if old.bits is not None:
        return _bit_width(change, record, old, new)
    if anonymous(old.type):
        return asserts(
            change, f"sizeof((({record} *)0)->{path}) > 0 && !__builtin_types_compatible_p("
            f"__typeof__((({record} *)0)->{path}), {spell(new.type)})", f"asserts the type of {path}",
        ) if not anonymous(new.type) else None  # fmt: skip
    type_ = Qualified(old.type, ("const",)) if constant else old.type
    return _address(change, f"object->{path}", type_, f"takes the address of {path}", given=f"{record} *object")


def _bit_width(change: HeaderChange, record: str, old: Member, new: Member) -> Witness:
    assert old.bits is not None
    bits = old.bits
    signed = not _unsigned(old.type)
    lines = [
        'extern void differs(void) __attribute__((error("the bit-field is not as wide as it was")));',
        "void witness(void)",
        "{",
        f"    {record} object;",
        "    unsigned long long one = 1;",
        "    __builtin_memset(&object, 0, sizeof(object));",
    ]
    if signed:
        lines += [f"    object.{old.name} = one << {bits - 1};", f"    if (object.{old.name} >= 0)"]
    else:
        lines += [
            f"    object.{old.name} -= 1;",
            f"    if ((unsigned long long)object.{old.name} != {c_mask(bits)})",
        ]
    del new
    body = "\n".join([*lines, "        differs();", "}"])
    return program(change, body, f"asserts the width of {old.name}", optimised=True)


def stored(change: HeaderChange, record: str, path: str, name: str) -> Witness:
    """Return a program that stores a constant in a field and reads it."""
    body = (
        'extern void differs(void) __attribute__((error("it is not read as it was stored")));\n'
        f"void witness(void)\n{{\n    {record} object;\n    __builtin_memset(&object, 0, sizeof(object));\n"
        f"    object.{path} = {name};\n    if (object.{path} != {name})\n        differs();\n}}"
    )
    return program(change, body, f"stores {name} in {path}", optimised=True)


def _unsigned(type_: Type) -> bool:
    """Tell whether a bit-field of this type holds no negative numbers (as far as its name says)."""
    text = spell(type_)
    return "unsigned" in text or text.startswith(("uint", "guint", "_Bool", "bool", "enum")) or text == "size_t"


def c_mask(bits: int) -> str:
    """Return a mask of so many bits as C."""
    return f"{(1 << bits) - 1:#x}ULL"


def negative(change: HeaderChange, value: str, sign: str, name: str, called: Function | None = None) -> Witness | None:
    """A program that needs something to be able to be negative, when it is ``unsigned`` now (none for ``signed``)."""
    if sign != "unsigned":
        return None
    if called is None:
        return asserts(change, f"(__typeof__({value}))-1 < 0", f"needs {name} to hold negative numbers")
    _, given = taken_as([parameter.type for parameter in called.parameters])
    if any(anonymous(parameter.type) for parameter in called.parameters):
        return None
    body = (
        f'int witness({given})\n{{\n    _Static_assert((__typeof__({value}))-1 < 0, "may be negative");\n'
        f"    return {value} < 0;\n}}\n"
    )
    return program(change, body, f"asks whether what {name} returns is negative")


def tag(change: TagRemoved) -> Witness:
    """A program that writes the tag of a type."""
    if change.complete:
        return program(change, f"int witness = sizeof({change.subject}) > 0;\n", f"uses {change.subject}")
    body = f"{change.subject} *witness({change.typedef} *object)\n{{\n    return object;\n}}\n"
    return program(change, body, f"uses {change.typedef} as {change.subject}")


def layout(change: LayoutChanged) -> Witness | None:
    """A program that asserts size, alignment and offsets as they were on one target."""
    target = "x86_64" if "x86_64" in change.targets else sorted(change.targets)[0]
    for shift in sorted(change.shifts, key=_preference):
        if shift.target != target:
            continue
        found = _shift(change, shift)
        if found is not None:
            return found
    return None


def _preference(shift: Shift) -> int:
    return {"size": 0, "alignment": 2}.get(shift.what, 3 if shift.bitfield else 1)


def _shift(change: LayoutChanged, shift: Shift) -> Witness | None:
    where = "" if shift.target == "x86_64" else f" (on {shift.target})"
    if shift.what == "size":
        condition = f"sizeof({change.name}) == {shift.old}"
        return _on(change, shift, asserts(change, condition, f"asserts the size of {change.subject}{where}"))
    if shift.what == "alignment":
        condition = f"_Alignof({change.name}) == {shift.old}"
        return _on(change, shift, asserts(change, condition, f"asserts the alignment{where}"))
    if shift.bitfield:
        return _bit_offset(change, shift)
    condition = f"__builtin_offsetof({change.name}, {shift.what}) == {shift.old // 8}"
    return _on(change, shift, asserts(change, condition, f"asserts the offset of {shift.what}{where}"))


def _on(change: LayoutChanged, shift: Shift, witness: Witness) -> Witness:
    del change
    return for_target(witness, shift.target)


def for_target(witness: Witness, target: str) -> Witness:
    """Note the target in the program when it is not the usual one."""
    if target == "x86_64" or witness.text.startswith("/* target: "):
        return witness
    text = f"/* target: {target} */\n" + witness.text
    files = ((PROGRAM, text.encode("utf-8", "surrogateescape")), *witness.files[1:])
    return Witness(witness.kind, witness.summary, text, files)


def _bit_offset(change: LayoutChanged, shift: Shift) -> Witness:
    """Bit-fields have no offset in C: set all bits of the field and look at one of them."""
    byte, bit = divmod(shift.old, 8)
    body = (
        f'extern void differs(void) __attribute__((error("{shift.what} does not lie where it did")));\n'
        f"void witness(void)\n{{\n    union {{ {change.name} object; unsigned char byte[sizeof({change.name})]; }}"
        " u;\n    __builtin_memset(&u, 0, sizeof(u));\n"
        f"    u.object.{shift.what} -= 1;\n"
        f"    if (!(u.byte[{byte}] & {1 << bit})"
        + (f" || (u.byte[{(shift.old - 1) // 8}] & {1 << ((shift.old - 1) % 8)})" if shift.old else "")
        + ")\n        differs();\n}\n"
    )
    return program(change, body, f"asserts where {shift.what} lies", optimised=True)


def c_integer(number: int) -> str:
    """Return an integer as C (no literal is negative or too large for its type)."""
    if number == -(1 << 63):
        return "(-9223372036854775807LL - 1)"
    if number >= 1 << 63:
        return f"{number}ULL"
    if not -(1 << 31) <= number < 1 << 31:
        return f"{number}LL"
    return str(number)


def sized(change: HeaderChange, name: str) -> Witness:
    """A program that needs a complete type."""
    return asserts(change, f"sizeof({name}) > 0", f"needs {name} to be complete")


def includes(change: HeaderChange, name: str) -> Witness:
    """A program that only includes a header."""
    found = program(change, "", f"includes <{name}>")
    text = "".join(f"#define {n} {v}".rstrip() + "\n" for n, v in change.needs)
    text += "".join(f"#include <{each}>\n" for each in (*change.prior, name))
    return Witness(
        found.kind, found.summary, text, ((PROGRAM, text.encode("utf-8", "surrogateescape")), *found.files[1:])
    )


def kind_of_record(change: HeaderChange, name: str, old: Record) -> Witness | None:
    """A program that says whether two members share their place."""
    if old.tag and not old.tag.startswith("_"):
        return sized(change, f"{old.kind} {old.tag}")
    named = [m.name for m in old.members or () if m.name and m.bits is None]
    if len(named) < 2:
        return None
    sign = "==" if old.kind == "union" else "!="
    return asserts(
        change,
        f"__builtin_offsetof({name}, {named[0]}) {sign} __builtin_offsetof({name}, {named[1]})",
        f"asserts that {name} is a {old.kind}",
    )


def enum_type(change: HeaderChange, old: Enum, before: str) -> Witness | None:
    """A program that says which integer type an enum is."""
    name = f"enum {old.tag}" if old.tag else old.id.removeprefix("enum ").strip("()")
    if name.startswith(("*", "{")):
        return None
    return asserts(
        change, f"sizeof({name}) == sizeof({before}) && (({name})-1 < 1) == (({before})-1 < 1)",
        f"asserts how {name} is stored",
    )  # fmt: skip


def not_constant(change: HeaderChange, name: str, new: MacroValue) -> Witness | None:
    """A program that a macro's new kind of value breaks."""
    if new.kind in ("integer", "float"):
        text = c_integer(new.number or 0) if new.kind == "integer" else new.text
        return program(
            change,
            f"#define TEXT_OF(...) #__VA_ARGS__\n#define TEXT(...) TEXT_OF(__VA_ARGS__)\n"
            f'_Static_assert(__builtin_strcmp(TEXT({name}), "{text}"), "{name} is code");\n',
            f"{name} is a number now",
        )
    return None
