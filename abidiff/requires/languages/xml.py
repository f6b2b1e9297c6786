"""XML documents and templates of them: elements, attributes and values that schemas of the library have by path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from abidiff import limits
from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.markup import as_utf8
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.problems import problem_of, too_large
from abidiff.requires.model import Reading, Use, Version

HOLE = "abidiff-hole"
"""What stands for something that is filled in later: no element, attribute or value of a schema is called so."""

GO = r"(?:(?!\{\{|\}\}).)*\}\}"
STATEMENT = (
    r"\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}|<%(?!=)(?:(?!<%|%>).)*%>"
    rf"|\{{\{{-?\s*(?:(?:if|else|end|range|with|template|define|block)\b|/\*){GO}"
)
VALUE = (
    rf"\{{\{{{GO}|<%=(?:(?!<%|%>).)*%>|\$\{{[^{{}}\n]*\}}"
    r"|%\(\w+\)[a-z]|%[-0-9.]*(?:l|ll|z)?[sdiuxX]\b|@\w+@|\$\w+"
)
HOLES = re.compile(f"({STATEMENT})|{VALUE}", re.DOTALL)
ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)[\s/>]")
MOST_ATTRIBUTES = 10_000
LONG_TAG = re.compile(rb"<[^<>]{20000,}")
NAME = re.compile(r"[\w.:-]\Z|<\Z|</\Z")


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return what documents use; one whose root, or first elements, no schema of the library has is left out."""
    roots = {path.partition("/")[0] for path in catalogue.paths}
    uses: list[Use] = []
    problems: list[Problem] = []
    for path, data in files.items():
        if root_of(data) not in roots:
            continue
        large = too_large(path, data, "document-bytes", limits.now().document_bytes)
        if large is not None:
            problems.append(large)
            continue
        if is_crowded(data):
            problems.append(Problem("requires", f"a tag with more than {MOST_ATTRIBUTES} attributes", Location(path)))
            continue
        root = _parsed(path, data, problems)
        if root is not None:
            uses += _uses(root, path, catalogue)
    return Reading(tuple(uses), (), tuple(problems))


def root_of(data: bytes) -> str:
    """Return the name of the first element of a document or template, or nothing."""
    found = ROOT.search(data)
    return found[1].decode() if found is not None else ""


def is_crowded(data: bytes) -> bool:
    """Tell whether a tag may have so many attributes that holding each against the others takes no end."""
    return any(found[0].count(b"=") > MOST_ATTRIBUTES for found in LONG_TAG.finditer(data))


def is_template(data: bytes) -> bool:
    """Tell whether something in a document is filled in later."""
    return HOLES.search(as_utf8(data).decode("utf-8", "replace")) is not None


def _parsed(path: str, data: bytes, problems: list[Problem]) -> Any:
    """Return the root of a document; in a template what is filled in later is left open."""
    from lxml import etree

    def parser(*, recover: bool = False) -> etree.XMLParser:
        return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=recover)

    try:
        return etree.fromstring(data, parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        text = data.decode("utf-8", "replace")
        filled = without_holes(text)
        if filled == text:
            line = getattr(error, "lineno", 0) or 0
            column = (getattr(error, "position", None) or (0, 0))[1]
            message = f"not well-formed: {str(error).partition(', line ')[0]}"
            place = Location(path, line, column)
            shown = text.splitlines()[line - 1] if 0 < line <= text.count("\n") + 1 else ""
            problems.append(problem_of(ParseError(message, place, line_text=shown)))
            return None
    if "\ufffd" in text or "\0" in text:
        problems.append(Problem("requires", "neither a document nor text", Location(path)))
        return None
    try:
        return etree.fromstring(filled.encode(), parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        problems.append(Problem("requires", "not a document, nor a template of one", Location(path)))
        return None


def without_holes(text: str) -> str:
    """Return a template with a word for each value that is filled in, and without its statements; lines stay."""
    out: list[str] = []
    quote, inside, at = "", False, 0
    for found in HOLES.finditer(text):
        before = text[at : found.start()]
        quote, inside = _state(before, quote, inside)
        out.append(before)
        glued = bool(NAME.search(before))
        empty = (found[1] is not None and not quote) or (inside and not quote and not glued)
        out.append("\n" * found[0].count("\n") if empty else HOLE + "\n" * found[0].count("\n"))
        at = found.end()
    return "".join((*out, text[at:]))


def _state(text: str, quote: str, inside: bool) -> tuple[str, bool]:
    """Return the quote that is open after some text, and whether a tag is."""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif inside and char in "\"'":
            quote = char
        elif char in "<>":
            inside = char == "<"
    return quote, inside


def _uses(root: Any, path: str, catalogue: Catalogue) -> Iterator[Use]:
    """Yield the uses of a document in its order; what is no newer than what it stands in asks for nothing more.

    Where no history is known, every place is a use.
    """
    top = _name(root)
    first = next((name for each in root.iterchildren("*") if (name := f"{top}/{_name(each)}") in catalogue.paths), "")
    if not first:
        return
    yield Use(first, (first,), Location(path, root.sourceline or 0))
    waiting: list[tuple[Any, str, Version]] = [(root, top, ())]
    while waiting:
        element, where, outer = waiting.pop()
        location = Location(path, element.sourceline or 0)
        here = max(outer, _since(catalogue, where))
        for names in ((where,), *_facts(element, where)):
            known = outer if names[0] == where else here
            for name in names:
                if name in catalogue.paths and ((since := _since(catalogue, name)) > known or not catalogue.versions):
                    known = since
                    yield Use(name, (name,), location)
        inside = ((each, f"{where}/{_name(each)}") for each in element.iterchildren("*"))
        waiting += reversed([(each, below, here) for each, below in inside if below in catalogue.paths])


def _since(catalogue: Catalogue, name: str) -> Version:
    entry = catalogue.paths.get(name)
    return entry.since if entry is not None else ()


def _facts(element: Any, where: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of the text of an element, and of each attribute and its value."""
    if element.text and (text := element.text.strip()):
        yield (f"{where}={text}",)
    for key, value in element.attrib.items():
        name = f"{where}/@{key.rpartition('}')[2]}"
        yield name, f"{name}={' '.join(value.split())}"


def _name(element: Any) -> str:
    """Return the name of an element as its document writes it."""
    local = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else str(local)
