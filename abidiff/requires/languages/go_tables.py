"""What each name of a Go program is bound to: by the tables of its packages, its functions and the literals in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

FUNCTIONS = frozenset(("function_declaration", "method_declaration", "func_literal"))
SPECS = frozenset(("var_spec", "const_spec"))
RECEIVES = frozenset(("range_clause", "receive_statement"))
PARTS = ("receiver", "parameters", "result")


class Bound(NamedTuple):
    """One value that a name gets, in a file.

    ``value``  the expression; nothing where it is not plain: a parameter, ``range``, ``+=``, ``&name``.
    ``zero``   the name is declared without a value.
    """

    value: Any
    file: Any
    zero: bool = False


class Table:
    """The names that a function or a package declares.

    ``bound``  name → all values that it gets, wherever that is; ``whole``: those declared in no inner block.
    """

    def __init__(self, outer: Table | None) -> None:
        self.outer = outer
        self.bound: dict[str, list[Bound]] = {}
        self.whole: set[str] = set()

    def bind(self, name: str, bound: Bound, *, whole: bool) -> None:
        """Take in that a name gets a value."""
        self.bound.setdefault(name, []).append(bound)
        if whole:
            self.whole.add(name)

    def chain(self) -> Iterator[Table]:
        """Yield this table and those around it."""
        table: Table | None = self
        while table is not None:
            yield table
            table = table.outer

    def values(self, name: str) -> list[tuple[Bound, Table]]:
        """Return the values that a name may have here; those from further out too, where inner blocks declare it."""
        found: list[tuple[Bound, Table]] = []
        for table in self.chain():
            several = [(each, table) for each in table.bound.get(name, ())]
            others = [pair for pair in several if text(pair[0].value) != name]
            found += others
            if name in table.whole and len(others) == len(several):
                break
        return found

    def is_local(self, name: str) -> bool:
        """Tell whether a function declares a name."""
        return any(name in table.bound for table in self.chain() if table.outer is not None)


class Tables:
    """The tables of all files.

    ``packages``  package → its table; ``functions``: the id of a function's node → its table.
    ``fields``    name of a field → all values that it gets, each in the table where it stands.
    ``placed``    (type, position, value, table) of the fields that a literal gives without their names.
    ``types``     the declarations of types in functions, each with its file.
    """

    def __init__(self) -> None:
        self.packages: dict[str, Table] = {}
        self.functions: dict[int, Table] = {}
        self.fields: dict[str, list[tuple[Bound, Table]]] = {}
        self.types: list[tuple[Any, Any]] = []
        self.placed: list[tuple[str, int, Bound, Table]] = []
        self._given: list[tuple[Table, str, Bound]] = []
        self._changed: set[str] = set()

    def read(self, file: Any) -> None:
        """Take in one file."""
        package = self.packages.setdefault(file.package, Table(None))
        waiting: list[tuple[Any, Table]] = [(file.root, package)]
        while waiting:
            node, table = waiting.pop()
            if node.type in FUNCTIONS:
                table = self._function(node, table, file)
            else:
                self._node(node, table, file)
            waiting += [(each, table) for each in node.named_children]

    def settle(self) -> None:
        """Give what is assigned to the tables that declare the names, after all files."""
        for table, name, bound in self._given:
            for each in table.chain():
                if name in each.bound:
                    each.bind(name, bound, whole=False)
                if name in each.whole:
                    break
        for name in self._changed:
            for package in self.packages.values():
                if name in package.bound:
                    package.bind(name, Bound(None, None), whole=False)
        self._given.clear()

    def _function(self, node: Any, outer: Table, file: Any) -> Table:
        if node.type == "function_declaration":
            outer.bind(text(node.child_by_field_name("name")), Bound(None, file), whole=True)
        table = self.functions[node.id] = Table(outer)
        for part in PARTS:
            held = node.child_by_field_name(part)
            for each in held.named_children if held is not None and held.type == "parameter_list" else ():
                for name in each.children_by_field_name("name"):
                    table.bind(text(name), Bound(None, file, part == "result"), whole=True)
        return table

    def _node(self, node: Any, table: Table, file: Any) -> None:
        kind = node.type
        if kind in SPECS:
            whole = table.outer is None or _is_whole(node.parent)
            values = named(node.child_by_field_name("value"))
            self._declare(node.children_by_field_name("name"), values, table, file, whole=whole, zero=True)
        elif kind == "short_var_declaration":
            names, values = (named(node.child_by_field_name(side)) for side in ("left", "right"))
            self._declare(names, values, table, file, whole=_is_whole(node))
        elif kind in ("type_spec", "type_alias"):
            name = text(node.child_by_field_name("name"))
            table.bind(name, Bound(None, file), whole=table.outer is None)
            if table.outer is not None:
                self.types.append((node, file))
        elif kind == "type_switch_statement":
            self._declare(named(node.child_by_field_name("alias")), [], table, file)
        elif kind in RECEIVES:
            names = named(node.child_by_field_name("left"))
            if any(each.type == ":=" for each in node.children):
                self._declare(names, [], table, file)
            else:
                self._assign(names, [], table, file)
        elif kind == "assignment_statement":
            names, values = (named(node.child_by_field_name(side)) for side in ("left", "right"))
            plain = text(node.child_by_field_name("operator")) == "="
            self._assign(names, values if plain else [], table, file)
        elif kind in ("inc_statement", "dec_statement"):
            self._assign(node.named_children[:1], [], table, file)
        elif kind == "unary_expression" and text(node.child_by_field_name("operator")) == "&":
            self._assign([node.child_by_field_name("operand")], [], table, file)
        elif kind == "literal_value":
            self._literal(node, table, file)

    def _declare(
        self,
        names: list[Any],
        values: list[Any],
        table: Table,
        file: Any,
        *,
        whole: bool = False,
        zero: bool = False,
    ) -> None:
        for at, name in enumerate(names):
            value = values[at] if at < len(values) else None
            if text(name) != "_":
                table.bind(text(name), Bound(value, file, zero and not values), whole=whole)

    def _assign(self, targets: list[Any], values: list[Any], table: Table, file: Any) -> None:
        for at, target in enumerate(targets):
            while target.type == "parenthesized_expression" and target.named_children:
                target = target.named_children[0]
            bound = Bound(values[at] if at < len(values) else None, file)
            if target.type == "identifier":
                self._given.append((table, text(target), bound))
            elif target.type == "selector_expression":
                name, operand = text(target.child_by_field_name("field")), target.child_by_field_name("operand")
                self.fields.setdefault(name, []).append((bound, table))
                if text(operand) in file.imports:
                    self._changed.add(name)

    def _literal(self, body: Any, table: Table, file: Any) -> None:
        """Take in the fields that a literal sets: by their names, or by their places in an own type."""
        kind = _literal_type(body)
        elements = [each for each in body.named_children if each.type != "comment"]
        for at, each in enumerate(elements):
            if each.type == "keyed_element" and len(each.named_children) == 2:
                key, value = (one.named_children[0] if one.named_children else one for one in each.named_children)
                if key.type == "identifier":
                    self.fields.setdefault(text(key), []).append((Bound(value, file), table))
            elif each.type == "literal_element" and each.named_children and kind:
                self.placed.append((kind, at, Bound(each.named_children[0], file), table))


def _literal_type(body: Any) -> str:
    """Return the own type of what stands in braces; what stands in those of a list or a map may leave its type out."""
    depth = 0
    while body.parent is not None and body.parent.type in ("literal_element", "keyed_element", "literal_value"):
        depth += body.type == "literal_value"
        body = body.parent
    literal = body.parent
    kind = literal.child_by_field_name("type") if literal is not None and literal.type == "composite_literal" else None
    while kind is not None and depth:
        kind = kind.child_by_field_name("element") or kind.child_by_field_name("value")
        depth -= 1
    while kind is not None and kind.type == "pointer_type":
        kind = kind.named_children[0]
    return text(kind) if kind is not None and kind.type == "type_identifier" else ""


def _is_whole(node: Any) -> bool:
    """Tell whether a declaration stands right in the body of its function, so that it holds until the end."""
    while node is not None and node.type in ("var_spec_list", "const_declaration", "var_declaration"):
        node = node.parent
    while node is not None and node.type in ("short_var_declaration", "statement_list", "block"):
        if node.type == "block":
            return node.parent is not None and node.parent.type in FUNCTIONS
        node = node.parent
    return False


def named(node: Any) -> list[Any]:
    """Return the members of a list of expressions, or one expression as a list."""
    if node is None:
        return []
    if node.type == "expression_list":
        return [each for each in node.named_children if each.type != "comment"]
    return [node]


def text(node: Any) -> str:
    """Return the source of a node."""
    return str(node.text.decode("utf-8", "replace")) if node is not None else ""
