"""gcc and clang decide: a probe made from the original headers, compiled against a mutant.

The probe names every function, variable, type, field, enumerator and constant of the original. It
asserts their types (``__builtin_types_compatible_p``) and lays values, sizes, offsets and images of
bit-fields down as constant data.  A mutant is harmless when the probe still compiles with each
compiler, 32 bits included, and the data are the same, byte for byte. Headers below a multiarch folder
(``usr/include/x86_64-linux-gnu``) are installed for that target alone, so 32 bits do not judge them.

Where only ``const`` of what is pointed to changes, direct callers judge instead of the probe: a
program's calls must compile as before, without a warning, their arguments and result of the old types.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bench.mutants.clang_ast import Item, spelled
from bench.mutants.header_library import HeaderLibrary

COMPILERS = (("gcc",), ("clang",), ("gcc", "-m32"))
MULTIARCH = re.compile(r"(?:^|/)x86_64-linux-gnu(?:/|$)")


def probe_lines(library: HeaderLibrary) -> list[str]:
    """Return the probe's lines, each on its own feet."""
    lines = [f"const long long value_{i} = (long long)({n});" for i, n in enumerate(sorted(library.integers))]
    lines += [f"const char text_{i}[] = {name};" for i, name in enumerate(sorted(library.strings))]
    counter = [0]
    for item in library.items:
        if item.kind in ("FunctionDecl", "VarDecl") and item.name and item.storage != "static":
            lines.append(_same(f"__typeof__({item.name})", item.type))
        elif item.kind == "TypedefDecl":
            lines.append(_same(item.name, item.type))
            lines.append(f"{item.name} *named_{item.name};")
        elif item.kind == "RecordDecl" and item.name:
            lines.append(f"{item.tag} {item.name} *tagged_{item.name};")
            if item.complete:
                lines += _record(f"{item.tag} {item.name}", item, counter)
        elif item.kind == "EnumDecl" and item.name:
            lines.append(f"enum {item.name} *tagged_{item.name};")
    previous: Item | None = None
    for item in library.items:
        # `typedef struct { ... } name;`: reached by the typedef alone.
        if item.kind == "TypedefDecl" and previous and previous.kind == "RecordDecl" and not previous.name:
            lines += _record(item.name, previous, counter)
        previous = item
    return lines


def _same(one: str, other: str) -> str:
    return f'_Static_assert(__builtin_types_compatible_p({one}, __typeof__({spelled(other)})), "type");'


def _record(name: str, record: Item, counter: list[int], prefix: str = "") -> list[str]:
    lines = []
    if not prefix:
        lines.append(f"const unsigned long long size_{counter[0]}[] = {{ sizeof({name}), _Alignof({name}) }};")
        counter[0] += 1
    inner: Item | None = None
    for item in record.inner:
        if item.kind == "RecordDecl" and not item.name:
            inner = item
        if item.kind != "FieldDecl":
            continue
        counter[0] += 1
        number = counter[0]
        path = f"{prefix}{item.name}"
        if item.bit:
            if item.name:
                lines.append(f"const {name} image_{number} = {{ .{path} = ({item.type.split(':')[0]})-1 }};")
            continue
        if inner is not None and ("unnamed" in item.type or "anonymous" in item.type):
            lines += _record(name, inner, counter, f"{path}." if item.name else prefix)
            inner = None
            if not item.name:
                continue
        lines.append(f"const unsigned long long place_{number} = __builtin_offsetof({name}, {path});")
        lines.append(f"const unsigned long long long_{number} = sizeof((({name} *)0)->{path});")
        if "unnamed" not in item.type and "anonymous" not in item.type:
            lines.append(_same(f"__typeof__((({name} *)0)->{path})", item.type))
    return lines


def judges(library: HeaderLibrary) -> list[tuple[str, ...]]:
    """Return the compilers whose targets these headers speak of."""
    only = MULTIARCH.search(library.include) is not None
    return [compiler for compiler in COMPILERS if not only or "-m32" not in compiler]


class Judge:
    """Holds the probe of one library and its images on the original."""

    def __init__(self, library: HeaderLibrary, folder: Path) -> None:
        self.library = library
        self.folder = folder
        lines = [line.replace("long_", "length_", 1) for line in probe_lines(library)]
        self.lines = [lines[i] for i in sorted(library._valid(folder, lines))]
        self.dropped = len(lines) - len(self.lines)
        self.compilers = [c for c in judges(library) if self._image(c, "const int probe = 1;\n") is not None]
        self.texts = {compiler: self._fitting(compiler) for compiler in self.compilers}
        self.images = {compiler: self._image(compiler, text) for compiler, text in self.texts.items()}
        if None in self.images.values():
            raise RuntimeError(f"{library.name}: the probe does not fit its own headers")

    def _fitting(self, compiler: tuple[str, ...]) -> str:
        """Return the probe without the lines that do not hold on this compiler's target."""
        text = self.library.source + "\n".join(self.lines) + "\n"
        says = self._compile(compiler, text, "-fsyntax-only").stderr
        wrong = {int(m[1]) - 1 for m in re.finditer(r"^<stdin>:(\d+):\d+: error:", says, re.M)}
        lines = text.split("\n")
        return "\n".join("" if number in wrong else line for number, line in enumerate(lines))

    def _compile(self, compiler: tuple[str, ...], text: str, *more: str) -> subprocess.CompletedProcess[str]:
        command = [*compiler, f"-I{self.folder / self.library.include}", "-x", "c", "-w", *more, "-"]
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)

    def _image(self, compiler: tuple[str, ...], text: str) -> bytes | None:
        output = self.folder / "probe.o"
        if self._compile(compiler, text, "-c", "-o", str(output)).returncode:
            return None
        image = self.folder / "probe.bin"
        command = [
            "objcopy",
            "-O",
            "binary",
            "--only-section=.rodata*",
            "--only-section=.data*",
            str(output),
            str(image),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return image.read_bytes()

    def valid(self) -> bool:
        """Whether the mutant is C at all."""
        return not self._compile(("gcc",), self.library.source, "-fsyntax-only").returncode

    def harmful(self) -> tuple[bool, str]:
        """Judge the headers that stand in the folder now."""
        for compiler in self.compilers:  # the first that objects decides
            name = " ".join(compiler)
            image = self._image(compiler, self.texts[compiler])
            if image is None:
                return True, f"{name}: the probe does not compile"
            if image != self.images[compiler]:
                return True, f"{name}: other values or layout"
        names = ", ".join(" ".join(compiler) for compiler in self.compilers)
        return False, f"{names}: same types, values and layout"

    def callable_(self, function: Item) -> bool:
        """Whether callers with arguments and a result of the original types compile without a warning."""
        types = [spelled(parameter.type) for parameter in function.inner if parameter.kind == "ParmVarDecl"]
        given = ", ".join(f"__typeof__({t}) *a{i}" for i, t in enumerate(types)) or "void"
        call = f"{function.name}({', '.join(f'*a{i}' for i in range(len(types)))})"
        result = spelled(function.type.partition("(")[0].strip())
        use = f"(void){call};" if result == "void" else f"__typeof__({result}) r = {call}; (void)r;"
        text = f"{self.library.source}void probe({given});\nvoid probe({given}) {{ {use} }}\n"
        flags = ("-Werror=incompatible-pointer-types", "-Werror=discarded-qualifiers", "-Werror=int-conversion")
        command = ["gcc", f"-I{self.folder / self.library.include}", "-x", "c", *flags, "-fsyntax-only", "-"]
        return not subprocess.run(command, input=text, capture_output=True, text=True, timeout=60).returncode
