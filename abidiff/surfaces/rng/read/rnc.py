"""RELAX NG's compact syntax (ISO 19757-2, annex C) as the elements of the XML syntax, each with its own line."""

from __future__ import annotations

from typing import Any, NoReturn

from abidiff.errors import ParseError
from abidiff.limits import now, raising
from abidiff.location import Location
from abidiff.surfaces.rng.read.rnctokens import Token, text_of, tokens

RNG = "http://relaxng.org/ns/structure/1.0"
XML = "http://www.w3.org/XML/1998/namespace"
XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
COMPATIBILITY = "http://relaxng.org/ns/compatibility/annotations/1.0"

_SEPARATORS = {",": "group", "|": "choice", "&": "interleave"}
_REPEATS = {"?": "optional", "*": "zeroOrMore", "+": "oneOrMore"}
_ASSIGN = {"=": "", "|=": "choice", "&=": "interleave"}
_BRACED = ("mixed", "list")
_LEAVES = ("empty", "text", "notAllowed")

Annotations = dict[str, str]


def parse(path: str, data: bytes) -> Any:
    """Return the root element of a schema in the compact syntax; raises ParseError."""
    try:
        text = text_of(data)
    except UnicodeDecodeError as error:
        raise ParseError(f"not readable as text: {error.reason}", Location(path)) from None
    return _Parser(path, text).schema()


class _Parser:
    def __init__(self, path: str, text: str) -> None:
        from lxml import etree

        self.path = path
        self.text = text
        self.tokens = tokens(path, text)
        self.at = 0
        self.deep = 0
        self.make: Any = etree.Element
        # prefix → URI; None is the namespace that the file inherits
        self.spaces: dict[str, str | None] = {"xml": XML}
        self.default: str | None = None
        self.libraries = {"xsd": XSD}

    # -- tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def kind_at(self, ahead: int) -> str:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)].kind

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def accept(self, mark: str) -> bool:
        """Take a mark or keyword if it stands here."""
        token = self.token
        if token.kind == mark or (token.kind == "keyword" and token.text == mark):
            self.take()
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            self.fail(f"'{mark}' expected, not {self.token.text!r}")

    def fail(self, message: str, token: Token | None = None, hint: str = "") -> NoReturn:
        token = token or self.token
        lines = self.text.split("\n", token.line)
        shown = lines[token.line - 1] if token.line <= len(lines) else ""
        raise ParseError(message, Location(self.path, token.line, token.column), line_text=shown, hint=hint)

    def literal(self) -> str:
        if self.token.kind != "literal":
            self.fail(f"a literal expected, not {self.token.text!r}")
        text = self.take().text
        while self.accept("~"):
            if self.token.kind != "literal":
                self.fail("a literal expected after '~'")
            text += self.take().text
        return text

    def name(self, what: str, *, keywords: bool = True) -> str:
        if self.token.kind != "name" and not (keywords and self.token.kind == "keyword"):
            self.fail(f"{what} expected, not {self.token.text!r}")
        return self.take().text

    def element(self, local: str, token: Token, parts: tuple[Any, ...] = (), **attributes: str | None) -> Any:
        """Make an element of the XML syntax; attributes that are None are left out."""
        found = self.make(f"{{{RNG}}}{local}", {key: value for key, value in attributes.items() if value is not None})
        found.sourceline = min(token.line, 65_535)
        found.extend(parts)
        return found

    # -- the whole file (C.3, topLevel)

    def schema(self) -> Any:
        """Read the whole file."""
        while self.token.kind == "keyword" and self.token.text in ("namespace", "default", "datatypes"):
            self._declaration()
        token, before = self.token, self.at
        self.annotations()
        is_grammar = self._is_component() or self.token.kind == "end"
        self.at = before
        # the prefixes are the schema's own: values of QNames and messages need them
        plain = self.make
        declared: dict[str | None, str] = {
            prefix: uri for prefix, uri in self.spaces.items() if uri and prefix != "xml"
        }
        if is_grammar:
            content = self.components("end", included=False)
        else:
            content = [self.pattern()]
            if self.token.kind != "end":
                self.fail(f"the end expected, not {self.token.text!r}")
        local = "grammar" if is_grammar else "group"
        nsmap: dict[str | None, str] = {**declared, None: RNG}
        root = plain(f"{{{RNG}}}{local}", nsmap=nsmap)
        root.sourceline = min(token.line, 65_535)
        root.extend(content)
        return root

    def _declaration(self) -> None:
        kind = self.take().text
        if kind == "datatypes":
            prefix = self.name("a prefix")
            self.expect("=")
            self.libraries[prefix] = self.literal()
            return
        is_default = kind == "default"
        if is_default:
            self.expect("namespace")
        token = self.token
        prefix = "" if is_default and token.kind == "=" else self.name("a prefix")
        self.expect("=")
        uri = None if self.accept("inherit") else self.literal()
        if is_default:
            self.default = uri
        if prefix:
            if (prefix == "xml") != (uri == XML):
                self.fail("the prefix xml stands for its own namespace only", token)
            self.spaces[prefix] = uri

    # -- grammars

    def _is_component(self) -> bool:
        token = self.token
        if token.kind == "keyword":
            if token.text == "start":
                return self.kind_at(1) in _ASSIGN
            return token.text in ("div", "include")
        if token.kind == "name":
            return self.kind_at(1) in _ASSIGN or self.kind_at(1) == "["
        return token.kind == "cname" and self.kind_at(1) == "["

    def components(self, end: str, *, included: bool) -> list[Any]:
        """Read grammar content up to a mark."""
        self._deeper(self.token)
        found: list[Any] = []
        while True:
            self.annotations()
            if self.token.kind == end:
                self.take()
                self.deep -= 1
                return found
            token = self.token
            if token.kind in ("cname", "name") and self.kind_at(1) == "[":
                self.take()
                self._skip_brackets()
            elif self.accept("div"):
                self.expect("{")
                found.append(self.element("div", token, tuple(self.components("}", included=included))))
            elif token.kind == "keyword" and token.text == "include" and not included:
                found.append(self._include())
            elif self._is_component() and not (token.kind == "keyword" and token.text == "include"):
                found.append(self._define())
            else:
                self.fail(f"start, a define, div or include expected, not {token.text!r}")

    def _define(self) -> Any:
        token = self.take()
        combine = _ASSIGN[self.take().kind] or None
        body = self.pattern()
        if token.kind == "keyword":
            return self.element("start", token, (body,), combine=combine)
        return self.element("define", token, _apart(body), name=token.text, combine=combine)

    def _include(self) -> Any:
        token = self.take()
        href = self.literal()
        ns = self._inherited()
        parts = self.components("}", included=True) if self.accept("{") else []
        return self.element("include", token, tuple(parts), href=href, ns=ns)

    def _inherited(self) -> str | None:
        """Return the namespace that another file inherits: the default one, or that of a prefix."""
        if not self.accept("inherit"):
            return self.default
        self.expect("=")
        token = self.token
        return self._space(self.name("a prefix"), token)

    # -- annotations (C.3: they do not count, but for a:defaultValue)

    def annotations(self) -> Annotations:
        """Pass the annotations before a pattern or component; return default values."""
        found: Annotations = {}
        while self.token.kind == "[":
            self.take()
            while self.token.kind != "]":
                token = self.take()
                if token.kind not in ("name", "cname", "keyword"):
                    self.fail("an annotation's name expected", token)
                if self.token.kind == "[":
                    self._skip_brackets()
                    continue
                self.expect("=")
                text = self.literal()
                prefix, _, local = token.text.rpartition(":")
                if local == "defaultValue" and self.spaces.get(prefix) == COMPATIBILITY:
                    found[local] = text
            self.take()
        return found

    def _skip_brackets(self) -> None:
        token, depth = self.token, 0
        while True:
            one = self.take()
            depth += (one.kind == "[") - (one.kind == "]")
            if depth == 0:
                return
            if one.kind == "end":
                self.fail("this '[' is never closed", token)

    def _following(self) -> None:
        while self.accept(">>"):
            self.take()
            self._skip_brackets()

    # -- patterns

    def pattern(self) -> Any:
        """Read a pattern; operators of two kinds need parentheses between them."""
        token = self.token
        self._deeper(token)
        parts = [self._particle()]
        mark = self.token.kind
        while mark in _SEPARATORS and self.accept(mark):
            parts.append(self._particle())
        self.deep -= 1
        if mark not in _SEPARATORS:
            return parts[0]
        if self.token.kind in _SEPARATORS:
            self.fail(f"'{mark}' and '{self.token.kind}' stand beside each other", hint="put one of them in (...)")
        return self.element(_SEPARATORS[mark], token, tuple(parts))

    def _deeper(self, token: Token) -> None:
        """Count a level of braces or parentheses."""
        self.deep += 1
        if self.deep > (bound := now().schema_nesting // 2):
            message = f"nested more than {bound} deep (limit schema-nesting)"
            self.fail(message, token, raising("schema-nesting"))

    def _particle(self) -> Any:
        defaults = self.annotations()
        token = self.token
        found = self._primary()
        if defaults and found.tag == f"{{{RNG}}}attribute":
            found.set(f"{{{COMPATIBILITY}}}defaultValue", defaults["defaultValue"])
        self._following()
        if self.token.kind in _REPEATS:
            found = self.element(_REPEATS[self.take().kind], token, _apart(found))
            self._following()
        return found

    def _primary(self) -> Any:
        token = self.take()
        match token.kind:
            case "name":
                return self.element("ref", token, name=token.text)
            case "literal":
                self.at -= 1
                return self._value(token, self.literal(), None, None)
            case "cname":
                prefix, _, local = token.text.partition(":")
                if prefix not in self.libraries:
                    hint = "names with a colon are datatypes here; declare it with: datatypes PREFIX = ..."
                    self.fail(f"the datatype prefix '{prefix}' is not declared", token, hint)
                return self._data(token, self.libraries[prefix], local)
            case "(":
                found = self.pattern()
                self.expect(")")
                return found
        if token.kind != "keyword":
            self.fail(f"a pattern expected, not {token.text!r}", token)
        return self._keyword(token)

    def _keyword(self, token: Token) -> Any:
        word = token.text
        if word in _LEAVES:
            return self.element(word, token)
        if word in ("string", "token"):
            return self._data(token, "", word)
        if word in ("element", "attribute"):
            names = self._names(attribute=word == "attribute")
            inside = self._braced()
            return self.element(word, token, (names, *(_apart(inside) if word == "element" else (inside,))))
        if word in _BRACED:
            return self.element(word, token, _apart(self._braced()))
        if word == "parent":
            return self.element("parentRef", token, name=self.name("a define's name", keywords=False))
        if word == "external":
            href = self.literal()
            return self.element("externalRef", token, href=href, ns=self._inherited())
        if word != "grammar":
            self.fail(f"a pattern expected, not {word!r}", token)
        self.expect("{")
        return self.element("grammar", token, tuple(self.components("}", included=False)))

    def _braced(self) -> Any:
        self.expect("{")
        found = self.pattern()
        self.expect("}")
        return found

    def _value(self, token: Token, text: str, library: str | None, datatype: str | None) -> Any:
        found = self.element("value", token, datatypeLibrary=library, type=datatype, ns=self.default)
        self._fill(found, text)
        return found

    def _fill(self, element: Any, text: str) -> None:
        try:
            element.text = text
        except ValueError:
            self.fail("a character that XML does not allow")

    def _data(self, token: Token, library: str, datatype: str) -> Any:
        if self.token.kind == "literal":
            return self._value(token, self.literal(), library, datatype)
        found = self.element("data", token, datatypeLibrary=library, type=datatype)
        if self.accept("{"):
            while not self.accept("}"):
                self.annotations()
                one = self.token
                param = self.element("param", one, name=self.name("a parameter"))
                self.expect("=")
                self._fill(param, self.literal())
                found.append(param)
        if self.accept("-"):
            one = self.token
            self.annotations()
            found.append(self.element("except", one, (self._primary(),)))
        return found

    # -- name classes

    def _names(self, *, attribute: bool) -> Any:
        token = self.token
        self._deeper(token)
        parts = [self._name_class(attribute)]
        while self.accept("|"):
            parts.append(self._name_class(attribute))
        self.deep -= 1
        return parts[0] if len(parts) == 1 else self.element("choice", token, tuple(parts))

    def _name_class(self, attribute: bool) -> Any:
        self.annotations()
        token = self.take()
        if token.kind == "(":
            found = self._names(attribute=attribute)
            self.expect(")")
        elif token.kind == "*":
            found = self.element("anyName", token)
            self._except(found, attribute)
        elif token.kind == "nsname":
            found = self.element("nsName", token, ns=self._space(token.text[:-2], token))
            self._except(found, attribute)
        elif token.kind in ("name", "keyword", "cname"):
            prefix, colon, local = token.text.rpartition(":")
            ns = self._space(prefix, token) if colon else "" if attribute else self.default
            found = self.element("name", token, ns=ns)
            self._fill(found, local)
        else:
            self.fail(f"a name expected, not {token.text!r}", token)
        self._following()
        return found

    def _except(self, found: Any, attribute: bool) -> None:
        if self.accept("-"):
            token = self.token
            self._deeper(token)
            found.append(self.element("except", token, (self._name_class(attribute),)))
            self.deep -= 1

    def _space(self, prefix: str, token: Token) -> str | None:
        if prefix not in self.spaces:
            self.fail(f"the prefix '{prefix}' is not declared", token, f'namespace {prefix} = "..."')
        return self.spaces[prefix]


def _apart(pattern: Any) -> tuple[Any, ...]:
    """Return the parts of a group: what holds it needs none (4.12)."""
    return tuple(pattern) if pattern.tag == f"{{{RNG}}}group" else (pattern,)
