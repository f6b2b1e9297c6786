"""XML documents and templates of them: elements, attributes and values that schemas of the library have by path."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from abidiff import limits
from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.history.items.rng import MAX_PATHS
from abidiff.location import Location
from abidiff.markup import as_utf8
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.problems import problem_of, too_large
from abidiff.requires.languages.templates import HOLE, HOLES, branch_by_branch, without_holes
from abidiff.requires.model import Reading, Use, Version

ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)[\s/>]")
OPEN_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*)(?:[\s/>]|\{[{%#]|<%|\$|%|@)")
"""The same where something that is filled in later may stand behind the name."""

DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
MOST_ATTRIBUTES = 10_000
LONG_TAG = re.compile(rb"<[^<>]{20000,}")


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return what documents use; one whose root, or first elements, no schema of the library has is left out."""
    roots = {path.partition("/")[0] for path in catalogue.paths}
    places = _Places(catalogue)
    uses: list[Use] = []
    problems: list[Problem] = []
    for path, data in files.items():
        if roots.isdisjoint(roots_of(data)):
            continue
        large = too_large(path, data, "document-bytes", limits.now().document_bytes)
        if large is not None:
            problems.append(large)
            continue
        if is_crowded(data):
            problems.append(Problem("requires", f"a tag with more than {MOST_ATTRIBUTES} attributes", Location(path)))
            continue
        several = _roots(path, data, problems)
        uses += dict.fromkeys(use for root in several for use in places.uses(root, path))
        problems += (problem for root in several if (problem := places.open_root(root, path)) is not None)
    return Reading(tuple(uses), (), tuple(problems))


def roots_of(data: bytes) -> frozenset[str]:
    """Return the name of the first element of a document; of a template those that may be first."""
    if is_template(data):
        return frozenset(found.decode() for found in OPEN_ROOT.findall(data))
    if b"<!DOCTYPE" in data and (name := _first_element(data)):
        return frozenset((name,))
    at = 0
    while (found := ROOT.search(data, at)) is not None:
        comment = data.find(b"<!--", at, found.start())
        if comment < 0:
            return frozenset((found[1].decode(),))
        end = data.find(b"-->", comment + 4)
        at = end + 3 if end >= 0 else len(data)
    return frozenset()


def _first_element(data: bytes) -> str:
    """Return the name of the root element of a document with a DTD, whose entities may have elements too."""
    from lxml import etree

    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    try:
        return next((str(each.tag) for _, each in etree.iterparse(io.BytesIO(data), events=("start",), **options)), "")
    except (etree.XMLSyntaxError, ValueError, OSError):
        return ""


def is_crowded(data: bytes) -> bool:
    """Tell whether a tag may have so many attributes that holding each against the others takes no end."""
    return any(found[0].count(b"=") > MOST_ATTRIBUTES for found in LONG_TAG.finditer(data))


def is_template(data: bytes) -> bool:
    """Tell whether something in a document is filled in later."""
    return HOLES.search(as_utf8(data).decode("utf-8", "replace")) is not None


def _roots(path: str, data: bytes, problems: list[Problem]) -> list[Any]:
    """Return the root of a document; of a template all that may be one, with what is filled in later left open."""
    from abidiff.surfaces.rng.validate.validate import parse_document

    try:
        return [parse_document(data, path)]
    except ParseError as error:
        text = data.decode("utf-8", "replace")
        if HOLES.search(text) is None:
            problems.append(problem_of(error))
            return []
    if "\ufffd" in text or "\0" in text:
        problems.append(Problem("requires", "neither a document nor text", Location(path)))
        return []
    whole, wrong = _fragments(without_holes(text))
    if not wrong:
        return whole
    found: list[Any] = []
    for each in branch_by_branch(text):
        parts, wrong = _fragments(without_holes(each))
        if wrong:
            place = Location(path, *wrong[1:])
            message = f"a template, and no document in any of its branches: {wrong[0].replace(HOLE, '…')}"
            problems.append(Problem("requires", message, place, hint="what it asks for is not known as a whole"))
            return whole
        found += parts
    return found


def _fragments(text: str) -> tuple[list[Any], tuple[str, int, int] | None]:
    """Return the elements that stand outermost, and what is wrong first with its line and column.

    A prefix that is not declared is not wrong: what is around the template may declare it.
    """
    from lxml import etree

    plain = "<!DOCTYPE" in text
    wrapped = text if plain else f"<{HOLE}>{DECLARATION.sub('', text)}</{HOLE}>"
    options: dict[str, Any] = {"no_network": True, "load_dtd": False, "recover": True, "resolve_entities": "internal"}
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, **options)
    try:
        top = etree.fromstring(wrapped.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return [], (str(error), 0, 0)
    wrong = next((each for each in parser.error_log if each.domain_name == "PARSER"), None)
    roots = [] if top is None else [top] if plain else list(top.iterchildren("*"))
    return roots, (wrong.message, wrong.line, wrong.column) if wrong is not None else None


class _Places:
    """Holds elements and attributes against the places that schemas have."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.paths: Collection[str] = catalogue.paths
        self.known = bool(catalogue.versions) and len(catalogue.paths) < MAX_PATHS
        elements = (path.rpartition("/") for path in catalogue.paths if "=" not in path)
        self.parents = {above for above, _, name in elements if not name.startswith("@")}

    def uses(self, root: Any, path: str) -> Iterator[Use]:
        """Yield the uses of a document in its order; what is no newer than what it stands in asks for nothing more.

        An element or attribute in no namespace that no schema has at its place is a use of what is not known.  Where
        no history is known, every place is a use.
        """
        top = _name(root)
        names = (f"{top}/{_name(each)}" for each in root.iterchildren("*"))
        first = next((name for name in names if name in self.paths), "")
        if not first:
            return
        yield Use(first, (first,), Location(path, root.sourceline or 0))
        waiting: list[tuple[Any, str, Version]] = [(root, top, ())]
        while waiting:
            element, where, outer = waiting.pop()
            location = Location(path, element.sourceline or 0)
            here = max(outer, self.since(where))
            inner = self.inside(where)
            for several in ((where,), *_facts(element, inner)):
                known = outer if several[0] == where else here
                for name in several:
                    since = self.since(name)
                    if name in self.paths and (since > known or not self.catalogue.versions):
                        known = since
                        yield Use(name, (name,), location)
                    elif name in self.paths and self.ends(name):
                        yield Use(name, (name,), location)
            yield from (Use(name, (), location) for name in self.strange(element, inner))
            below = [(each, self.below(each, inner)) for each in element.iterchildren("*")]
            for each, name in below:
                if name not in self.paths and self.is_strange(each.tag, f"{inner}/*"):
                    yield Use(name, (), Location(path, each.sourceline or 0))
            waiting += reversed([(each, name, here) for each, name in below if name in self.paths])

    def below(self, element: Any, where: str) -> str:
        """Return the place of an element; one with something filled in right behind a known name has that name."""
        place = f"{where}/{_name(element)}"
        return place.removesuffix(HOLE) if place.removesuffix(HOLE) in self.paths else place

    def open_root(self, root: Any, path: str) -> Problem | None:
        """Return that the name of a first element is filled in, where by its content it may be one of the schemas'."""
        start = _name(root).partition(HOLE)[0]
        inner = [_name(each) for each in root.iterchildren("*")]
        if HOLE not in _name(root) or not start or not inner:
            return None
        tops = {place.partition("/")[0] for place in self.paths}
        if not any(top.startswith(start) and f"{top}/{inner[0]}" in self.paths for top in tops):
            return None
        message = f"a template that fills in what its first element is called: {start}…"
        place = Location(path, root.sourceline or 0)
        return Problem("requires", message, place, hint="what it asks for is not known")

    def inside(self, where: str) -> str:
        """Return the place whose content is known: an element that stands in itself again is told once."""
        outer, _, last = where.rpartition("/")
        while outer and where not in self.parents:
            above, _, name = outer.rpartition("/")
            if name == last and outer in self.parents:
                return outer
            outer = above
        return where

    def strange(self, element: Any, where: str) -> Iterator[str]:
        """Yield the attributes of an element that no schema has there."""
        for key in element.attrib:
            if f"{where}/@{key}" not in self.paths and self.is_strange(key, f"{where}/@*"):
                yield f"{where}/@{key}"

    def is_strange(self, tag: str, wildcard: str) -> bool:
        """Tell whether a name that is not there is one that should be: in no namespace, and nothing goes there."""
        return (
            self.known and not tag.startswith("{") and HOLE not in tag and ":" not in tag and wildcard not in self.paths
        )

    def ends(self, name: str) -> bool:
        """Tell whether a release after the first with a place may lack it, and has what it stands in."""
        above = name.rpartition("=")[0] or name.rpartition("/")[0]
        return not self.catalogue.stays(name) and self.catalogue.stays(above)

    def since(self, name: str) -> Version:
        """Return the release that brought a place."""
        entry = self.catalogue.paths.get(name)
        return entry.since if entry is not None else ()


def _facts(element: Any, where: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of the text of an element, and of each attribute and its value."""
    if element.text and (text := element.text.strip()):
        yield (f"{where}={text}",)
    for key, value in element.attrib.items():
        name = f"{where}/@{key.rpartition('}')[2]}"
        yield name, f"{name}={' '.join(value.split())}"


def _name(element: Any) -> str:
    """Return the name of an element as its document writes it, with its namespace where that has no prefix.

    A namespace that is filled in later is taken for none.
    """
    uri, _, local = element.tag.rpartition("}")
    if element.prefix:
        return f"{element.prefix}:{local}"
    return str(local) if HOLE in uri else str(element.tag)
