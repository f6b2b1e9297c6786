"""What a Go program does where the library lacks something: goes on without it, hands the error on, or ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from abidiff.requires.languages.go_conditions import called, returned, statements
from abidiff.requires.languages.go_index import File, Function
from abidiff.requires.languages.go_tables import FUNCTIONS, named, text

UNSUPPORTED = re.compile(r"ERR_NO_SUPPORT|ErrNoSupport")
ERRORS = re.compile(r"\b\w*[eE]rr\w*\b")
MADE = re.compile(r"\AErr|\bErrorf?\b|\berrors\.\w")
NAME = re.compile(r"[A-Za-z_]\w*")
LEAVING = frozenset(("return_statement", "break_statement", "continue_statement", "goto_statement"))
ENDING = re.compile(r"\A(?:panic|Panic|Panicf|Panicln|Exit|Exitf|Goexit|FailNow|Fatal\w*)\Z")
EXITS = {"Exit": {"os", "klog", "glog", "logrus"}, "Goexit": {"runtime"}}
"""Functions that end the program only as those of some packages."""

LONGEST = 5_000
"""Bytes of a statement that looks at an error; a longer one is not understood."""

REST = 50_000
"""Bytes of a block after that; in a longer one it is not known what the error comes to."""

BLOCKS = frozenset(("block", "statement_list"))
GONE = frozenset(("return_statement", "continue_statement"))
TESTING = frozenset(("if_statement", "expression_switch_statement", "type_switch_statement"))
GIVING = frozenset(("short_var_declaration", "assignment_statement"))


def leaves(block: Any, file: File, own: Collection[str]) -> bool:
    """Tell whether what follows a block is not reached from its end; ``own``: the application's own functions."""
    inside = statements(block)
    if not inside:
        return False
    last = inside[-1]
    call = _call(last)
    return _surely_ends(call, file, own) if call is not None else last.type in LEAVING


def _surely_ends(call: Any, file: File, own: Collection[str]) -> bool:
    name, _ = called(call)
    if not ENDING.match(name) or name in own:
        return False
    function = call.child_by_field_name("function")
    if function.type == "identifier":
        return name == "panic" or "." in file.imports
    operand = text(function.child_by_field_name("operand"))
    packages = next((several for each, several in EXITS.items() if name.startswith(each)), None)
    return packages is None or not packages.isdisjoint(file.imports.get(operand, "").split("/"))


def jumped_to(statement: Any) -> bool:
    """Tell whether ``goto`` names the label of a statement; in a function of many bytes it may."""
    function = statement
    while function.parent is not None and function.type not in FUNCTIONS:
        function = function.parent
    if function.end_byte - function.start_byte > 2 * REST:
        return True
    label = text(statement.named_children[0])
    return re.search(rf"\bgoto\s+{re.escape(label)}\b", text(function)) is not None


def enders(functions: Iterable[Function]) -> frozenset[str]:
    """Return the names of the functions that end the program with their last statement, or always make an error."""
    found: set[str] = set()
    for each in functions:
        last = statements(each.body)[-1:]
        ends = [returned(one) for one in _within(each.body) if one.type == "return_statement"]
        if any(_may_end(one, frozenset()) for one in last) or (
            ends and all(values and MADE.search(text(values[-1])) for values in ends)
        ):
            found.add(each.name)
    return frozenset(found)


def unsupported(statement: Any, assigned: Any, ending: frozenset[str]) -> Any:
    """Return the test of an error that catches what the library lacks; None where the program does not go on then.

    ``statement``  the ``if`` or ``switch`` after the use, or with it; ``assigned``: what assigns the error;
                   ``ending``: own functions that end the program.
    """
    if statement.type not in TESTING or assigned is None or statement.end_byte - statement.start_byte > LONGEST:
        return None
    error = next((text(each) for each in _targets(assigned)[-1:]), "_")
    for each in _within(statement):
        if each.type == "func_literal":
            return None
        if each.type == "if_statement" and UNSUPPORTED.search(text(each.child_by_field_name("condition"))):
            test = each.child_by_field_name("condition")
            held = {error} | _derived(statement, each, error)
            if held.isdisjoint(NAME.findall(text(test))):
                return None
            after = _after(each, statement, assigned, held, error)
            return test if _goes_on(each, after, held, error, ending) else None
        if each.type == "expression_case" and UNSUPPORTED.search(text(each.child_by_field_name("value"))):
            held = {error} | _derived(statement, each, error)
            return _in_case(each, statement, assigned, held, error, ending)
    return None


def _in_case(case: Any, statement: Any, assigned: Any, held: set[str], error: str, ending: frozenset[str]) -> Any:
    """Return the test of a case for what the library lacks, where the program goes on after it."""
    switch, tests = case.parent, named(case.child_by_field_name("value"))
    value = switch.child_by_field_name("value")
    if value is None:
        before = [each for each in switch.named_children if each.end_byte <= case.start_byte and each.type == case.type]
        if len(tests) != 1 or _is_opposite(tests[0]) is not False or any(_mentions(each, held) for each in before):
            return None
    if not _mentions(tests[0] if value is None else value, held):
        return None
    inside = statements(case)
    if any(each.type == "fallthrough_statement" for each in inside[-1:]):
        return None
    after = _after(switch, statement, assigned, held, error)
    return case.child_by_field_name("value") if _continues(inside, after, held, error, ending) else None


def _goes_on(check: Any, after: Iterator[Any], held: set[str], error: str, ending: frozenset[str]) -> bool:
    """Tell whether the program goes on where the library lacks something: in the branch for it, and after that."""
    opposite = _is_opposite(check.child_by_field_name("condition"))
    if opposite is None:
        return False
    branch = check.child_by_field_name("alternative" if opposite else "consequence")
    if branch is None or branch.type == "block":
        return _continues(statements(branch), after, held, error, ending)
    inside = (each is not branch and _hands_on(each, held, ending) for each in _within(branch))
    return not any(inside) and not any(each is None or _hands_on(each, held, ending) for each in after)


def _continues(branch: list[Any], after: Iterator[Any], held: set[str], error: str, ending: frozenset[str]) -> bool:
    """Tell whether the program goes on from the statements for what the library lacks, and after them."""
    if any(_hands_on(each, held, ending) for one in branch for each in _within(one)):
        return False
    if any(each.type in GONE for each in branch[-1:]) or any(_replaces(each, held, error) for each in branch):
        return True
    return not any(each is None or _hands_on(each, held, ending) for each in after)


def _replaces(statement: Any, held: set[str], error: str) -> bool:
    """Tell whether a statement gives the error what something else returns, and no error of its own."""
    if statement.type != "assignment_statement" or error not in map(text, _targets(statement)):
        return False
    right = statement.child_by_field_name("right")
    return not _mentions(right, held) and ERRORS.search(text(right)) is None


def _after(check: Any, statement: Any, assigned: Any, held: set[str], error: str) -> Iterator[Any]:
    """Yield what runs after a check and is about its error, until that gets another value; None for too much."""
    node, beyond = check, False
    while node is not None and node.type not in FUNCTIONS:
        if node.id == statement.id:
            beyond = True
            if assigned.type == "short_var_declaration" and assigned.parent.id == statement.id:
                return
        block = node.parent
        if block is not None and block.type in BLOCKS:
            if block.end_byte - node.end_byte > REST:
                yield None
            rest = block.text[node.end_byte - block.start_byte :].decode("utf-8", "replace")
            following = node.next_named_sibling if not beyond or not held.isdisjoint(NAME.findall(rest)) else None
            while following is not None:
                if following.type in GIVING and error in map(text, _targets(following)):
                    return
                if not beyond or (_mentions(following, held) and not _is_given(following, error)):
                    yield from _within(following)
                following = following.next_named_sibling
            if beyond and assigned.type != "assignment_statement":
                return
        node = block


def _is_given(node: Any, error: str) -> bool:
    """Tell whether the start of ``if`` gives the error another value."""
    start = node.child_by_field_name("initializer")
    return start is not None and start.type in GIVING and error in map(text, _targets(start))


def _mentions(node: Any, variables: set[str]) -> bool:
    return not variables.isdisjoint(NAME.findall(text(node)))


def _hands_on(node: Any, held: set[str], ending: frozenset[str]) -> bool:
    """Tell whether a statement gives the error, or another, to who called, or ends the program."""
    if node.type != "return_statement":
        return _may_end(node, ending)
    if ERRORS.search(text(node)) or _mentions(node, held):
        return True
    values, errors = returned(node), _error_results(node)
    if not values:
        return bool(errors & held)
    if values[-1].type == "call_expression":
        return called(values[-1])[0] in ending
    return bool(errors) and values[-1].type != "nil"


def _may_end(node: Any, ending: frozenset[str]) -> bool:
    """Tell whether a statement is a call that may end the program."""
    call = _call(node)
    name = called(call)[0] if call is not None else ""
    return name in ending or ENDING.match(name) is not None


def _error_results(node: Any) -> set[str]:
    """Return the names of the results of type ``error`` of the function around a node; ``_`` for one without."""
    while node is not None and node.type not in FUNCTIONS:
        node = node.parent
    result = node.child_by_field_name("result") if node is not None else None
    if result is None:
        return set()
    if result.type != "parameter_list":
        return {"_"} if text(result) == "error" else set()
    found: set[str] = set()
    for each in result.named_children:
        if text(each.child_by_field_name("type")) == "error":
            found |= {text(name) for name in each.children_by_field_name("name")} or {"_"}
    return found


def _derived(statement: Any, check: Any, error: str) -> set[str]:
    """Return the variables that the tests around a check make of an error: ``l, ok := err.(libvirt.Error)``."""
    found: set[str] = set()
    for each in _within(statement):
        if each.type in GIVING and each.start_byte < check.end_byte:
            if _mentions(each.child_by_field_name("right"), {error} | found):
                found |= {text(one) for one in _targets(each)} - {"_"}
        elif each.type == "type_switch_statement" and _mentions(each.child_by_field_name("value"), {error} | found):
            found |= {text(one) for one in named(each.child_by_field_name("alias"))}
        elif each.type == "call_expression":
            name, arguments = called(each)
            if name == "As" and len(arguments) == 2 and _mentions(arguments[0], {error} | found):
                found |= set(NAME.findall(text(arguments[1])))
    return found


def _is_opposite(test: Any) -> bool | None:
    """Tell whether a test holds where the error is another one; None where that is not plain."""
    found = next((each for each in _within(test) if UNSUPPORTED.fullmatch(text(each))), None)
    opposite = False
    either = False
    node = found
    while node is not None and node.id != test.id:
        node = node.parent
        operator = text(node.child_by_field_name("operator")) if node.type.endswith("ary_expression") else ""
        if operator in ("!", "!="):
            opposite = not opposite
        either = either or (operator == "||" and opposite)
    return None if either or found is None else opposite


def _targets(node: Any) -> list[Any]:
    """Return the variables that a statement assigns to."""
    if node.type == "var_declaration":
        return [
            name for each in _within(node) if each.type == "var_spec" for name in each.children_by_field_name("name")
        ]
    return named(node.child_by_field_name("left"))


def _call(statement: Any) -> Any:
    """Return the call that a statement is."""
    inner = (
        statement.named_children[0] if statement.type == "expression_statement" and statement.named_children else None
    )
    return inner if inner is not None and inner.type == "call_expression" else None


def _within(node: Any) -> Iterator[Any]:
    """Yield a node and all in it, functions without what is in them."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if each.type != "func_literal" or each is node:
            waiting += reversed(each.named_children)
