"""What every element of a schema file has: attributes, children, text, a place (sections 3, 4.1 to 4.4)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, NoReturn

from abidiff.location import Location
from abidiff.surfaces.rng.read.load import RNG, Files

WS = " \t\r\n"
PREFIX = f"{{{RNG}}}"
_ASCII_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^#]+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")

# Element → the attributes that it can have beside ns and datatypeLibrary.
ATTRIBUTES: dict[str, frozenset[str]] = {
    name: frozenset(attributes.split())
    for name, attributes in {
        "element": "name",
        "attribute": "name",
        "group": "",
        "interleave": "",
        "choice": "",
        "optional": "",
        "zeroOrMore": "",
        "oneOrMore": "",
        "list": "",
        "mixed": "",
        "ref": "name",
        "parentRef": "name",
        "empty": "",
        "value": "type",
        "data": "type",
        "notAllowed": "",
        "text": "",
        "externalRef": "href",
        "grammar": "",
        "param": "name",
        "except": "",
        "start": "combine",
        "define": "name combine",
        "div": "",
        "include": "href",
        "name": "",
        "anyName": "",
        "nsName": "",
    }.items()
}


class Here(NamedTuple):
    """What is in force at an element: the inherited ``ns`` (4.9) and ``datatypeLibrary`` (4.3)."""

    ns: str
    library: str


class SchemaElement(NamedTuple):
    """An element of the schema file: its XML, its local name, its own attributes, and what is in force."""

    xml: Any
    local: str
    own: dict[str, str]
    here: Here


def is_ncname(text: str) -> bool:
    """Whether a text is a name without colon, by the XML 1.0 that the specification refers to.

    Later editions allow more characters; the standard library's expat keeps to the earlier tables.
    """
    if text.isascii():
        return _ASCII_NCNAME.fullmatch(text) is not None
    if not re.fullmatch(r"[^\s<>/:=&\"']+", text) or len(text) > 1000:
        return False
    from xml.parsers import expat

    try:
        expat.ParserCreate("utf-8").Parse(f"<{text}/>".encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


class FileReader:
    """Checked access to the elements of one file."""

    def __init__(self, files: Files, path: str) -> None:
        self.files = files
        self.path = path

    def place(self, xml: Any) -> Location:
        """Return where an element stands."""
        return Location(self.path, xml.sourceline or 0)

    def fail(self, xml: Any, message: str, mark: str = "", hint: str = "") -> NoReturn:
        """Raise a ParseError at an element."""
        if not mark and isinstance(xml.tag, str):
            mark = "<" + (f"{xml.prefix}:" if xml.prefix else "") + xml.tag.rpartition("}")[2]
        self.files.fail(message, self.place(xml), mark=mark, hint=hint)

    def node(self, xml: Any, around: Here) -> SchemaElement:
        """Look at an element: its attributes are checked, foreign ones dropped (4.1)."""
        local = xml.tag[len(PREFIX) :]
        if local not in ATTRIBUTES:
            self.fail(xml, f"RELAX NG has no element <{local}>")
        given = xml.items()
        if not given:
            return SchemaElement(xml, local, {}, around)
        allowed = ATTRIBUTES[local]
        own: dict[str, str] = {}
        for name, value in given:
            if name[0] == "{":
                if name.startswith(PREFIX):
                    self.fail(xml, f"attribute '{name[len(PREFIX) :]}' must have no namespace")
            elif name in allowed or name == "ns" or name == "datatypeLibrary":
                own[name] = value
            else:
                self.fail(xml, f"<{local}> has no attribute '{name}'", mark=f" {name}")
        if "ns" in own or "datatypeLibrary" in own:
            around = Here(own.get("ns", around.ns), self._library(xml, own, around.library))
        return SchemaElement(xml, local, own, around)

    def _library(self, xml: Any, own: dict[str, str], inherited: str) -> str:
        """Return the datatypeLibrary in force (4.3)."""
        uri = own.get("datatypeLibrary")
        if uri is None:
            return inherited
        if uri and (not _ABSOLUTE.fullmatch(uri) or _BAD_ESCAPE.search(uri)):
            message = f"datatypeLibrary '{uri}' is not an absolute URI without fragment"
            self.fail(xml, message, mark="datatypeLibrary")
        return uri

    def children(self, xml: Any) -> list[Any]:
        """Return the child elements of RELAX NG's namespace; foreign ones are dropped (4.1)."""
        if xml.text and xml.text.strip(WS):
            self._stray_text(xml, xml.text)
        found = []
        for child in xml:
            if not isinstance(child.tag, str):
                self._entity(xml)
            if child.tag.startswith(PREFIX):
                found.append(child)
            if child.tail and child.tail.strip(WS):
                self._stray_text(child, child.tail)
        return found

    def nodes(self, xml: Any, around: Here) -> list[SchemaElement]:
        """Return the child elements, looked at."""
        return [self.node(child, around) for child in self.children(xml)]

    def childless(self, node: SchemaElement) -> None:
        """Refuse children."""
        if len(node.xml) or node.xml.text:
            for child in self.nodes(node.xml, node.here):
                self.fail(child.xml, f"<{node.local}> can't have <{child.local}> in it")

    def content(self, node: SchemaElement) -> str:
        """Return the text of a ``name``, ``value`` or ``param``."""
        for child in node.xml:
            if not isinstance(child.tag, str):
                self._entity(node.xml)
            self.fail(child, f"<{node.local}> holds text only")
        return node.xml.text or ""

    def required(self, node: SchemaElement, name: str) -> str:
        """Return an attribute that has to be there, without the white space around it (4.2)."""
        value = node.own.get(name)
        if value is None:
            self.fail(node.xml, f"<{node.local}> needs the attribute '{name}'")
        return value if name == "href" else value.strip(WS)

    def ncname(self, node: SchemaElement, name: str = "name") -> str:
        """Return an attribute that has to be a name without colon."""
        text = self.required(node, name)
        if not is_ncname(text):
            self.fail(node.xml, f"'{text}' is not a name without colon", mark=name)
        return text

    def _stray_text(self, xml: Any, text: str) -> NoReturn:
        self.fail(xml, "text is not allowed here", mark=text.strip(WS)[:20].split("\n")[0])

    def _entity(self, xml: Any) -> NoReturn:
        self.fail(xml, "entity references are not expanded", hint="write the text out")
