"""What a condition of a Go program says about the release of the library that is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from abidiff.requires.encoding import decoded
from abidiff.requires.facts import UNKNOWN, Condition, compared, conjunction, disjunction, negated
from abidiff.requires.languages.go_index import Function, Index, named, text
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
HOLDS: tuple[str, ...] = ("true", "false")


class Scope(NamedTuple):
    """What the variables of a function hold.

    ``given``       parameter → the argument of the call that is looked at.
    ``versions``    variables that hold the library's version.
    ``conditions``  variables that hold a condition.
    ``calls``       how deep the call is that is looked at.
    """

    given: Mapping[str, Any]
    versions: set[str]
    conditions: dict[str, Condition]
    calls: int = 0


def empty() -> Scope:
    """Return a scope that knows nothing."""
    return Scope({}, set(), {})


class Conditions:
    """Reads conditions; ``fields``: fields and variables of packages that the library's version is assigned to."""

    def __init__(self, index: Index, aliases: frozenset[str], assigned: list[tuple[Any, Any]]) -> None:
        self.index = index
        self.aliases = aliases
        self.fields: set[str] = set()
        self.tellers: set[str] = set()
        self.comparing: frozenset[str] = frozenset()
        self.left = MOST
        words = {name: frozenset(WORD.findall(text(each.body))) for name, each in index.functions.items()}
        for _ in range(CALLS):
            before = len(self.fields) + len(self.tellers)
            self._learn(assigned, words)
            if len(self.fields) + len(self.tellers) == before:
                break
        for _ in range(CALLS):
            marks = TELL | self.tellers | self.fields | self.comparing | {"GetVersion"}
            self.comparing = frozenset(name for name, found in words.items() if not marks.isdisjoint(found))

    def _learn(self, assigned: list[tuple[Any, Any]], words: Mapping[str, frozenset[str]]) -> None:
        for left, right in assigned:
            if left.type == "selector_expression" and self.tells(right, empty()):
                self.fields.add(text(left.child_by_field_name("field")))
        marks = TELL | self.tellers | self.fields | {"GetVersion"}
        for name, function in self.index.functions.items():
            if marks.isdisjoint(words[name]):
                continue
            scope = empty()
            for statement in statements(function.body):
                if statement.type == "return_statement":
                    values = returned(statement)
                    if values and self.tells(values[0], scope):
                        self.tellers.add(name)
                self.remember(statement, scope)

    def remember(self, statement: Any, scope: Scope) -> None:
        """Keep what an assignment gives to variables."""
        for left, right in assignments(statement):
            if left.type != "identifier":
                continue
            name = text(left)
            scope.versions.discard(name)
            scope.conditions.pop(name, None)
            if self.tells(right, scope):
                scope.versions.add(name)
            elif (found := self.of(right, scope)) != UNKNOWN:
                scope.conditions[name] = found

    def tells(self, node: Any, scope: Scope) -> bool:
        """Tell whether an expression is the library's version."""
        match node.type:
            case "identifier":
                return text(node) in scope.versions
            case "parenthesized_expression":
                return bool(node.named_children) and self.tells(node.named_children[0], scope)
            case "selector_expression":
                return text(node.child_by_field_name("field")) in self.fields
            case "call_expression":
                name, arguments = called(node)
                if name in CONVERSIONS and len(arguments) == 1:
                    return self.tells(arguments[0], scope)
                function = node.child_by_field_name("function")
                if function.type == "selector_expression" and name == "GetVersion":
                    return text(function.child_by_field_name("operand")) in self.aliases
                return name in TELL or name in self.tellers
        return False

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
                return scope.conditions.get(text(node), UNKNOWN)
            case "call_expression":
                name, arguments = called(node)
                function = self.index.functions.get(name)
                if function is not None and self._follows(function, arguments, scope):
                    return self._function(function, arguments, scope)
        return UNKNOWN

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
        """Return what is known where a function returns true: by its tests that return, and its last value."""
        given = {name: (node, outer) for name, node in zip(function.parameters, arguments, strict=True)}
        versions = {name for name, (node, _) in given.items() if self.tells(node, outer)}
        scope = Scope(given, versions, {}, outer.calls + 1)
        steps: list[tuple[bool, Condition]] = []
        last: Condition | bool | None = None
        for statement in statements(function.body):
            self.remember(statement, scope)
            if statement.type == "return_statement":
                last = self._returned(statement, scope)
            elif statement.type == "if_statement":
                if (start := statement.child_by_field_name("initializer")) is not None:
                    self.remember(start, scope)
                outcome = _outcome(statement)
                if outcome is not None:
                    steps.append((outcome, self.of(statement.child_by_field_name("condition"), scope)))
        return _decided(steps, last)

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
            case "identifier" | "selector_expression":
                name = text(node.child_by_field_name("field") or node)
                held = self.index.constants.get(name)
                return self._value(held, empty(), depth + 1) if held is not None else ""
            case "binary_expression":
                return self._computed(node, scope, depth)
            case "call_expression":
                return self._call(node, scope, depth)
        return ""

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
        function = self.index.functions.get(name)
        if function is None or len(arguments) != len(function.parameters):
            return ""
        body = list(statements(function.body))
        if len(body) != 1 or body[0].type != "return_statement":
            return ""
        values = returned(body[0])
        given = {key: (value, scope) for key, value in zip(function.parameters, arguments, strict=True)}
        return self._value(values[0], Scope(given, set(), {}), depth + 1) if values else ""


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


def _outcome(statement: Any) -> bool | None:
    """Return what a function returns where the test of a statement holds, None where that is not plain."""
    inside = list(statements(statement.child_by_field_name("consequence")))
    if len(inside) == 0 or inside[-1].type != "return_statement":
        return None
    values = returned(inside[-1])
    return text(values[0]) == "true" if values and text(values[0]) in HOLDS else None


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
