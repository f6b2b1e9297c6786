"""String literals (ISO C11 §6.4.5): the type of their elements, and what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from abidiff.surfaces.headers.read.expression import ESCAPE as _ESCAPE
from abidiff.surfaces.headers.read.expression import ESCAPES, wide_code
from abidiff.surfaces.headers.read.lexer import Token

ELEMENTS = {"": "", "u8": "", "L": "wchar_t", "u": "char16_t", "U": "char32_t"}
PREFIXES = {"": "", "wchar_t": "L", "char16_t": "u", "char32_t": "U"}
_BYTES = 0x10FF00  # a byte that is no UTF-8 stands in a text as this and its value: a model holds no surrogates
_REPLACED = "�"


def element_of(tokens: Sequence[Token]) -> str | None:
    """Return the type of the elements of adjacent literals, empty for ``char``; None when they do not go together."""
    found = {token[1][: token[1].index('"')] for token in tokens}
    encoded = found - {""}
    if len(encoded) > 1 or not encoded <= ELEMENTS.keys():
        return None
    return ELEMENTS[encoded.pop()] if encoded else ""


def text_of(tokens: Sequence[Token]) -> str:
    """Return what adjacent literals hold, of ``char`` as UTF-8 and of the others as code points.

    A byte that is no UTF-8 stands for itself: :func:`bytes_of` returns it.
    """
    bodies = [token[1][token[1].index('"') + 1 : -1] for token in tokens if token[0] == "s"]
    if element_of(tokens):
        wide = "".join(_wide(body) for body in bodies)
        return wide.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    raw = b"".join(_narrow(body) for body in bodies).decode("utf-8", "surrogateescape")
    return "".join(chr(_BYTES + ord(c) - 0xDC00) if 0xDC80 <= ord(c) <= 0xDCFF else c for c in raw)


def bytes_of(text: str) -> bytes:
    """Return the bytes of a text of ``char``."""
    return b"".join(bytes([ord(c) - _BYTES]) if ord(c) >= _BYTES else c.encode("utf-8") for c in text)


def shown(text: str) -> str:
    """Return a text for a message: bytes that are no UTF-8 become ``\\xNN``."""
    return "".join(f"\\x{ord(c) - _BYTES:02x}" if ord(c) >= _BYTES else c for c in text)


def c_string(text: str, *, wide: bool = False) -> str:
    """Return a text as a C string literal; ``wide``: of wide characters, without their prefix."""
    out = []
    for char in text:
        if char in '\\"':
            out.append("\\" + char)
        elif char.isprintable() and char.isascii():
            out.append(char)
        elif wide:
            code = ord(char)
            out.append(f"\\{code:03o}" if code < 160 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
        else:
            out += (f"\\{byte:03o}" for byte in bytes_of(char))
    return '"' + "".join(out) + '"'


def element(type_: str) -> str:
    """Return how C writes the type of a text's elements without any header."""
    return f"__{type_.removesuffix('_t').upper()}_TYPE__" if type_ else "char"


def _wide(body: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = wide_code(match.group())
        return chr(code) if code < _BYTES else _REPLACED

    return _ESCAPE.sub(one, body.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _narrow(body: str) -> bytes:
    out, at = bytearray(), 0
    for match in _ESCAPE.finditer(body):
        out += body[at : match.start()].encode("utf-8", "surrogateescape")
        at = match.end()
        found = match.group(1)
        if found[0] in "uU" and len(found) > 1:
            code = int(found[1:], 16)
            out += (chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else _REPLACED).encode()
        elif found[0] == "x" and len(found) > 1:
            out.append(int(found[1:], 16) & 0xFF)
        elif found[0] in "01234567":
            out.append(int(found, 8) & 0xFF)
        else:
            out += ESCAPES.get(found, found).encode("utf-8", "surrogateescape")
    return bytes(out + body[at:].encode("utf-8", "surrogateescape"))
