"""Text in XML: what ``xml.sax.saxutils`` has, without the network libraries that it loads."""

from __future__ import annotations


def escape(text: str) -> str:
    """Return character data: ``&``, ``<`` and ``>`` as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoteattr(text: str) -> str:
    """Return an attribute value in its quotes; tabs and line ends outlive normalisation (XML 1.0, 3.3.3)."""
    text = escape(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' not in text:
        return f'"{text}"'
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "&quot;") + '"'
