"""Tags of structs, unions and enums in C: where a program needs what they stand for, and not just that they are."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

SPECIFIERS = {"struct_specifier": "struct", "union_specifier": "union", "enum_specifier": "enum"}
CPLUSPLUS = (".cc", ".cpp", ".cxx", ".c++", ".C", ".cppm", ".hpp", ".hh", ".hxx", ".H", ".inl", ".mm")
"""Endings of files in which a tag is the name of a type by itself (ISO C++ [class.name])."""

MEASURED = frozenset(("sizeof_expression", "alignof_expression", "offsetof_expression", "compound_literal_expression"))
UNSEEN = re.compile(rb'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
ARROW = re.compile(rb"(\w+)\s{0,9}(?:[(\[][^()\[\]\n]{0,200}[)\]]\s{0,9}){0,2}->")
SUBSCRIPT = re.compile(rb"(\w+)\s{0,9}\[")
STAR = re.compile(rb"(?:[=(,;{}&|!<>+\-/%?:\[]|\breturn|\bsizeof)\s{0,9}\*+\s{0,9}\(?\s{0,9}(\w+)")


class Followed(NamedTuple):
    """Names of pointers that some code follows: by ``->`` or ``*``, and by ``[``."""

    names: frozenset[bytes]
    subscripts: frozenset[bytes]


class Tags:
    """Tells of the mentions of tags in one file whether they need a complete type (ISO C 6.2.5, 6.7.2.3)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.followed: dict[tuple[int, int], Followed] = {}

    def needs(self, node: Any) -> bool:
        """Tell whether the type that a node names has to be complete where it stands."""
        parent = node.parent
        if parent is None:
            return False
        match parent.type:
            case "declaration" | "field_declaration":
                if any(each.type == "storage_class_specifier" and each.text == b"extern" for each in parent.children):
                    return False
                found = parent.children_by_field_name("declarator")
                return any(self._declares(each, parent, defined=False) for each in found)
            case "function_definition":
                return self._declares(parent.child_by_field_name("declarator"), parent, defined=True)
            case "parameter_declaration":
                return self._parameter(parent)
            case "type_descriptor":
                return self._described(parent)
        return False

    def _declares(self, node: Any, place: Any, *, defined: bool) -> bool:
        """Tell whether a declarator needs its type: what is by value does, a pointer where it is followed."""
        while node is not None:
            match node.type:
                case "pointer_declarator":
                    return self._is_followed(node, place)
                case "function_declarator":
                    return defined
                case "identifier" | "field_identifier" | "array_declarator":
                    return True
                case "bitfield_clause":
                    return False
            node = node.child_by_field_name("declarator") or next(
                (each for each in node.named_children if each.type.endswith(("declarator", "identifier"))), None
            )
        return False

    def _parameter(self, node: Any) -> bool:
        """Tell whether a parameter needs its type: in a definition, not in a prototype (ISO C 6.7.6.3)."""
        declarator = node.child_by_field_name("declarator")
        if declarator is None:
            return False
        if declarator.type == "pointer_declarator":
            return self._is_followed(declarator, node)
        function = node.parent.parent if node.parent is not None else None
        while function is not None and function.type.endswith("declarator"):
            function = function.parent
        return function is not None and function.type == "function_definition"

    def _described(self, node: Any) -> bool:
        """Tell whether the name of a type in an expression needs it: its size, a value, a cast that is followed."""
        around = node.parent
        if node.child_by_field_name("declarator") is None:
            return around is not None and around.type in MEASURED
        if around is None or around.type != "cast_expression":
            return False
        outer = around.parent
        while outer is not None and outer.type == "parenthesized_expression":
            outer = outer.parent
        return outer is not None and (
            outer.type in ("field_expression", "subscript_expression")
            or (outer.type == "pointer_expression" and outer.text.startswith(b"*"))
        )

    def _is_followed(self, declarator: Any, place: Any) -> bool:
        """Tell whether code in the same function, or in the file for what stands outside of one, follows a pointer."""
        inner, is_array = declarator, False
        while inner is not None and inner.type not in ("identifier", "field_identifier"):
            is_array |= inner.type == "array_declarator"
            inner = inner.child_by_field_name("declarator") or next(
                (each for each in inner.named_children if each.type.endswith(("declarator", "identifier"))), None
            )
        if inner is None:
            return False
        function = place
        while function is not None and function.type != "function_definition":
            function = function.parent
        is_result = function is not None and place == function
        span = (0, len(self.data)) if function is None or is_result else (function.start_byte, function.end_byte)
        found = self._in(span)
        return inner.text in found.names or (not is_array and inner.text in found.subscripts)

    def _in(self, span: tuple[int, int]) -> Followed:
        if span not in self.followed:
            code = UNSEEN.sub(b" ", self.data[slice(*span)])
            names = frozenset(ARROW.findall(code)) | frozenset(STAR.findall(code))
            self.followed[span] = Followed(names, frozenset(SUBSCRIPT.findall(code)))
        return self.followed[span]
