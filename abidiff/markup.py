"""Text in XML: what ``xml.sax.saxutils`` has, without the network libraries that it loads."""

from __future__ import annotations

import re

_DECLARED = re.compile(r"""(<\?xml[^>]*?)\sencoding\s*=\s*["'][^"']*["']""")
_WIDE = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def as_utf8(data: bytes) -> bytes:
    """Return text in UTF-16 as UTF-8: with its mark, or XML as its first character shows (XML 1.0, appendix F).

    Anything else, UTF-16 that is damaged too, comes back as it is.
    """
    for start, encoding in _WIDE:
        if data.startswith(start) and not data.startswith(b"\xff\xfe\0\0"):  # which is UTF-32
            try:
                return _DECLARED.sub(r"\1", data.decode(encoding), count=1).encode()
            except UnicodeError:
                return data
    return data


def escape(text: str) -> str:
    """Return character data: ``&``, ``<`` and ``>`` as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoteattr(text: str) -> str:
    """Return an attribute value in its quotes; tabs and line ends outlive normalisation (XML 1.0, 3.3.3)."""
    text = escape(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "&quot;") + '"'
