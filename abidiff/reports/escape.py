"""Names and messages come from what is being compared: nothing of it may act on the reader.

A terminal must not see escape sequences, a browser no markup, a program no invalid text.
"""

from __future__ import annotations

import re


def printable(text: str) -> str:
    """Return one line in which control, format (bidi) and surrogate characters are visible escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def lines(text: str) -> list[str]:
    """Return a block of text as printable lines, tabs as four spaces."""
    return [printable(line.replace("\t", "    ").rstrip("\r")) for line in text.rstrip("\n").split("\n")]


def unicode_text(text: str) -> str:
    """Return text that can be encoded as UTF-8: undecodable bytes become ``\\xNN``."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join(_escaped(c) if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def json_text(text: str) -> str:
    """Return JSON in which control and format (bidi) characters stand as escapes; what it says stays the same."""

    def escaped(found: re.Match[str]) -> str:
        units = found[0].encode("utf-16-be")
        return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))

    return _HIDDEN.sub(escaped, text)


def xml_text(text: str) -> str:
    """Return text that XML 1.0 may contain (section 2.2), markup not yet escaped."""
    return "".join(c if _is_xml_char(c) else _escaped(c) for c in text)


def _is_xml_char(c: str) -> bool:
    return c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"


def _escaped(c: str) -> str:
    code = ord(c)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(c, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
