"""Programs that use what attributes say something about: conventions, symbols, uses that are refused, unions."""

from __future__ import annotations

import re

from abidiff.finding import Witness
from abidiff.surfaces.headers.change import (
    ConventionChanged,
    HeaderChange,
    LanguageLinkageDropped,
    PrototypeDropped,
    StorageOrderChanged,
    SymbolChanged,
    SymbolHidden,
    TransparencyDropped,
    UseRefused,
)
from abidiff.surfaces.headers.code.standard import header_of
from abidiff.surfaces.headers.layout.spell import anonymous, spell
from abidiff.surfaces.headers.model import FunctionDecl, Pointer
from abidiff.surfaces.headers.prove.witness import PROGRAM, enumerator_used, program, taken_as
from abidiff.surfaces.headers.use_change import (
    AliasingDropped,
    DefinedInHeader,
    NoReturnAdded,
    ThreadModelChanged,
    WeakChanged,
)

# What the assembly of a program has to hold; no text in it is taken for a pattern.
_INTEGERS = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
NAMES_SYMBOL = re.compile(r"/\* its assembly names the symbol ([\w.$@]+) \*/")
STRONG_SYMBOL = re.compile(r"/\* its assembly does not make the symbol ([\w.$@]+) weak \*/")
NOT_DEFINED = re.compile(r"/\* its assembly does not define the symbol ([\w.$@]+) \*/")
SHOWS_SYMBOL = re.compile(r"/\* its assembly does not hide the symbol ([\w.$@]+) \*/")
STORES_NUMBER = re.compile(r"/\* its assembly stores \.(value|long|quad) (\d+) \*/")
ASSEMBLED = "/* its assembly "
CPLUSPLUS = "/* compile as C++ */"
_SYMBOL = re.compile(r"[\w.$@]+\Z")
_COMPILER = "${CC:-cc} -std=gnu11"
_KEYWORDS = {
    "goto": "void witness(void) {{ {name} end; end: ; }}", "if": "void witness(void) {{ {name} (1) ; }}",
    "while": "void witness(void) {{ {name} (0) ; }}", "for": "void witness(void) {{ {name} (;;) ; }}",
    "do": "void witness(void) {{ {name} {{ }} while (0); }}", "return": "void witness(void) {{ {name}; }}",
    "switch": "void witness(int n) {{ {name} (n) {{ }} }}", "else": "void witness(int n) {{ if (n) ; {name} ; }}",
    "sizeof": "int witness = {name}(int);", "void": "{name} witness({name});", "extern": "{name} int witness;",
    "typedef": "{name} int witness;", "enum": "{name} {{ witness }};", "struct": "{name} witness {{ int a; }};",
    "union": "{name} witness {{ int a; }};", "register": "void witness(void) {{ {name} int n; }}",
    "auto": "void witness(void) {{ {name} int n; }}", "break": "void witness(int n) {{ while (n) {name}; }}",
    "continue": "void witness(int n) {{ while (n) {name}; }}",
    "case": "void witness(int n) {{ switch (n) {{ {name} 1: ; }} }}",
    "default": "void witness(int n) {{ switch (n) {{ {name}: ; }} }}",
    "asm": '{name}("");',
    "_Static_assert": '{name}(1, "");', "inline": "static {name} int witness(void) {{ return 0; }}",
    "restrict": "void witness(int *{name} p);",
}  # fmt: skip
_SCRIPT = """#!/bin/sh
# check.sh OLD_INCLUDE_DIR NEW_INCLUDE_DIR: compiles witness.c to assembly against both, runs nothing.
old=$1 new=$2
[ -n "$old" ] && [ -n "$new" ] || { echo "usage: check.sh OLD_INCLUDE_DIR NEW_INCLUDE_DIR"; exit 2; }
assembly() { %(compiler)s -w -O1 -S -o - -I"$1" "$(dirname "$0")/witness.c"; }
holds() { assembly "$1" | grep -q%(options)s -- '%(pattern)s'; }
%(before)s "$old" || { echo "does not hold with the old headers"; exit 2; }
%(after)s "$new" || { echo "still holds with the new headers"; exit 1; }
echo "confirmed: %(what)s"
"""


def holds(text: str, assembly: str) -> bool:
    """Tell whether the assembly of a witness is as its first line says."""
    match = NAMES_SYMBOL.search(text)
    if match is not None:
        assembly = assembly.replace("@GOTTPOFF", "@gottpoff")
        return re.search(rf"(?<![\w.$@]){re.escape(match.group(1))}(?![\w.$])", assembly) is not None
    match = STORES_NUMBER.search(text)
    if match is not None:
        return re.search(rf"^\s*\.{match.group(1)}\s+{match.group(2)}\s*$", assembly, re.MULTILINE) is not None
    match = STRONG_SYMBOL.search(text)
    if match is not None:
        return not re.search(rf"^\s*\.weak\s+{re.escape(match.group(1))}\s*$", assembly, re.MULTILINE)
    match = NOT_DEFINED.search(text)
    if match is not None:
        return not re.search(rf"^\s*\.globl\s+{re.escape(match.group(1))}\s*(?:#.*)?$", assembly, re.MULTILINE)
    match = SHOWS_SYMBOL.search(text)
    return match is not None and not re.search(
        rf"^\s*\.(?:hidden|internal)\s+{re.escape(match.group(1))}\s*$", assembly, re.MULTILINE
    )


def convention(change: ConventionChanged) -> Witness:
    """A program that holds a pointer to the function against the type that it had (-w lets assignments pass)."""
    text = spell(Pointer(change.old.type), "witness")
    summary = f"points to {change.subject} as it was called: the types of pointers to it conflict"
    return program(change, f"extern __typeof__({change.subject}) *witness;\nextern {text};\n", summary)


def symbol(change: SymbolChanged) -> Witness | None:
    """A program whose object needs the symbol that it needed."""
    name = change.old.asm or change.old.name
    if not _SYMBOL.match(name):
        return None
    script = _SCRIPT % {
        "compiler": _COMPILER,
        "options": "w", "pattern": name.replace(".", "[.]").replace("$", "[$]"), "before": "holds",
        "after": "! holds", "what": f"programs refer to {name}, and no longer when built anew",
    }  # fmt: skip
    first = f"/* its assembly names the symbol {name} */"
    return _assembled(change, first, f"refers to the symbol {name}", script)


def unconverted(change: PrototypeDropped) -> Witness | None:
    """A program on x86_64 whose call passes a number in another register than the function looks in (psABI 3.2.3)."""
    if change.kind not in ("real", "wide") or change.old.type.variadic:
        return None
    given, integers, reals = [], 0, 0
    for parameter in change.old.type.parameters[: change.position]:
        kind = spell(parameter.type)
        given.append("(void *)0" if kind.endswith("*") else "0")
        reals += kind in ("double", "float")
        integers += kind not in ("double", "float")
    given.append("3" if change.kind == "real" else "-1")
    given += ["0"] * (len(change.old.type.parameters) - len(given))
    if change.kind == "wide" and integers >= len(_INTEGERS):
        return None
    register = f"xmm{reals}" if change.kind == "real" else _INTEGERS[integers]
    script = _SCRIPT % {
        "compiler": _COMPILER, "options": "w", "pattern": register, "before": "holds", "after": "! holds",
        "what": f"calls of {change.subject} pass a number in {register}, and no longer when built anew",
    }  # fmt: skip
    body = f"void witness(void)\n{{\n    {change.subject}({', '.join(given)});\n}}\n"
    found = program(change, body, f"passes a number to {change.subject}, which is converted")
    text = f"/* its assembly names the symbol {register} */\n{found.text}"
    files = ((PROGRAM, text.encode("utf-8", "surrogateescape")), ("check.sh", script.encode()))
    return Witness(found.kind, found.summary, text, files)


def language(change: LanguageLinkageDropped) -> Witness | None:
    """A C++ program whose object needs the symbol that a C function has."""
    name = next((old.name for old, _ in change.functions if _SYMBOL.match(old.name)), "")
    if not name:
        return None
    script = _SCRIPT % {
        "compiler": "${CXX:-c++} -x c++ -std=gnu++17", "options": "w", "pattern": name, "before": "holds",
        "after": "! holds", "what": f"C++ programs link to {name}, and no longer when built anew",
    }  # fmt: skip
    first = f"/* its assembly names the symbol {name} */\n{CPLUSPLUS}"
    return _assembled(change, first, f"a C++ program that links to {name}", script, name)


def hidden(change: SymbolHidden) -> Witness | None:
    """A program whose object looks for the symbol outside of itself."""
    name = change.old.asm or change.old.name
    if not _SYMBOL.match(name):
        return None
    pattern = f"[.]\\(hidden\\|internal\\)[[:space:]]*{name.replace('.', '[.]').replace('$', '[$]')}[[:space:]]*$"
    script = _SCRIPT % {
        "compiler": _COMPILER,
        "options": "", "pattern": pattern, "before": "! holds", "after": "holds",
        "what": f"with the new headers a program can't link to {name}",
    }  # fmt: skip
    first = f"/* its assembly does not hide the symbol {name} */"
    return _assembled(change, first, f"links to {name}", script)


def weak(change: WeakChanged) -> Witness | None:
    """A program whose object asks for the symbol to be there."""
    name = change.old.asm or change.old.name
    if not _SYMBOL.match(name):
        return None
    script = _SCRIPT % {
        "compiler": _COMPILER, "options": "", "before": "! holds", "after": "holds",
        "pattern": f"[.]weak[[:space:]]*{name.replace('.', '[.]').replace('$', '[$]')}[[:space:]]*$",
        "what": f"with the new headers a program is linked where nothing has {name}",
    }  # fmt: skip
    first = f"/* its assembly does not make the symbol {name} weak */"
    return _assembled(change, first, f"is not linked without {name}", script)


def once(change: DefinedInHeader) -> Witness | None:
    """A program of which each file includes the header."""
    name = change.new.asm or change.new.name
    if not _SYMBOL.match(name):
        return None
    script = _SCRIPT % {
        "compiler": _COMPILER, "options": "", "before": "! holds", "after": "holds",
        "pattern": f"[.]globl[[:space:]]*{name.replace('.', '[.]').replace('$', '[$]')}\\([[:space:]]\\|$\\)",
        "what": f"each file that includes the new headers defines {name}: two do not link",
    }  # fmt: skip
    first = f"/* its assembly does not define the symbol {name} */"
    return _assembled(change, first, f"does not define {name}", script, body="extern int witness;\n")


def aliasing(change: AliasingDropped) -> Witness | None:
    """A program that writes an object through a pointer to the type, and looks whether it changed."""
    if anonymous(change.type):
        return None
    script = _SCRIPT % {
        "compiler": _COMPILER, "options": "w", "pattern": "witness_changed", "before": "holds", "after": "! holds",
        "what": f"compilers do not look whether an object changed that is written as {change.subject}",
    }  # fmt: skip
    other = "float" if "long double" in spell(change.bare) else "long double"
    type_ = spell(Pointer(change.type), "a")
    body = (
        'extern void witness_changed(void);\n#ifndef __clang__\n__attribute__((optimize("strict-aliasing")))\n#endif\n'
        f"void witness({other} *n, {type_}, {spell(Pointer(change.type), 'b')})\n"
        "{\n    *n = 1;\n    *a = *b;\n    if (*n != 1)\n        witness_changed();\n}\n"
    )
    first = "/* its assembly names the symbol witness_changed */"
    return _assembled(change, first, f"writes an object as {change.subject}", script, body=body)


def thread_model(change: ThreadModelChanged) -> Witness | None:
    """A program that leaves it to the linker where a variable of threads lies."""
    name = change.old.asm or change.old.name
    if not _SYMBOL.match(name):
        return None
    symbol = f"{name}@gottpoff"
    script = _SCRIPT % {
        "compiler": f"{_COMPILER} -fPIE", "options": "iw", "before": "holds", "after": "! holds",
        "pattern": symbol.replace(".", "[.]").replace("$", "[$]"),
        "what": f"programs take {name} for their own, and do not link",
    }  # fmt: skip
    first = f"/* its assembly names the symbol {symbol} */"
    return _assembled(change, first, f"links to {change.subject}", script)


def returns(change: NoReturnAdded) -> Witness | None:
    """A program that does something behind the call."""
    types = [parameter.type for parameter in change.old.type.parameters]
    if any(anonymous(type_) for type_ in types):
        return None
    names, taken = taken_as(types)
    script = _SCRIPT % {
        "compiler": _COMPILER, "options": "w", "pattern": "witness_after", "before": "holds", "after": "! holds",
        "what": f"what programs do behind a call of {change.subject} is left out when they are built anew",
    }  # fmt: skip
    call = f"    {change.subject}({', '.join(names)});\n    witness_after();\n"
    body = f"extern void witness_after(void);\nvoid witness({taken})\n{{\n{call}}}\n"
    first = "/* its assembly names the symbol witness_after */"
    return _assembled(change, first, f"goes on behind a call of {change.subject}", script, body=body)


def _assembled(
    change: HeaderChange, first: str, summary: str, script: str, name: str = "", *, body: str = ""
) -> Witness:
    body = body or f"void *witness(void)\n{{\n    return (void *)&{name or change.subject};\n}}\n"
    found = program(change, body, summary)
    text = f"{first}\n{found.text}"
    files = ((PROGRAM, text.encode("utf-8", "surrogateescape")), ("check.sh", script.encode()))
    return Witness(found.kind, summary, text, files)


def refused(change: UseRefused) -> Witness | None:
    """A program that uses what may no longer be used."""
    name = change.subject
    if change.function is not None:
        return _call(change, change.function)
    if change.kind == "enumerator":
        return enumerator_used(change, name)
    if change.kind == "field":
        field = name.rpartition(".")[2]
        body = f"void witness({change.record} *object)\n{{\n    (void)object->{field};\n}}\n"
        return program(change, body, f"reads the field {field}")
    if change.kind in ("typedef", "struct", "union", "enum"):
        return program(change, f"extern {name} *witness;\n", f"uses the type {name}")
    if change.kind == "standard function":
        header = header_of(name)
        body = f"#include <{header}>\n" if header else ""
        body += f"void *witness(void)\n{{\n    return (void *)&{name};\n}}\n" if header else f"extern int {name}();\n"
        return program(change, body, f"uses {name}")
    if change.kind == "keyword":
        body = _KEYWORDS.get(name, "{name} witness;").format(name=name)
        return program(change, f"{body}\n", f"writes {name}")
    if change.kind == "name":
        return program(change, f"#ifdef {name}\n#endif\nstruct witness {{ int {name}; }};\n", f"writes {name}")
    if change.kind == "variable":
        return program(change, f"void *witness(void)\n{{\n    return (void *)&{name};\n}}\n", f"uses {name}")
    return None


def _call(change: HeaderChange, function: FunctionDecl) -> Witness | None:
    types = [parameter.type for parameter in function.type.parameters]
    if any(anonymous(type_) for type_ in types):
        return None
    names, taken = taken_as(types)
    body = f"void witness({taken})\n{{\n    {function.name}({', '.join(names)});\n}}\n"
    return program(change, body, f"calls {function.name}", optimised=True)


def transparency(change: TransparencyDropped) -> Witness | None:
    """A program that passes a member where the union is a parameter."""
    member = next((m for m in change.old.members or () if m.name and m.bits is None and not anonymous(m.type)), None)
    if member is None:
        return None
    body = f"extern void witness_takes({change.name});\nvoid witness({spell(member.type, 'member')})\n"
    body += "{\n    witness_takes(member);\n}\n"
    return program(change, body, f"passes the {member.name} of {change.name}")


def storage_order(change: StorageOrderChanged) -> Witness | None:
    """A program whose object holds a number in the order of the struct."""
    directive = {2: "value", 4: "long", 8: "quad"}.get(change.size)
    if change.member is None or directive is None or "x86_64" not in change.targets:
        return None
    if spell(change.member.type) in ("float", "double", "long double"):
        return None
    path = change.member.name
    number = 1 << 8 * (change.size - 1) if change.old.order == "big-endian" else 1
    script = _SCRIPT % {
        "compiler": _COMPILER,
        "options": "", "pattern": f"[.]{directive}[[:space:]]*{number}$", "before": "holds",
        "after": "! holds", "what": f"{path} is stored in another order",
    }  # fmt: skip
    found = program(change, f"{change.name} witness = {{ .{path} = 1 }};\n", f"stores a number in {path}")
    text = f"/* its assembly stores .{directive} {number} */\n{found.text}"
    files = ((PROGRAM, text.encode("utf-8", "surrogateescape")), ("check.sh", script.encode()))
    return Witness(found.kind, found.summary, text, files)
