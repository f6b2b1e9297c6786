"""C sources, as no preprocessor has seen them: identifiers of the library by tree-sitter's C grammar."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from abidiff import limits
from abidiff.errors import ParseError, SourceError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.binary import HINT
from abidiff.requires.languages.c_asserts import assertions
from abidiff.requires.languages.c_macros import shared
from abidiff.requires.languages.c_own import BEFORE, DEFINES, HEADERS, Definition, Own, declared
from abidiff.requires.languages.c_pastes import Pasted, TooManyError, pasted, pasting, words
from abidiff.requires.languages.c_places import Bodies, is_condition, is_too_deep, start_of_line
from abidiff.requires.languages.c_points import MOST_OF_A_FILE, Macros
from abidiff.requires.languages.c_tags import CPLUSPLUS, SPECIFIERS, Tags
from abidiff.requires.languages.conditionals import Directive, Groups, Region, directives
from abidiff.requires.languages.problems import problem_of, too_large
from abidiff.requires.model import Guard, Reading, Use

WORD = re.compile(rb"[A-Za-z_]\w*")
LINE_END = re.compile(rb"\n")
NAMES = frozenset(("identifier", "type_identifier"))
TEXTS = frozenset(("comment", "string_content", "string_literal", "char_literal", "character"))
LOOKUPS = frozenset(("dlsym", "dlvsym", "g_module_symbol", "GetProcAddress"))
COMMENTS = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
WEAK = re.compile(rb"\b__attribute(?:__)?\s*\(\(\s*(?:weak|__weak__)\s*\)\)|\[\[\s*gnu::(?:weak|__weak__)\s*\]\]")
PRAGMA = re.compile(rb'\b_Pragma\s*\(\s*"\s*weak\s+\Z')

LINKED = frozenset(("function", "variable", "symbol"))
"""Kinds of names that a linker may leave open."""


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return what C files use; a name that the application defines itself is left out."""
    try:
        import tree_sitter_c
        from tree_sitter import Language, Parser
    except ImportError:
        raise SourceError("C sources can't be read here", hint=HINT) from None
    parser = Parser(Language(tree_sitter_c.language()))
    reader = _Files(parser, catalogue)
    macros = pasting(files)
    pattern = words(macros)
    for path, data in files.items():
        try:
            pastes = list(pasted(data, macros, pattern, reader.known))
        except TooManyError as error:
            text = f"names put together by macros take {error}"
            reader.problems.append(Problem("requires", text, Location(path)))
            pastes = []
        reader.prepare(path, data, pastes)
    known = shared({path: found.directives for path, found in reader.found.items()}, files, catalogue)
    for path, found in reader.found.items():
        others = {name: macro for name, each in known.items() if (macro := each.outside(path)) is not None}
        reader.file(path, found, others)
    uses = reader.own.left([*reader.uses, *reader.expanded(files)])
    return Reading(
        tuple(uses), tuple(dict.fromkeys(reader.guards)), tuple(reader.problems), tuple(dict.fromkeys(reader.refusals))
    )


class _Found(NamedTuple):
    """A file that mentions the library, and where; ``ends`` are the places of its line ends."""

    data: bytes
    ends: list[int]
    places: list[re.Match[bytes]]
    pastes: list[Pasted]
    directives: list[Directive]


class _Files:
    """Reads one C file after the other."""

    def __init__(self, parser: Any, catalogue: Catalogue) -> None:
        self.parser = parser
        self.catalogue = catalogue
        self.known = frozenset(name.encode() for name in catalogue.entries if " " not in name)
        self.tagged = frozenset(name.encode().rpartition(b" ")[2] for name in catalogue.entries if " " in name)
        self.found: dict[str, _Found] = {}
        self.uses: list[Use] = []
        self.guards: list[Guard] = []
        self.refusals: list[Guard] = []
        self.problems: list[Problem] = []
        self.own = Own()
        self.bodies: dict[str, list[Use]] = {}

    def prepare(self, path: str, data: bytes, pastes: list[Pasted]) -> None:
        """Find the names of the library, and the directives, of a file that has any."""
        places = [match for match in WORD.finditer(data) if match[0] in self.known or match[0] in self.tagged]
        if not places and not pastes:
            return
        large = too_large(path, data, "header-bytes", limits.now().header_bytes)
        if large is not None:
            self.problems.append(large)
            return
        ends = [found.start() for found in LINE_END.finditer(data)]
        self.found[path] = _Found(data, ends, places, pastes, directives(data.decode("utf-8", "replace")))

    def file(self, path: str, found: _Found, others: Macros) -> None:
        """Read one file; ``others``: macros that other files define."""
        groups = Groups(path, self.catalogue, others)
        try:
            groups.read(found.directives)
        except ParseError as error:
            self.problems.append(problem_of(error))
            groups.regions, groups.weak = [Region(1, ())], {}
        if groups.steps.left < 0:
            text = f"conditions take more than {MOST_OF_A_FILE} steps: what stands behind the others is told as needed"
            self.problems.append(Problem("requires", text, Location(path)))
        self.guards += [guard for region in groups.regions for guard in region.guards if guard.low or guard.high]
        starts = [region.start for region in groups.regions]
        tags, bodies = Tags(found.data), Bodies(found.data)
        root = self.parser.parse(found.data).root_node
        if is_too_deep(root, found.places):
            self.problems.append(Problem("requires", "nested too deeply", Location(path)))
            return
        self.refusals += groups.refusals
        for each in assertions(found.data):
            row = bisect_left(found.ends, each.start) + 1
            region = groups.regions[bisect_right(starts, row) - 1]
            node = root.descendant_for_byte_range(each.start, each.start)
            if not region.skipped and node.type not in TEXTS and node.type != "preproc_arg":
                self.refusals += groups.asserted(region, each, row)
        for match in found.places if b"weak" in found.data else ():
            node = root.descendant_for_byte_range(match.start(), match.end())
            row = node.start_point[0] + 1
            region = groups.regions[bisect_right(starts, row) - 1]
            if region.always and not region.skipped and _is_weak(node, found.data, match.start()):
                groups.weak.setdefault(match[0].decode(), row)
        blocks: dict[bytes, int] = {}
        for match in found.places:
            node = root.descendant_for_byte_range(match.start(), match.end())
            if node.type == "preproc_arg" and not bodies.is_code(node, match.start()):
                continue
            if node.type in NAMES and is_condition(found.data, found.ends, match.start()):
                continue
            row, column = node.start_point
            if node.type == "preproc_arg":
                row = bisect_left(found.ends, match.start())
                column = match.start() - start_of_line(found.ends, match.start())
            region = groups.regions[bisect_right(starts, row + 1) - 1]
            if region.skipped:
                continue
            text, guards, here = match[0].decode(), region.guards, Location(path, row + 1, column + 1)
            if match[0] in self.tagged and self.tag(node, text, here, guards, tags):
                if _has_body(node):
                    full = f"{SPECIFIERS[node.parent.type]} {text}"
                    self.own.add(full, Definition(here, region.path, groups, static=False, ordered=True))
                continue
            if match[0] not in self.known:
                continue
            if groups.weak.get(text, row + 2) <= row + 1 and self.catalogue.entries[text].kind in LINKED:
                place = Location(path, groups.weak[text], 1)
                guards = (*guards, Guard(f"weak {text}", place, names=(text,), handles=True))
            own = declared(node) if node.type in NAMES else None
            if own is not None and (own.end or own.kind == "parameter"):
                blocks[match[0]] = own.end
            elif own is not None:
                static = own.static and not path.endswith(HEADERS)
                self.own.add(text, Definition(here, region.path, groups, static, own.kind in BEFORE))
            if own is not None or (node.type in NAMES and match.start() < blocks.get(match[0], 0)):
                continue
            self.name(node, text, here, guards)
            stands_for = self.catalogue.entries[text].tag
            if stands_for in self.catalogue.entries and node.type == "type_identifier" and tags.needs(node):
                self.uses.append(Use(stands_for, (stands_for,), here, guards))
        for name, start in found.pastes:
            node = root.descendant_for_byte_range(start, start)
            is_code = node.type != "preproc_arg" or bodies.is_code(node, start)
            row = bisect_left(found.ends, start)
            region = groups.regions[bisect_right(starts, row + 1) - 1]
            if is_code and not region.skipped and node.type not in TEXTS:
                text, column = name.decode(), start - (found.ends[row - 1] if row else -1)
                self.uses.append(Use(text, (text,), Location(path, row + 1, column), region.guards))

    def tag(self, node: Any, name: str, location: Location, guards: tuple[Guard, ...], tags: Tags) -> bool:
        """Take in the mention of a tag, and tell whether it is one."""
        parent = node.parent
        if node.type not in NAMES or parent is None:
            return False
        if parent.type in SPECIFIERS and parent.child_by_field_name("name") == node:
            full = f"{SPECIFIERS[parent.type]} {name}"
            if not _has_body(node) and full in self.catalogue.entries and tags.needs(parent):
                self.uses.append(Use(full, (full,), location, guards))
            return True
        if name in self.catalogue.entries or not location.path.endswith(CPLUSPLUS):
            return False
        several = (f"{keyword} {name}" for keyword in SPECIFIERS.values())
        full = next(each for each in several if each in self.catalogue.entries)
        if tags.needs(node):
            self.uses.append(Use(full, (full,), location, guards))
        return True

    def name(self, node: Any, name: str, location: Location, guards: tuple[Guard, ...]) -> None:
        """Take in one occurrence of a name of the library."""
        if node.type in ("string_content", "string_literal"):
            if _is_label(node) and node.text.decode("utf-8", "replace").strip('"') == name:
                self.uses.append(Use(name, (name,), location, guards))
                return
            call = _looked_up(node)
            if call and node.text.decode("utf-8", "replace").strip('"') == name:
                guard = Guard(f"{call}()", location, names=(name,), handles=True)
                self.uses.append(Use(name, (name,), location, (*guards, guard)))
            return
        if node.type == "preproc_arg" and node.parent.type in DEFINES:
            macro = node.parent.child_by_field_name("name").text.decode("utf-8", "replace")
            self.bodies.setdefault(macro, []).append(Use(name, (name,), location, guards))
            return
        if node.type not in NAMES:
            return
        self.uses.append(Use(name, (name,), location, guards))

    def expanded(self, files: Mapping[str, bytes]) -> Iterator[Use]:
        """Yield what the bodies of macros use, of macros that are named anywhere but where they are defined."""
        if not self.bodies:
            return
        names = b"|".join(re.escape(name.encode()) for name in sorted(self.bodies))
        pattern = re.compile(rb"(\bdefine[ \t]+)?\b(" + names + rb")\b")
        named = {found[2].decode() for data in files.values() for found in pattern.finditer(data) if not found[1]}
        for macro, uses in self.bodies.items():
            if macro in named:
                yield from uses


def _has_body(node: Any) -> bool:
    """Tell whether a struct, union or enum is defined where its tag stands."""
    specifier = node.parent
    return specifier.type in SPECIFIERS and specifier.child_by_field_name("body") is not None


def _is_label(node: Any) -> bool:
    """Tell whether a string is the name that a declaration has for the linker (GCC, Asm Labels)."""
    several = (parent for _, parent in zip(range(3), _parents(node), strict=False))
    found = next((parent for parent in several if parent.type == "gnu_asm_expression"), None)
    return found is not None and found.parent is not None and found.parent.type.endswith(("declarator", "declaration"))


def _parents(node: Any) -> Iterator[Any]:
    while (node := node.parent) is not None:
        yield node


def _is_weak(node: Any, data: bytes, at: int) -> bool:
    """Tell whether a name is declared weak here: by an attribute of its declaration, or by ``_Pragma``."""
    most = limits.now().declaration_bytes
    if node.type in ("string_content", "string_literal"):
        begin = data.rfind(b"_Pragma", max(0, at - most), at)
        return begin >= 0 and PRAGMA.search(data, max(0, begin - 1), at) is not None
    declaration = next((each for each in _parents(node) if each.type == "declaration"), None)
    if declaration is None or declaration.end_byte - declaration.start_byte > most:
        return False
    if len(declaration.children_by_field_name("declarator")) != 1:
        return False
    end = data.find(b";", declaration.start_byte, declaration.end_byte + most)
    told = COMMENTS.sub(b" ", data[declaration.start_byte : max(end, declaration.end_byte)])
    inner = declaration.child_by_field_name("declarator")
    while inner is not None and inner != node:
        inner = inner.child_by_field_name("declarator")
    return inner is not None and WEAK.search(told) is not None


def _looked_up(node: Any) -> str:
    """Return the function that looks a symbol up by this string, or nothing."""
    for depth, parent in enumerate(_parents(node)):
        if parent.type == "call_expression":
            function = parent.child_by_field_name("function").text.decode("utf-8", "replace")
            return function if function in LOOKUPS else ""
        if depth > 4:
            break
    return ""
