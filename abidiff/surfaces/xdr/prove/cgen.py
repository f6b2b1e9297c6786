"""A C program around rpcgen's own encoders and decoders: reads messages, prints what they hold.

The program is written from the model alone, with made-up names (:func:`.emit.neutral`), so nothing that a
protocol file says is ever executed.  It reads lines ``TYPE HEX`` and answers with one line each:
``fail`` or ``ok CONSUMED TOKENS | HEX`` with the message encoded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from abidiff.surfaces.xdr.model import (
    VOID,
    Array,
    Enum,
    Enumerator,
    Named,
    Opaque,
    Pointer,
    Simple,
    String,
    Struct,
    Type,
    Union,
)
from abidiff.surfaces.xdr.wire.codec import Some, arm_of
from abidiff.surfaces.xdr.wire.emit import Key, neutral
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

C_TYPES = {
    "int": "int", "unsigned int": "u_int", "short": "short", "unsigned short": "u_short", "char": "char",
    "unsigned char": "u_char", "hyper": "quad_t", "unsigned hyper": "u_quad_t", "float": "float",
    "double": "double", "bool": "bool_t",
}  # fmt: skip

PRELUDE = r"""
#include "in.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <inttypes.h>
static void hex(const void *p, size_t n) { const unsigned char *c = p; while (n--) printf("%02x", *c++); }
static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }
static void d_int(int v) { printf("%d ", v); }
static void d_uint(u_int v) { printf("%u ", v); }
static void d_hyper(int64_t v) { printf("%" PRId64 " ", v); }
static void d_uhyper(uint64_t v) { printf("%" PRIu64 " ", v); }
static void d_float(float v) { uint32_t u; memcpy(&u, &v, 4); printf("f%08x ", u); }
static void d_double(double v) { uint64_t u; memcpy(&u, &v, 8); printf("d%016" PRIx64 " ", u); }
static void d_data(char k, const char *p, size_t n) { putchar(k); hex(p, n); putchar(' '); }
"""

MAIN = r"""
int main(void) {
    static char line[LINE];
    while (fgets(line, sizeof line, stdin)) {
        char *h; unsigned t = strtoul(line, &h, 10);
        while (*h == ' ') h++;
        size_t n = strspn(h, "0123456789abcdef") / 2;
        char *in = malloc(n + 1);
        for (size_t i = 0; i < n; i++) in[i] = (char)(digit(h[2 * i]) << 4 | digit(h[2 * i + 1]));
        XDR x; xdrmem_create(&x, in, n, XDR_DECODE);
        if (t >= sizeof table / sizeof *table) return 3;
        void *v = calloc(1, table[t].size + 64);
        if (!table[t].proc(&x, v)) printf("fail %u\n", xdr_getpos(&x));
        else {
            printf("ok %u ", xdr_getpos(&x));
            table[t].dump(v);
            char *out = malloc(2 * n + 4096);
            XDR y; xdrmem_create(&y, out, 2 * n + 4096, XDR_ENCODE);
            printf("| ");
            if (table[t].proc(&y, v)) hex(out, xdr_getpos(&y)); else printf("fail");
            printf("\n");
            free(out);
        }
        fflush(stdout);
        free(in);
    }
    return 0;
}
"""


def program(scope: Scope, refs: Sequence[Ref], line: int = 1 << 22) -> tuple[str, str]:
    """Return the protocol file for rpcgen and the C program, for the types ``refs``."""
    text, printers = printed(scope, refs)
    rows = [f"    {{ (proc_t)xdr_r{n}, (dump_t)dump_r{n}, sizeof(r{n}) }}," for n in range(len(refs))]
    table = [
        "typedef bool_t (*proc_t)(XDR *, void *); typedef void (*dump_t)(void *);",
        "static struct { proc_t proc; dump_t dump; size_t size; } table[] = {", *rows, "};",
    ]  # fmt: skip
    return text, "\n".join([f"#define LINE {line}", PRELUDE, *printers, *table, MAIN])


def printed(scope: Scope, refs: Sequence[Ref]) -> tuple[str, list[str]]:
    """Return the protocol file for rpcgen and the C functions that print values of ``refs``, ``dump_r0`` and on."""
    text, names = neutral(scope, refs)
    printer = Printer(scope, names)
    for key in names:
        printer.declare(key)
    for key in names:
        printer.define(key)
    for index, ref in enumerate(refs):
        printer.root(index, ref)
    return text, printer.lines


class Printer:
    """Writes the functions that print a value."""

    def __init__(self, scope: Scope, names: dict[Key, str]) -> None:
        self.scope = scope
        self.names = names
        self.lines: list[str] = []

    def declare(self, key: Key) -> None:
        """Write the prototype of the function that prints a definition."""
        name = self.names[key]
        self.lines.append(f"static void dump_{name}({name} *v);")

    def define(self, key: Key) -> None:
        """Write the function that prints a definition."""
        unit, name = key
        definition = self.scope.types[unit][name]
        new = self.names[key]
        self.lines.append(f"static void dump_{new}({new} *v) {{ (void)v;")
        match definition:
            case Struct(members=members):
                for index, member in enumerate(members):
                    self.value(Ref(unit, member.type), f"v->m{index}", f"m{index}")
            case Enum(values=values):
                self.enumerators(new, values)
            case Union():
                self.union(unit, new, definition)
            case _:
                self.value(Ref(unit, definition.type), "(*v)", new)
        self.lines.append("}")

    def enumerators(self, new: str, values: Sequence[Enumerator]) -> None:
        """Print the number and which of rpcgen's enumerators has it; ``?`` for none."""
        self.lines.append("    switch (*v) {")
        for index in named(values).values():
            self.lines.append(f'    case {new}_m{index}: printf("%d@{index} ", (int)*v); break;')
        self.lines += ['    default: printf("%d@? ", (int)*v);', "    }"]

    def root(self, index: int, ref: Ref) -> None:
        """Write the function that prints the type ``r0``, ``r1``, ..."""
        self.lines.append(f"static void dump_r{index}(r{index} *v) {{ (void)v;")
        self.value(ref, "(*v)", f"r{index}")
        self.lines.append("}")

    def union(self, unit: str, new: str, union: Union) -> None:
        """Write the statements that print the discriminant and its arm."""
        self.value(Ref(unit, union.discriminant.type), "v->disc", "disc")
        self.lines.append("    switch (v->disc) {")
        for index, arm in enumerate(union.arms):
            self.lines += [f"    case {label.value}:" for label in arm.labels]
            self.arm(Ref(unit, arm.type), new, index)
        if union.default is not None:
            self.lines.append("    default:")
            self.arm(Ref(unit, union.default.type), new, len(union.arms))
        self.lines.append("    }")

    def arm(self, ref: Ref, new: str, index: int) -> None:
        """Write the statements of one arm."""
        if ref.type != VOID:
            self.value(ref, f"v->{new}_u.m{index}", f"m{index}")
        self.lines.append("    break;")

    def value(self, ref: Ref, place: str, last: str) -> None:
        """Write the statements that print one value; ``last`` is what rpcgen names the parts of arrays after."""
        match ref.type:
            case String():
                self.lines.append(f"    d_data('s', {place}, strlen({place}));")
            case Opaque(size, True):
                self.lines.append(f"    d_data('o', {place}, {size.value});")
            case Opaque():
                self.lines.append(f"    d_data('o', {place}.{last}_val, {place}.{last}_len);")
            case Array(item, size, True):
                self.loop(Ref(ref.unit, item), str(size.value), f"{place}[i]")
            case Array(item):
                self.lines.append(f'    printf("n%u ", {place}.{last}_len);')
                self.loop(Ref(ref.unit, item), f"{place}.{last}_len", f"{place}.{last}_val[i]")
            case Pointer(item):
                self.lines.append(f'    printf("n%d ", {place} != NULL);')
                self.lines.append(f"    if ({place} != NULL) {{")
                self.value(Ref(ref.unit, item), f"(*{place})", last)
                self.lines.append("    }")
            case Simple() | Named():
                self.plain(ref, place)

    def loop(self, item: Ref, count: str, place: str) -> None:
        """Write the loop over the elements of an array."""
        self.lines.append(f"    for (u_int i = 0; i < {count}; i++) {{")
        self.value(item, place, "")
        self.lines.append("    }")

    def plain(self, ref: Ref, place: str) -> None:
        """Write the statement that prints a basic or named type."""
        if isinstance(ref.type, Named):
            found = self.scope.find(ref.unit, ref.type.name)
            assert found is not None
            self.lines.append(f"    dump_{self.names[(found[0], ref.type.name)]}(&{place});")
            return
        assert isinstance(ref.type, Simple)
        kind = ref.type.kind
        function = {
            "unsigned int": "d_uint", "hyper": "d_hyper", "unsigned hyper": "d_uhyper", "float": "d_float",
            "double": "d_double", "unsigned short": "d_uint", "unsigned char": "d_uint",
        }.get(kind, "d_int")  # fmt: skip
        cast = "(signed char)" if kind == "char" else ""
        self.lines.append(f"    {function}({cast}{place});")


def named(values: Sequence[Enumerator]) -> dict[int, int]:
    """Return number → place of the first enumerator that has it."""
    found: dict[int, int] = {}
    for index, item in enumerate(v for v in values if v.value is not None and not v.sentinel):
        assert item.value is not None
        found.setdefault(item.value, index)
    return found


def tokens(scope: Scope, ref: Ref, value: Any) -> list[str]:
    """Return what the C program prints for a value."""
    import struct

    out: list[str] = []
    stack: list[tuple[Ref, Any]] = [(ref, value)]
    while stack:
        at, item = stack.pop()
        at = scope.unfold(at)
        match at.type:
            case Simple("void"):
                pass
            case Simple("float"):
                out.append("f" + struct.pack(">f", item).hex())
            case Simple("double"):
                out.append("d" + struct.pack(">d", item).hex())
            case Simple():
                out.append(str(int(item)))
            case String():
                out.append("s" + bytes(item).partition(b"\0")[0].hex())
            case Opaque():
                out.append("o" + bytes(item).hex())
            case Array(kind, _, fixed):
                if not fixed:
                    out.append(f"n{len(item)}")
                stack += [(Ref(at.unit, kind), element) for element in reversed(item)]
            case Pointer(kind):
                out.append(f"n{int(item is not None)}")
                if item is not None:
                    stack.append((Ref(at.unit, kind), item.value if isinstance(item, Some) else item))
            case Named():
                stack += reversed(_parts(scope, at, item, out))
    return out


def _parts(scope: Scope, ref: Ref, value: Any, out: list[str]) -> list[tuple[Ref, Any]]:
    found = scope.definition(ref)
    assert found is not None
    unit, definition = found
    if isinstance(definition, Struct):
        return [(Ref(unit, m.type), value[m.name]) for m in definition.members]
    if isinstance(definition, Union):
        kind: Type | None = arm_of(scope, definition, value[0])[1]
        disc = (Ref(unit, definition.discriminant.type), value[0])
        return [disc, (Ref(unit, kind), value[1])] if kind is not None else [disc]
    assert isinstance(definition, Enum)
    out.append(f"{int(value)}@{named(definition.values).get(value, '?')}")
    return []
