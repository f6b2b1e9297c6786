"""Go sources: what they use of libvirt's two Go clients, and of its C library by cgo, behind which checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from abidiff import limits
from abidiff.errors import SourceError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.facts import Condition, Facts, guard_of, shortened
from abidiff.requires.languages.binary import HINT
from abidiff.requires.languages.callers import Callers
from abidiff.requires.languages.go_callers import alone, named_nowhere_else
from abidiff.requires.languages.go_conditions import Conditions, assignments, called, statements
from abidiff.requires.languages.go_handling import enders, jumped_to, leaves, unsupported
from abidiff.requires.languages.go_index import LIBRARY, File, Index, file_of, parameters_of, type_name
from abidiff.requires.languages.go_names import TYPES, Names
from abidiff.requires.languages.go_own import is_foreign, is_own_client_method, is_own_method
from abidiff.requires.languages.go_preamble import preambles
from abidiff.requires.languages.go_tables import named, text
from abidiff.requires.languages.go_variables import Typed, Variables
from abidiff.requires.languages.problems import too_large
from abidiff.requires.model import Guard, Reading, Use

MENTIONS = re.compile(rb"libvirt", re.IGNORECASE)
CGO = re.compile(rb"\bC\.([A-Za-z_]\w*)")
CALLED = re.compile(rb"\b([A-Za-z_]\w*)\s*\(")
BLOCKS = frozenset(
    (
        *("block", "if_statement", "for_statement", "expression_switch_statement", "type_switch_statement"),
        *("select_statement", "communication_case", "expression_case", "type_case", "default_case"),
    )
)
"""What ends the life of variables that are declared inside."""

ASSIGNMENTS = frozenset(("short_var_declaration", "assignment_statement", "var_declaration"))


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return what Go files use."""
    try:
        import tree_sitter_go
        from tree_sitter import Language, Parser
    except ImportError:
        raise SourceError("Go sources can't be read here", hint=HINT) from None
    wanted = _wanted(files, catalogue)
    if not wanted:
        return Reading()
    parser = Parser(Language(tree_sitter_go.language()))
    problems: list[Problem] = []
    parsed = [found for path, data in wanted.items() if (found := _parsed(parser, path, data, problems)) is not None]
    index = Index(parsed)
    conditions = Conditions(index)
    ending = enders((*index.placed.values(), *index.bodies.values()))
    names = Names(catalogue)
    preamble = preambles(parsed, catalogue)
    callers = Callers(alone(parsed))
    guards: list[Guard] = list(preamble.guards)
    problems += preamble.problems
    for file in parsed:
        if not file.aliases and "C" not in file.imports:
            continue
        walker = _Walker(file, names, index, conditions, ending, callers)
        try:
            walker.several(file.root.named_children, ())
        except RecursionError:
            problems.append(Problem("requires", "nested too deeply", Location(file.path)))
        guards += walker.guards
    uses = [*preamble.uses, *callers.guarded(lambda counts: named_nowhere_else(counts, files))]
    return Reading(tuple(uses), tuple(dict.fromkeys(guards)), tuple(problems))


def _wanted(files: Mapping[str, bytes], catalogue: Catalogue) -> dict[str, bytes]:
    """Return the files that are about the library, and the other files of their packages but for vendored ones."""
    about = {path for path, data in files.items() if _is_about(data, catalogue)}
    packages = {path.rpartition("/")[0] for path in about if "vendor" not in path.split("/")}
    return {path: data for path, data in files.items() if path in about or path.rpartition("/")[0] in packages}


def _is_about(data: bytes, catalogue: Catalogue) -> bool:
    if MENTIONS.search(data):
        return True
    if b'"C"' not in data:
        return False
    called = (catalogue.get(name.decode()) for name in CALLED.findall(data))
    return any(name.decode() in catalogue.entries for name in CGO.findall(data)) or any(
        entry is not None and entry.kind in ("function", "symbol") for entry in called
    )


def _parsed(parser: Any, path: str, data: bytes, problems: list[Problem]) -> File | None:
    large = too_large(path, data, "header-bytes", limits.now().header_bytes)
    if large is not None:
        problems.append(large)
        return None
    root = parser.parse(data).root_node
    file = file_of(path, root)
    if root.has_error and (file.aliases or "C" in file.imports or b"libvirt" in data):
        problems.append(Problem("requires", "not Go", _wrong(root, path)))
    return file


def _wrong(root: Any, path: str) -> Location:
    """Return the first place that the grammar does not take."""
    node = root
    while (inner := next((each for each in node.children if each.has_error or each.is_missing), None)) is not None:
        node = inner
    row, column = node.start_point
    return Location(path, row + 1, column + 1)


class _Walker:
    """Goes through one file in the order of its statements.  ``types``: of variables, as the index names them.

    ``inside``  the function around whose callers may be known, or nothing.
    """

    def __init__(
        self,
        file: File,
        names: Names,
        index: Index,
        conditions: Conditions,
        ending: frozenset[str],
        callers: Callers,
    ) -> None:
        self.file = file
        self.names = names
        self.index = index
        self.conditions = conditions
        self.callers = callers
        self.inside = ""
        self.guards: list[Guard] = []
        self.types = Variables()
        self.scope = conditions.scope(file)
        self.ending = ending

    def several(self, nodes: list[Any], guards: tuple[Guard, ...]) -> None:
        """Go through nodes, each behind the same checks."""
        for node in nodes:
            self.node(node, guards)

    def block(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through a block; what follows a check that leaves is behind its opposite, but after a label."""
        inside, outside = statements(node), guards
        for statement, following in zip(inside, [*inside[1:], None], strict=False):
            if statement.type == "labeled_statement" and jumped_to(statement):
                guards = outside
            behind = guards
            if statement.type in ASSIGNMENTS and following is not None:
                behind = self.handled(following, statement, guards)
            self.node(statement, behind)
            if statement.type == "if_statement":
                condition = self.condition(statement)
                test = statement.child_by_field_name("condition")
                other = statement.child_by_field_name("alternative")
                if self.leaves(statement.child_by_field_name("consequence")):
                    guards = self.behind(guards, condition.no, test, "!")
                if other is not None and other.type == "block" and self.leaves(other):
                    guards = self.behind(guards, condition.yes, test)

    def leaves(self, block: Any) -> bool:
        """Tell whether what follows a block is not reached from its end."""
        return leaves(block, self.file, self.index.methods)

    def handled(self, check: Any, assigned: Any, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """Return the checks of a statement whose error is looked at, with that where it is understood."""
        test = unsupported(check, assigned, self.ending)
        return (*guards, Guard(_short(text(test)), self.place(test), handles=True)) if test is not None else guards

    def node(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through a statement or an expression."""
        mark = self.types.begin() if node.type in BLOCKS else -1
        self.part(node, guards)
        if mark >= 0:
            self.types.end(mark)

    def part(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through a statement or an expression in the block that it stands in."""
        if node.type == "identifier" and (name := text(node)) in self.callers.outer:
            self.callers.refer(name, self.inside, guards)
        match node.type:
            case "block" | "statement_list":
                self.block(node, guards)
            case "function_declaration" | "method_declaration" | "func_literal":
                self.function(node, guards)
            case "if_statement":
                self.choice(node, guards)
            case "identifier" | "type_identifier" if "." in self.file.aliases:
                self.bare(node, guards)
            case "expression_switch_statement" if node.child_by_field_name("value") is None:
                self.cases(node, guards)
            case "expression_switch_statement" | "type_switch_statement":
                self.forget(node.child_by_field_name("alias"))
                start = node.child_by_field_name("initializer")
                if start is not None:
                    self.node(start, self.handled(node, start, guards))
                self.several([each for each in node.named_children if each != start], guards)
            case "short_var_declaration" | "assignment_statement" | "var_declaration" | "range_clause":
                self.several(node.named_children, guards)
                self.remember(node)
            case "receive_statement":
                self.forget(node.child_by_field_name("left"))
                self.several(node.named_children, guards)
            case "binary_expression" if text(node.child_by_field_name("operator")) in ("&&", "||"):
                self.joined(node, guards)
            case "qualified_type":
                self.qualified(node, guards)
            case "selector_expression":
                self.selected(node, guards)
            case _:
                self.several(node.named_children, guards)

    def function(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through a function with variables of its own."""
        outer = self.types, self.scope, self.inside
        if node.type != "func_literal":
            name = text(node.child_by_field_name("name"))
            self.inside = name if name in self.callers.outer else ""
        self.types = self.types.copy()
        self.scope = self.conditions.scope(self.file, node)
        if node.type == "func_literal" and not _runs_here(node):
            guards = tuple(each for each in guards if not each.handles)
        for part in ("receiver", "parameters", "result"):
            found = node.child_by_field_name(part)
            if found is not None:
                self.node(found, guards)
                self.types.declare((name, Typed(of, sure=True)) for name, of in parameters_of(found, self.file))
        if (body := node.child_by_field_name("body")) is not None:
            self.block(body, guards)
        self.types, self.scope, self.inside = outer

    def choice(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through ``if``."""
        start, test = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        if start is not None:
            self.node(start, self.handled(node, start, guards))
        self.node(test, guards)
        condition = self.condition(node)
        self.block(node.child_by_field_name("consequence"), self.behind(guards, condition.yes, test))
        if (other := node.child_by_field_name("alternative")) is not None:
            self.node(other, self.behind(guards, condition.no, test, "!"))

    def cases(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through ``switch`` without a value: each case is behind its test and the opposite of those before."""
        outside, falls = guards, False
        if (start := node.child_by_field_name("initializer")) is not None:
            self.node(start, self.handled(node, start, guards))
        for each in node.named_children:
            if each.type not in ("expression_case", "default_case"):
                continue
            tests = named(each.child_by_field_name("value"))
            inner = guards
            for test in tests:
                self.node(test, guards)
            if len(tests) == 1:
                condition = self.conditions.of(tests[0], self.scope)
                inner = self.behind(guards, condition.yes, tests[0])
                guards = self.behind(guards, condition.no, tests[0], "!")
            self.several(
                [part for part in each.named_children if part.type == "statement_list"], outside if falls else inner
            )
            falls = any(one.type == "fallthrough_statement" for one in statements(each)[-1:])

    def joined(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Go through ``a && b`` and ``a || b``: what stands right is behind the left."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        self.node(left, guards)
        found = self.conditions.of(left, self.scope)
        both = text(node.child_by_field_name("operator")) == "&&"
        self.node(right, self.behind(guards, found.yes if both else found.no, left, "" if both else "!"))

    def remember(self, node: Any) -> None:
        """Keep what an assignment gives to variables."""
        if node.type == "range_clause":
            several = named(node.child_by_field_name("left"))
            over = node.child_by_field_name("right")
            pairs = [(several[-1], over)] if several and over is not None else []
        else:
            pairs = assignments(node)
        new = node.type != "assignment_statement" and (node.type != "range_clause" or b":=" in node.text)
        for left, right in pairs:
            if left.type == "identifier":
                typed = Typed(self.type_of(right), self.is_sure(right))
                if new:
                    self.types.declare([(text(left), typed)])
                else:
                    self.types.assign(text(left), typed)
        for spec in node.named_children if node.type == "var_declaration" else ():
            if (of := type_name(spec.child_by_field_name("type"), self.file)) and spec.type == "var_spec":
                typed = Typed(of, sure=True)
                self.types.declare((text(name), typed) for name in spec.children_by_field_name("name"))

    def forget(self, declared: Any) -> None:
        """Take in variables of which no type is known."""
        names = (text(each) for each in named(declared) if each.type == "identifier") if declared is not None else ()
        self.types.declare((name, Typed("")) for name in names)

    def is_sure(self, node: Any) -> bool:
        """Tell whether an expression has the type that is known of it, and no other one by the same name."""
        match node.type:
            case "identifier":
                return self.types.is_sure(text(node))
            case "parenthesized_expression" | "unary_expression" | "index_expression":
                inner = node.child_by_field_name("operand") or next(iter(node.named_children), None)
                return inner is not None and self.is_sure(inner)
            case "composite_literal" | "type_assertion_expression" | "type_conversion_expression":
                return True
            case "selector_expression":
                operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
                return self.is_sure(operand) and self.index.has_field(self.type_of(operand), name)
            case "call_expression":
                return self._is_sure_call(node)
        return False

    def _is_sure_call(self, node: Any) -> bool:
        function = node.child_by_field_name("function")
        if function.type == "identifier":
            return text(function) in self.index.functions and not self.is_local(text(function))
        if function.type != "selector_expression":
            return False
        operand = function.child_by_field_name("operand")
        if text(operand) in self.file.aliases and not self.is_local(text(operand)):
            return True
        return self.type_of(operand).startswith(LIBRARY) and self.is_sure(operand)

    def type_of(self, node: Any) -> str:
        """Return the type of an expression, or nothing."""
        return self.index.resolved(self._type_of(node))

    def _type_of(self, node: Any) -> str:
        match node.type:
            case "identifier":
                return self._named(text(node))
            case "parenthesized_expression" | "unary_expression" | "index_expression" | "slice_expression":
                inner = node.child_by_field_name("operand") or next(iter(node.named_children), None)
                return self.type_of(inner) if inner is not None else ""
            case "composite_literal" | "type_assertion_expression" | "type_conversion_expression":
                return type_name(node.child_by_field_name("type"), self.file)
            case "selector_expression":
                operand, name = text(node.child_by_field_name("operand")), text(node.child_by_field_name("field"))
                if operand in self.file.aliases and name in TYPES and not self.is_local(operand):
                    return LIBRARY + name
                return self.index.fields.get(name, "")
            case "call_expression":
                return self._result(node)
        return ""

    def _named(self, name: str) -> str:
        """Return the type of a variable, or the one that a name of a type stands for."""
        if name in self.types or self.is_local(name):
            return self.types.kind(name) or (name if name in self.index.renamed else "")
        if "." in self.file.aliases and name in TYPES:
            return LIBRARY + name
        return name if name in self.index.renamed or name in self.index.embedded else ""

    def is_local(self, name: str) -> bool:
        """Tell whether a function around declares a name."""
        return name in self.types or self.scope.table.is_local(name)

    def _result(self, node: Any) -> str:
        """Return the type of the first value of a call."""
        name, arguments = called(node)
        function = node.child_by_field_name("function")
        receiver = ""
        if function.type == "selector_expression":
            operand = function.child_by_field_name("operand")
            receiver = self.index.holder(self.type_of(operand), name)
            if (
                not receiver.startswith(LIBRARY)
                and text(operand) not in self.file.aliases
                and name in self.index.methods
            ):
                return self._own(name)
        elif name in self.index.functions:
            return self._own(name)
        elif name in ("new", "append") and arguments:
            return self.type_of(arguments[0])
        found = self.names.result(receiver.removeprefix(LIBRARY), name)
        return f"{LIBRARY}{found}" if found else ""

    def _own(self, name: str) -> str:
        function = self.index.functions.get(name)
        return function.result if function is not None else ""

    def qualified(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Take in ``libvirt.Type``."""
        package, name = text(node.child_by_field_name("package")), text(node.child_by_field_name("name"))
        if package in self.file.aliases:
            self.use(name, self.names.member(name, client=self.file.aliases[package]), node, guards)

    def bare(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Take in a name of a client whose names the file imports; but for fields in literals, and own names."""
        name, parent = text(node), node.parent
        if self.is_local(name) or name in self.index.tables.packages[self.file.package].bound:
            return
        keyed = parent.parent if parent.type == "literal_element" else None
        if keyed is not None and keyed.type == "keyed_element" and keyed.named_children[0] == parent:
            return
        if name[:1].isupper():
            self.member(name, node, guards, client=self.file.aliases["."])

    def selected(self, node: Any, guards: tuple[Guard, ...]) -> None:
        """Take in ``operand.field``."""
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        if name in self.callers.outer:
            self.callers.refer(name, self.inside, guards)
        alias = text(operand) if operand.type == "identifier" and not self.is_local(text(operand)) else ""
        if alias in self.file.aliases:
            self.member(name, node, guards, client=self.file.aliases[alias])
        elif alias == "C" and "C" in self.file.imports:
            if self.names.catalogue.get(name) is not None:
                self.use(name, (name,), node, guards)
        elif alias not in self.file.imports:
            self.node(operand, guards)
            if node.parent.type == "call_expression" and node.parent.child_by_field_name("function") == node:
                self.method(operand, name, node, guards)
            else:
                self.value(operand, name, node, guards)

    def value(self, operand: Any, name: str, node: Any, guards: tuple[Guard, ...]) -> None:
        """Take in a method that is not called here: ``d.Method``, ``(*libvirt.Domain).Method``."""
        kind = self.index.holder(self.type_of(operand), name)
        if True in self.file.aliases.values():
            if kind == f"{LIBRARY}Libvirt":
                self.use(name, self.names.procedure(name), node, guards)
        elif kind.startswith(LIBRARY) and kind.removeprefix(LIBRARY) in TYPES:
            found = self.names.method(kind.removeprefix(LIBRARY), name)
            if not found:
                self.method(operand, name, node, guards)
            self.use(name, tuple(each for each in found if ("Get" in each) <= ("Get" in name)), node, guards)

    def member(self, name: str, node: Any, guards: tuple[Guard, ...], *, client: bool) -> None:
        """Take in a name of a client's package; one that should be the library's and is in no release is unknown."""
        names = self.names.member(name, client=client)
        outer = node.parent
        called = outer.type == "call_expression" and outer.child_by_field_name("function") == node
        if not names and self.names.knows and not _is_type(node) and is_foreign(name, client=client, called=called):
            self.unknown(name, node, guards)
        self.use(name, names, node, guards)

    def method(self, operand: Any, name: str, node: Any, guards: tuple[Guard, ...]) -> None:
        """Take in a call of a method; of an object of unknown type where only the library has one of that name.

        One that an object of the library has not got is unknown, where no other type can be meant.
        """
        direct = self.type_of(operand)
        kind = self.index.holder(direct, name)
        known = self.names.knows and direct == kind and name not in self.index.methods
        if True in self.file.aliases.values() and kind in ("", f"{LIBRARY}Libvirt"):
            if found := self.names.procedure(name):
                self.use(name, found, node, guards)
            elif known and kind and not is_own_client_method(name) and self.is_sure(operand):
                self.unknown(f"Libvirt.{name}", node, guards)
            return
        if kind.startswith(LIBRARY):
            bare = kind.removeprefix(LIBRARY)
            found = self.names.method(bare, name)
            if not found and known and bare in TYPES and not is_own_method(name) and self.is_sure(operand):
                self.unknown(f"{bare}.{name}", node, guards)
            self.use(name, found, node, guards)
        elif kind and kind.rpartition(".")[2] not in self.index.interfaces:
            return
        elif self.file.aliases and name not in self.index.methods and not name[1:].islower():
            self.use(name, self.names.anywhere(name), node, guards)

    def unknown(self, name: str, node: Any, guards: tuple[Guard, ...]) -> None:
        """Keep a use of what no release has."""
        self.use(name, (name,), node, guards)

    def use(self, name: str, names: tuple[str, ...], node: Any, guards: tuple[Guard, ...]) -> None:
        """Keep a use; what only a client has is none."""
        if names:
            place = self.place(node.child_by_field_name("field") or node)
            self.callers.uses.append((Use(name, names, place, guards), self.inside))

    def condition(self, node: Any) -> Condition:
        """Return what the test of ``if`` says."""
        return self.conditions.of(node.child_by_field_name("condition"), self.scope)

    def behind(self, guards: tuple[Guard, ...], facts: Facts, test: Any, word: str = "") -> tuple[Guard, ...]:
        """Return the checks with one more, where it says something."""
        if not facts:
            return guards
        shown = text(test)
        shown = f"!({shown})" if word and " " in shown else f"{word}{shown}"
        found = guard_of(facts, _short(shown), self.place(test))
        if found.low or found.high:
            self.guards.append(found)
        return (*guards, found)

    def place(self, node: Any) -> Location:
        """Return where a node stands."""
        row, column = node.start_point
        return Location(self.file.path, row + 1, column + 1)


def _short(shown: str) -> str:
    return shortened(" ".join(shown.split()))


def _is_type(node: Any) -> bool:
    """Tell whether a name stands where a type does: ``new(libvirt.Domain)``, ``(*libvirt.Domain).Create``."""
    outer = node.parent
    if outer.type == "argument_list" and outer.parent.type == "call_expression":
        return text(outer.parent.child_by_field_name("function")) in ("new", "make")
    if outer.type == "unary_expression":
        return text(outer.child_by_field_name("operator")) == "*"
    if outer.type == "index_expression":
        return bool(outer.parent.type == "call_expression" and outer.parent.child_by_field_name("function") == outer)
    return outer.type in ("type_arguments", "type_elem")


def _runs_here(node: Any) -> bool:
    """Tell whether a function without a name is called where it stands, or given to a call."""
    return node.parent.type in ("argument_list", "call_expression", "parenthesized_expression")
