"""Matching of symbol maps: the cases that the rules' examples do not show."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.symbols import SURFACE
from abidiff.surfaces.symbols.compare import compare
from abidiff.surfaces.symbols.model import SymbolMaps
from abidiff.surfaces.symbols.parse import parse
from abidiff.surfaces.symbols.versions import node_version


def read(text: str, version: str = "", **options: Any) -> SymbolMaps:
    release = Release("ship", version, MappingProxyType({"v.map": text.encode()}))
    unit = Unit("symbols", "ship", "full", ("v.map",), ("v.map",), MappingProxyType(options))
    return parse(release, Project("test", (unit,)), {})


def said(old: SymbolMaps, new: SymbolMaps) -> list[tuple[str, str]]:
    return [(f.rule.partition("/")[2], f.subject) for f in run(load(SURFACE.rules), compare(old, new))]


def test_a_node_of_the_release_in_the_making_may_grow() -> None:
    old = read("S_1.0 { a; }; S_1.1 { b; } S_1.0;", "1.1")
    new = read("S_1.0 { a; }; S_1.1 { b; c; } S_1.0;", "1.1")
    assert said(old, new) == [("symbol-added", "c")]
    assert said(old, read("S_1.0 { a; }; S_1.1 { b; c; } S_1.0;", "1.2")) == [("symbol-added-to-released-node", "c")]


def test_an_older_node_is_closed_even_within_one_release() -> None:
    old = read("S_1.0 { a; }; S_1.1 { b; } S_1.0;", "1.1")
    new = read("S_1.0 { a; c; }; S_1.1 { b; } S_1.0;", "1.1")
    assert said(old, new) == [("symbol-added-to-released-node", "c")]


@pytest.mark.parametrize(("node", "wrong"), [("S_1.0", True), ("S_1.1", True), ("S_1.2", False), ("S_1.4", True),
                                             ("S_1.3", False), ("T_1.3", True), ("S_x", True)])  # fmt: skip
def test_new_nodes_are_named_after_releases_in_between(node: str, wrong: bool) -> None:
    old = read("S_0.9 { a; };", "1.1", version_prefix="S_")
    new = read(f"S_0.9 {{ a; }}; {node} {{ b; }} S_0.9;", "1.3", version_prefix="S_")
    assert said(old, new) == ([("node-misnamed", node)] if wrong else []) + [("symbol-added", "b")]


def test_without_a_prefix_nodes_may_have_any_name() -> None:
    assert said(read("A { a; };", "1.1"), read("A { a; }; WHATEVER { b; } A;", "1.3")) == [("symbol-added", "b")]


def test_a_pattern_in_another_node_moves_the_symbol() -> None:
    old = read("S_1 { ship_open; };")
    new = read("S_1 { other; }; S_2 { ship_*; } S_1;")
    assert ("symbol-moved", "ship_open") in said(old, new)


def test_a_lone_star_comes_after_other_patterns() -> None:
    old = read("S_1 { ship_open; };")
    new = read("S_0 { *; }; S_1 { ship_*; } S_0;")
    rules = [rule for rule, _ in said(old, new)]
    assert rules == ["node-parent-changed", "pattern-added", "pattern-added"]


def test_a_map_that_does_not_parse_says_nothing_of_its_symbols() -> None:
    new = read("S_1 { a b; };")
    assert new.problems
    assert said(read("S_1 { a; };"), new) == []


def test_order_and_comments_are_no_change() -> None:
    old = read("S_1 { a; b; }; S_2 { c; } S_1;")
    new = read("/* x */ S_1 { global: b; a; };\n\n# y\nS_2 { c; } S_1;")
    assert said(old, new) == []
    assert said(old, old) == []


def test_versions() -> None:
    where = read("A { a; };").maps[0]
    assert node_version("PNG16_0", where) == "16.0"
    assert node_version("GLIBC_2.34", where) == "2.34"
    assert node_version("FOO", where) == ""
