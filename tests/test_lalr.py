"""The parser of shipped tables against lark's own, on the same grammars: same trees, same errors."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken

from abidiff.grammar import run as lalr
from abidiff.grammar.build import parser
from abidiff.grammar.run import Grammar, UnacceptedError
from abidiff.grammar.tables import GRAMMARS
from abidiff.resources import resource_text
from abidiff.surfaces.xdr.read.scan import scan
from tests.surfaces.symbols.test_parse import BAD, GOOD
from tests.surfaces.xdr.cases import ACCEPTED, REJECTED
from tests.surfaces.xdr.compare.test_compare import DEMO
from tests.surfaces.xdr.prove.test_verify import ALL_TYPES

ROOT = Path(__file__).parents[1]
XDR = [*ACCEPTED.values(), *(text for text, *_ in REJECTED.values()), DEMO, ALL_TYPES]
XDR += [path.read_text() for path in sorted((ROOT / "fixtures").rglob("*.x"))]
SYMBOLS = [*GOOD, *BAD, *(path.read_text() for path in sorted((ROOT / "fixtures").rglob("*.syms")))]
WORD = re.compile(r"[A-Za-z_]\w*:?|[;,{}<>*\[\]()=\":#]|\d+|\s+")
WORDS = {
    "xdr": """struct union enum const typedef program version case default switch void int unsigned hyper opaque
        string bool name 12 0x 0xff -3 ; , { } < > * [ ] ( ) = : " ' 'c' "text" structa switch(""",
    "symbols": """global: local: global :x extern "C" "C++" { } ; : :: name@TAG@ na*me ? # /* */ "quoted" externa
        A_1""",
}


class Trees:
    """Builds a tree for every rule, as lark does without a transformer."""

    def __getattr__(self, name: str) -> Callable[[list[Any]], Any]:
        return lambda children: (name, tuple(children))


@cache
def lark(name: str) -> Lark:
    return parser(resource_text(f"grammars/{name}.lark"), GRAMMARS[name])


@cache
def ours(name: str) -> Grammar:
    return Grammar(name, Trees())


def plain(value: Any) -> Any:
    """Return what lark built as :class:`Trees` builds it; recursion is bounded by the texts here."""
    if isinstance(value, Tree):
        return str(value.data), tuple(map(plain, value.children))
    assert isinstance(value, Token)
    return lalr.Token(value.type, str(value), value.start_pos or 0)


def outcome(parse: Callable[[str, str], Any], text: str, start: str) -> Any:
    try:
        return parse(text, start)
    except UnexpectedInput as error:
        accepts = sorted(error.accepts or error.expected) if isinstance(error, UnexpectedToken) else None
        return type(error), error.pos_in_stream, error.line, error.column, accepts


def check(name: str, text: str) -> bool:
    """Hold both parsers against each other; return whether the text is one of the language."""
    good = False
    for start in GRAMMARS[name]:
        expected = outcome(lambda t, s: plain(lark(name).parse(t, start=s)), text, start)
        assert outcome(ours(name).parse, text, start) == expected, text
        good |= isinstance(expected[0], str)
    return good


def mutated(name: str, text: str, rng: random.Random) -> str:
    known = WORDS[name].split()
    for _ in range(rng.randint(1, 3)):
        words = list(WORD.finditer(text))
        if not words:
            return rng.choice(known)
        one = rng.choice(words)
        instead = rng.choice(("", rng.choice(known), rng.choice(words)[0], f" {rng.choice(known)} "))
        text = text[: one.start()] + instead + text[rng.choice((one.start(), one.end())) :]
    return text


@pytest.mark.parametrize(("name", "texts"), [("xdr", XDR), ("symbols", SYMBOLS)])
def test_trees_and_errors_are_those_of_lark(name: str, texts: list[str]) -> None:
    rng = random.Random(7)
    good = sum(check(name, _code(name, text)) for text in texts)
    assert good > len(texts) // 3
    small = [text for text in texts if len(text) < 2000]
    results = [check(name, mutated(name, _code(name, rng.choice(small)), rng)) for _ in range(1500)]
    assert any(results)
    assert not all(results)


def _code(name: str, text: str) -> str:
    """Return what the grammar sees: protocols without their comments and directives."""
    try:
        return scan("a.x", text.encode()).code if name == "xdr" else text
    except Exception:  # refused before the grammar
        return ""


@pytest.mark.parametrize("text", ["structa { int b; };", "typedefint a;", "constA = 1; enumb { C };"])
def test_what_only_a_contextual_lexer_takes_is_left_to_lark(text: str) -> None:
    with pytest.raises(UnacceptedError):
        ours("xdr").attempt(text)
    assert check("xdr", text)


@pytest.mark.parametrize("name", GRAMMARS)
def test_tables_of_another_grammar_are_not_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = resource_text(f"grammars/{name}.json")
    shipped = lalr.load(name)
    damaged = [
        text.replace('"grammar": "', '"grammar": "0', 1),
        text[:-100],
        "[]",
        "",
        json.dumps({**json.loads(text), "states": 1}),
    ]
    for instead in damaged:
        read = {f"grammars/{name}.json": instead}
        monkeypatch.setattr(lalr, "resource_text", lambda path, read=read: read.get(path) or resource_text(path))
        again = lalr.load(name)
        assert again == shipped
        assert again is not shipped

    def missing(path: str) -> str:
        if path.endswith(".json"):
            raise FileNotFoundError(path)
        return resource_text(path)

    monkeypatch.setattr(lalr, "resource_text", missing)
    assert lalr.load(name) == shipped


def test_shipped_tables_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/generate_tables.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_lark_is_only_loaded_for_errors() -> None:
    script = """
import sys
from abidiff.surfaces.symbols.syntax import Text
from abidiff.surfaces.xdr.build.parse import parse_text
assert parse_text("a.x", b"struct a { int b; };").protocols[0].types
assert Text("a.syms", "A_1 { global: f; };", {}).nodes()
assert "lark" not in sys.modules
try:
    parse_text("a.x", b"struct a { int b };")
except Exception as error:
    print(error.render())
assert "lark" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "expected" in done.stdout
