"""What a condition of a Go program says about the release of the library that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple

from abidiff.requires.encoding import decoded
from abidiff.requires.facts import UNKNOWN, Condition, common, compared, conjunction, disjunction, negated
from abidiff.requires.languages.go_index import File, Function, Index
from abidiff.requires.languages.go_tables import Bound, Table, named, text
from abidiff.requires.model import Version, parsed

TELL = frozenset(("GetLibVersion", "ConnectGetLibVersion"))
"""Methods that give the version of the library, or of the daemon for a client of the protocol."""

CONVERSIONS = frozenset(("int", "int32", "int64", "uint", "uint32", "uint64"))
DEPTH = 24
"""Levels of one expression that are looked at."""

CALLS = 4
"""Functions that call each other to compare a version are followed so deep."""

MOST = 20_000
"""Calls that are followed in all; a condition behind more says nothing."""

WORD = re.compile(r"[A-Za-z_]\w*")
OTHERS = frozenset(("interpreted_string_literal", "raw_string_literal", "composite_literal", "func_literal", "nil"))
"""Values of fields that hold no number: those of another type with a field of the name."""

HOLDS: tuple[str, ...] = ("true", "false")


class Scope(NamedTuple):
    """What is known where an expression stands.

    ``file``   its file; ``table``: the names of the function around it.
    ``given``  parameter → the argument of the call that is looked at, and where that stands.
    ``calls``  how deep the call is that is looked at.
    ``cache``  what was found of names: kind, table and name → answer.
    """

    file: File
    table: Table
    given: Mapping[str, tuple[Any, Scope]]
    calls: int
    cache: dict[tuple[str, int, str], Any]

    def at(self, file: File, table: Table) -> Scope:
        """Return the scope of what an outer table binds."""
        if table is self.table and file is self.file:
            return self
        return Scope(file, table, self.given if table.outer is not None else {}, self.calls, self.cache)


class Ways(NamedTuple):
    """How a function returns: what it returns where a test holds, in their order, and its last statement.

    A test that is not known is None.
    """

    steps: list[tuple[bool, Any]]
    last: Any


class Conditions:
    """Reads conditions.

    ``fields``   fields that hold the library's version, or nothing, whenever they are set.
    ``tellers``  the nodes of functions that return it.
    ``own``      methods of the application that are called as the library's and give something else.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.fields: set[str] = set()
        self.tellers: set[int] = set()
        self.own: set[str] = set()
        self.comparing: frozenset[str] = frozenset()
        self.left = MOST
        self._ways: dict[int, Ways | None] = {}
        self._truths: dict[str, Condition] = {}
        words = {name: frozenset(WORD.findall(text(each.body))) for name, each in index.functions.items()}
        for key, each in index.placed.items():
            name = key.rpartition(" ")[2]
            words[name] = words.get(name, frozenset()) | frozenset(WORD.findall(text(each.body)))
        for each in index.bodies.values():
            words[each.name] = words.get(each.name, frozenset()) | frozenset(WORD.findall(text(each.body)))
        told: set[str] = set()
        for _ in range(CALLS):
            before = len(self.fields) + len(self.tellers)
            self._learn(words, told)
            if len(self.fields) + len(self.tellers) == before:
                break
        known = TELL | told | self.fields
        self.own |= {
            name
            for name in TELL
            for each in index.several.get(name, ())
            if known.isdisjoint(WORD.findall(text(each.body)))
        }
        for _ in range(CALLS):
            marks = TELL | told | self.fields | self.comparing | {"GetVersion"}
            self.comparing = frozenset(name for name, found in words.items() if not marks.isdisjoint(found))

    def scope(self, file: File, node: Any = None) -> Scope:
        """Return the scope of a function, or of a file."""
        tables = self.index.tables
        table = tables.functions[node.id] if node is not None else tables.packages[file.package]
        return Scope(file, table, {}, 0, {})

    def _learn(self, words: Mapping[str, frozenset[str]], told: set[str]) -> None:
        for name, values in self.index.tables.fields.items():
            several = [pair for pair in values if pair[0].value is None or pair[0].value.type not in OTHERS]
            scopes = [(each, Scope(each.file, table, {}, 0, {})) for each, table in several]
            if self._all_tell(scopes):
                self.fields.add(name)
        marks = TELL | told | self.fields | {"GetVersion"}
        for function in (*self.index.placed.values(), *self.index.bodies.values()):
            if marks.isdisjoint(words[function.name]):
                continue
            scope = self.scope(function.file, function.node)
            results = [returned(each) for each in _returns(function.body)]
            if results and all(results):
                bounds = [(Bound(each[0], function.file), scope) for each in results]
                if self._all_tell(bounds):
                    self.tellers.add(function.node.id)
                    told.add(function.name)

    def _all_tell(self, bounds: list[tuple[Bound, Scope]]) -> bool:
        """Tell whether all values are the library's version, or nothing, and one at least is a version."""
        kept = [(each, scope) for each, scope in bounds if not _is_nothing(each)]
        return bool(kept) and all(each.value is not None and self.tells(each.value, scope) for each, scope in kept)

    def tells(self, node: Any, scope: Scope) -> bool:
        """Tell whether an expression is the library's version."""
        while (inner := _converted(node, scope)) is not None:
            node = inner
        match node.type:
            case "identifier":
                return self._name_tells(text(node), scope)
            case "selector_expression":
                return text(node.child_by_field_name("field")) in self.fields
            case "call_expression":
                return self._call_tells(node, scope)
        return False

    def _name_tells(self, name: str, scope: Scope) -> bool:
        if name in scope.given:
            return self.tells(*scope.given[name])
        key = ("tells", id(scope.table), name)
        if key not in scope.cache:
            scope.cache[key] = False
            bounds = [(each, scope.at(each.file, table)) for each, table in scope.table.values(name)]
            scope.cache[key] = self._all_tell(bounds)
        return bool(scope.cache[key])

    def _call_tells(self, node: Any, scope: Scope) -> bool:
        name, _ = called(node)
        function = node.child_by_field_name("function")
        own = self.function(node, scope)
        if own is not None and own.node.id in self.tellers:
            return True
        if function.type != "selector_expression":
            return name == "GetVersion" and own is None and scope.file.aliases.get(".") is False
        operand = text(function.child_by_field_name("operand"))
        if operand in scope.file.imports and not scope.table.is_local(operand):
            return name == "GetVersion" and scope.file.aliases.get(operand) is False
        return name in TELL and name not in self.own

    def function(self, node: Any, scope: Scope) -> Function | None:
        """Return the function of the application that a call calls, where there is one of its name."""
        function = node.child_by_field_name("function")
        name, _ = called(node)
        if function.type == "identifier":
            return None if scope.table.is_local(name) else self.index.placed.get(f"{scope.file.package} {name}")
        if function.type != "selector_expression":
            return None
        operand = text(function.child_by_field_name("operand"))
        if operand in scope.file.imports and not scope.table.is_local(operand):
            return self.index.placed.get(f"{self.index.package(scope.file.imports[operand])} {name}")
        return self.index.bodies.get(name)

    def of(self, node: Any, scope: Scope, depth: int = 0) -> Condition:
        """Return what a condition says."""
        if depth > DEPTH:
            return UNKNOWN
        match node.type:
            case "parenthesized_expression":
                return self.of(node.named_children[0], scope, depth + 1) if node.named_children else UNKNOWN
            case "unary_expression" if text(node.child_by_field_name("operator")) == "!":
                return negated(self.of(node.child_by_field_name("operand"), scope, depth + 1))
            case "binary_expression":
                return self._binary(node, scope, depth)
            case "identifier":
                return self._held(text(node), scope, depth)
            case "selector_expression":
                operand = text(node.child_by_field_name("operand"))
                if operand not in scope.file.imports or scope.table.is_local(operand):
                    return self._field(text(node.child_by_field_name("field")), depth)
            case "call_expression":
                _, arguments = called(node)
                function = self.function(node, scope)
                if function is not None and self._follows(function, arguments, scope):
                    return self._function(function, arguments, scope)
        return UNKNOWN

    def _held(self, name: str, scope: Scope, depth: int) -> Condition:
        """Return what a variable says that is set once, or to nothing before."""
        if name in scope.given:
            return UNKNOWN
        key = ("of", id(scope.table), name)
        if key not in scope.cache:
            scope.cache[key] = UNKNOWN
            values = scope.table.values(name)
            found = _one([(each, table) for each, table in values if not _is_nothing(each)])
            if found is not None:
                bound, table = found
                condition = self.of(bound.value, scope.at(bound.file, table), depth + 1)
                scope.cache[key] = condition if len(values) == 1 else Condition(condition.yes)
        held = scope.cache[key]
        assert isinstance(held, Condition)
        return held

    def _field(self, name: str, depth: int) -> Condition:
        """Return what is known where a field is true: all that it is ever given are conditions, or false.

        One whose name begins with a capital letter may be set where nobody sees it, as from JSON.
        """
        if name not in self._truths:
            self._truths[name] = UNKNOWN
            values = [pair for pair in self.index.tables.fields.get(name, ()) if not _is_nothing(pair[0])]
            if values and name[:1].islower() and all(each.value is not None for each, _ in values):
                told = [self.of(each.value, Scope(each.file, table, {}, 0, {}), depth + 1) for each, table in values]
                self._truths[name] = Condition(reduce(common, (each.yes for each in told)))
        return self._truths[name]

    def _follows(self, function: Function, arguments: list[Any], scope: Scope) -> bool:
        """Tell whether a call is looked at: its function may compare the library's version."""
        if len(arguments) != len(function.parameters) or scope.calls >= CALLS or self.left <= 0:
            return False
        if function.name in self.comparing or any(self.tells(each, scope) for each in arguments):
            self.left -= 1
            return True
        return False

    def _binary(self, node: Any, scope: Scope, depth: int) -> Condition:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = text(node.child_by_field_name("operator"))
        if operator in ("&&", "||"):
            join = conjunction if operator == "&&" else disjunction
            return join(self.of(left, scope, depth + 1), self.of(right, scope, depth + 1))
        for one, other, swapped in ((left, right, False), (right, left, True)):
            if self.tells(one, scope) and (version := self.version(other, scope)):
                return compared(operator, version, swapped=swapped)
        return UNKNOWN

    def _function(self, function: Function, arguments: list[Any], outer: Scope) -> Condition:
        """Return what is known where a function returns true: by its tests that return, and its last value.

        A function that returns in another way, or whose results something else may change, says nothing.
        """
        if function.node.id not in self._ways:
            self._ways[function.node.id] = _ways(function)
        ways = self._ways[function.node.id]
        if ways is None:
            return UNKNOWN
        scope = self._inside(function, arguments, outer)
        steps = [(outcome, self.of(test, scope) if test is not None else UNKNOWN) for outcome, test in ways.steps]
        return _decided(steps, self._returned(ways.last, scope) if ways.last is not None else None)

    def _inside(self, function: Function, arguments: list[Any], outer: Scope) -> Scope:
        """Return the scope of a call; a parameter that the function changes is not known in it."""
        table = self.index.tables.functions[function.node.id]
        given = {
            name: (node, outer)
            for name, node in zip(function.parameters, arguments, strict=True)
            if len(table.bound.get(name, ())) == 1
        }
        return Scope(function.file, table, given, outer.calls + 1, {})

    def _returned(self, statement: Any, scope: Scope) -> Condition | bool | None:
        values = returned(statement)
        if not values:
            return None
        return text(values[0]) == "true" if text(values[0]) in HOLDS else self.of(values[0], scope)

    def version(self, node: Any, scope: Scope) -> Version:
        """Return the version that an expression stands for; empty when it is not known."""
        found = self._value(node, scope, 0)
        if isinstance(found, int):
            return decoded(found) if 1000 <= found < 10**10 else ()
        return parsed(found) if found[:1].isdigit() and "." in found else ()

    def _value(self, node: Any, scope: Scope, depth: int) -> int | str:
        """Return the number or the text that an expression is, an empty text when it is not known."""
        if depth > DEPTH:
            return ""
        match node.type:
            case "int_literal":
                return _number(text(node))
            case "interpreted_string_literal" | "raw_string_literal":
                return text(node).strip('"`')
            case "parenthesized_expression":
                return self._value(node.named_children[0], scope, depth + 1) if node.named_children else ""
            case "identifier" if text(node) in scope.given:
                argument, outer = scope.given[text(node)]
                return self._value(argument, outer, depth + 1)
            case "identifier":
                return self._constant(text(node), scope, depth)
            case "selector_expression":
                operand, name = text(node.child_by_field_name("operand")), text(node.child_by_field_name("field"))
                if operand not in scope.file.imports or scope.table.is_local(operand):
                    return ""
                package = self.index.tables.packages.get(self.index.package(scope.file.imports[operand]))
                return self._constant(name, scope.at(scope.file, package), depth) if package is not None else ""
            case "binary_expression":
                return self._computed(node, scope, depth)
            case "call_expression":
                return self._call(node, scope, depth)
        return ""

    def _constant(self, name: str, scope: Scope, depth: int) -> int | str:
        """Return the value of a name that is bound once."""
        key = ("value", id(scope.table), name)
        if key not in scope.cache:
            scope.cache[key] = ""
            found = _one(scope.table.values(name))
            if found is not None:
                bound, table = found
                scope.cache[key] = self._value(bound.value, scope.at(bound.file, table), depth + 1)
        held = scope.cache[key]
        assert isinstance(held, int | str)
        return held

    def _computed(self, node: Any, scope: Scope, depth: int) -> int | str:
        left = self._value(node.child_by_field_name("left"), scope, depth + 1)
        right = self._value(node.child_by_field_name("right"), scope, depth + 1)
        if not isinstance(left, int) or not isinstance(right, int) or max(abs(left), abs(right)) > 10**12:
            return ""
        match text(node.child_by_field_name("operator")):
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
        return ""

    def _call(self, node: Any, scope: Scope, depth: int) -> int | str:
        name, arguments = called(node)
        if name in CONVERSIONS and len(arguments) == 1:
            return self._value(arguments[0], scope, depth + 1)
        function = self.function(node, scope)
        if function is None or len(arguments) != len(function.parameters) or self.left <= 0:
            return ""
        self.left -= 1
        body = list(statements(function.body))
        if len(body) != 1 or body[0].type != "return_statement":
            return ""
        values = returned(body[0])
        return self._value(values[0], self._inside(function, arguments, scope), depth + 1) if values else ""


def _decided(steps: list[tuple[bool, Condition]], last: Condition | bool | None) -> Condition:
    """Return what holds where a function is true: a test that returns true, or none that returns false and its end."""
    found = last
    for outcome, test in reversed(steps):
        if found is None:
            return UNKNOWN
        if isinstance(found, bool):
            found = found if found is outcome else test if outcome else negated(test)
        else:
            found = disjunction(test, found) if outcome else conjunction(negated(test), found)
    return found if isinstance(found, Condition) else UNKNOWN


def _ways(function: Function) -> Ways | None:
    """Return the ways on which a function returns, None where they are not plain."""
    if _is_tangled(function):
        return None
    steps: list[tuple[bool, Any]] = []
    for statement in statements(function.body):
        if statement.type == "return_statement":
            return Ways(steps, statement)
        outcome = _outcome(statement)
        if outcome is not None:
            steps.append((outcome, statement.child_by_field_name("condition")))
            continue
        ends = {_literal(each) for each in _returns(statement)}
        if ends == {False}:
            steps.append((False, None))
        elif ends:
            return None
    return Ways(steps, None)


def _outcome(statement: Any) -> bool | None:
    """Return what a function returns where the test of ``if`` holds, None where that is not plain."""
    if statement.type != "if_statement" or statement.child_by_field_name("alternative") is not None:
        return None
    block = statement.child_by_field_name("consequence")
    inside = statements(block)
    if len(inside) == 0 or inside[-1].type != "return_statement":
        return None
    ends = {_literal(each) for each in _returns(block)}
    return ends.pop() if len(ends) == 1 else None


def _literal(statement: Any) -> bool | None:
    """Return what a ``return`` returns first, where it is ``true`` or ``false``."""
    values = returned(statement)
    return text(values[0]) == "true" if values and text(values[0]) in HOLDS else None


def _returns(node: Any) -> Iterator[Any]:
    """Yield the ``return`` statements of a block, not those of functions in it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.type == "return_statement":
            yield each
        elif each.type != "func_literal":
            waiting += reversed(each.named_children)


def _is_tangled(function: Function) -> bool:
    """Tell whether a function jumps, or has results with names that a deferred call may change."""
    result = function.node.child_by_field_name("result")
    has_names = result is not None and any(each.children_by_field_name("name") for each in result.named_children)
    waiting = [function.body]
    while waiting:
        each = waiting.pop()
        if each.type == "goto_statement" or (has_names and each.type == "defer_statement"):
            return True
        waiting += each.named_children
    return False


def _converted(node: Any, scope: Scope) -> Any:
    """Return what stands in parentheses or in the conversion to another kind of number, None for all else."""
    if node.type == "parenthesized_expression":
        return node.named_children[0] if node.named_children else None
    if node.type == "call_expression":
        name, arguments = called(node)
        if name in CONVERSIONS and len(arguments) == 1 and not scope.table.is_local(name):
            return arguments[0]
    return None


def _one(values: list[tuple[Bound, Table]]) -> tuple[Bound, Table] | None:
    """Return the only value of a name, or the first of those that are written alike in one table."""
    if not values or any(each.value is None for each, _ in values):
        return None
    alike = {(text(each.value), id(table)) for each, table in values}
    return values[0] if len(alike) == 1 else None


def _is_nothing(bound: Bound) -> bool:
    """Tell whether a name holds no version and no truth yet."""
    return bound.zero or (bound.value is not None and text(bound.value) in ("0", "false"))


def returned(statement: Any) -> list[Any]:
    """Return the values of a ``return``."""
    return [each for child in statement.named_children for each in named(child)]


def called(node: Any) -> tuple[str, list[Any]]:
    """Return the name of the function or method that a call calls, and its arguments."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    name = text(function.child_by_field_name("field") or function) if function is not None else ""
    return name, [each for each in arguments.named_children if each.type != "comment"] if arguments is not None else []


def assignments(statement: Any) -> list[tuple[Any, Any]]:
    """Return (variable, value) of an assignment; of a call with several results the first variable."""
    if statement.type == "var_declaration":
        return [pair for spec in statement.named_children for pair in assignments(spec)]
    if statement.type == "var_spec":
        values = named(statement.child_by_field_name("value"))
        return list(zip(statement.children_by_field_name("name"), values, strict=False))
    if statement.type in ("short_var_declaration", "assignment_statement"):
        left, right = (named(statement.child_by_field_name(side)) for side in ("left", "right"))
        return list(zip(left, right, strict=False))
    return []


def statements(block: Any) -> list[Any]:
    """Return the statements of a block."""
    found: list[Any] = []
    for each in block.named_children if block is not None else ():
        if each.type == "statement_list":
            found += [one for one in each.named_children if one.type != "comment"]
        elif each.type != "comment":
            found.append(each)
    return found


def _number(digits: str) -> int | str:
    plain = digits.replace("_", "")
    try:
        octal = len(plain) > 1 and plain[0] == "0" and plain.isdigit()
        return int(plain, 8 if octal else 0) if len(plain) < 20 else ""
    except ValueError:
        return ""
