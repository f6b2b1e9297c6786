"""Function-like macros that make texts and names of their arguments, ``#`` and ``##`` (ISO C11 §6.10.3.1 to 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abidiff.surfaces.headers.code.decide import Decision, Side, unknown
from abidiff.surfaces.headers.code.evaluate import NotValue, Value
from abidiff.surfaces.headers.code.mentioned import mentioned
from abidiff.surfaces.headers.code.normal import normal
from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.results import callable_
from abidiff.surfaces.headers.compare.results import program as witness
from abidiff.surfaces.headers.layout.spell import value_of
from abidiff.surfaces.headers.model import Builtin, Library
from abidiff.surfaces.headers.read.texts import ELEMENTS, PREFIXES, c_string, element

MAX_NAMES = 40
SAMPLES = (5, 7, 11)
_PART = re.compile(r"__(raw|arg)(\d+)")
_TEXT_OR_PART = re.compile(r'"(?:[^"\\]|\\.)*"|__(raw|arg)(\d+)')
_GLUED = re.compile(r"\b\w*__(?:raw|arg)\d+\w*\b")
_TOKEN = re.compile(r"\w+\Z")
_ALONE = re.compile(r"__arg\d+\Z")
_JOINED = re.compile(r"(?:__(?:raw|arg)\d+?(?=__|\Z)){2,}\Z")
_MACRO = "witness_name"
_OTHER = "only arguments that are macros themselves are expanded otherwise"


def decide(pair: Pair, name: str, count: int, old: Side, new: Side) -> Decision | None:
    """Decide about a macro that makes texts or names; None for all others, and where that tells nothing."""
    if not count:
        return None
    found = _texts(name, count, old, new)
    if found is not None:
        return found
    if not any(_glued(side.text) or "__raw" in side.text for side in (old, new)):
        return None
    found = _whole(name, count, old, new)
    if found is not None:
        return found
    alike = _PART.sub(r"__arg\2", old.text) == _PART.sub(r"__arg\2", new.text)
    if alike and (joined := _joined(name, count, old.text, new.text)) is not None:
        return joined
    found = _names(pair, name, count, old, new)
    if found is not None and (found.kind != "same" or not alike):
        return found
    return Decision("pasted", reason=_OTHER) if alike else None


# --- texts -------------------------------------------------------------------------------------


def _texts(name: str, count: int, old: Side, new: Side) -> Decision | None:
    """Compare the texts that two macros are when their arguments are names, or texts themselves."""
    if any('"' not in side.text for side in (old, new)):
        return None
    for given in ("name", "macro", "text"):
        texts = _text(old, given), _text(new, given)
        if texts[0] is None or texts[1] is None:
            continue
        if texts[0] == texts[1]:
            if given != "name":
                return Decision("same")
            continue
        words = {"name": [f"a{n}" for n in range(1, count + 1)], "macro": [_MACRO] * count,
                 "text": [f'"a{n}"' for n in range(1, count + 1)]}[given]  # fmt: skip
        call = f"{name}({', '.join(words)})"
        kind, text = texts[0]
        literal = PREFIXES[kind] + c_string(text, wide=bool(kind))
        if kind or texts[1][0]:
            return unknown("a text of wide characters is made")
        program = f"#define {_MACRO} 7\n" if given == "macro" else ""
        program += (
            f"_Static_assert(sizeof({call}) == sizeof({literal}) && __builtin_strcmp({call}, {literal}) == 0,\n"
            '               "as it was");\n'
        )
        return Decision("value", call, program=program)
    return None


def _text(side: Side, given: str) -> tuple[str, str] | None:
    """Return the text that a macro is for arguments of a kind: its elements and what it holds; None for no text."""

    def part(match: re.Match[str]) -> str:
        if given == "macro":
            return _MACRO if match[1] == "raw" else "7"
        return f"a{match[2]}"

    def token(match: re.Match[str]) -> str:
        found = _PART.sub(part, match[0])
        if given != "text":
            return found
        return found if match[0][0] != '"' else _PART.sub(lambda part_: f'\\"a{part_[2]}\\"', match[0])

    text = _TEXT_OR_PART.sub(token, side.text)
    if given == "text":
        text = re.sub(r'"(?:[^"\\]|\\.)*"|\b(a\d+)\b', lambda found: f'"{found[1]}"' if found[1] else found[0], text)
    tree = side.tree(text)
    if tree is None or tree[0] != "str":
        return None
    return {"": "", "L": "wchar_t", "u": "char16_t", "U": "char32_t"}[tree[1]], tree[2]


# --- names -------------------------------------------------------------------------------------


def _glued(text: str) -> list[str]:
    return [found for found in _GLUED.findall(text) if not _ALONE.match(found)]


def _whole(name: str, count: int, old: Side, new: Side) -> Decision | None:
    """Decide about macros that are one token each, made of their arguments (§6.4)."""
    texts = [_bare(side.text) for side in (old, new)]
    if not all(map(_TOKEN.match, texts)) or not any("__raw" in text for text in texts):
        return None
    for given in ([str(10 * n) for n in range(1, count + 1)], [f"a{n}" for n in range(1, count + 1)],
                  [f'"a{n}"' for n in range(1, count + 1)]):  # fmt: skip
        made = [_PART.sub(lambda part, given=given: given[int(part[2]) - 1], text) for text in texts]  # type: ignore[misc]
        trees = old.tree(made[0]), new.tree(made[1])
        if trees[0] is None or trees[0] == trees[1]:
            continue
        use = f"{name}({', '.join(given)})"
        match trees:
            case ("num", before, kind), ("num", after, other):
                return Decision("value" if before != after else "type", use, (before, kind), (after, other))
            case ("id", before), _ if texts[0] == old.text and texts[1] == new.text:
                program = f"enum {{ {use} = 1 }};\nint witness = {before};\n"
                return Decision("value", use, program=program)
            case ("str", "", _), ("str", _, _):
                return Decision("value", use, program=f"const char witness[] = {use};\n")
            case ("str", prefix, _), _:
                body = f"const {element(ELEMENTS[prefix])} witness[] = {use};\n"
                return Decision("value", use, program=body)
    return None


def _bare(text: str) -> str:
    while text[:2] == "( " and text[-2:] == " )":
        text = text[2:-2]
    return text


def _joined(name: str, count: int, old: str, new: str) -> Decision | None:
    """Decide about a macro that only joins its arguments: ``__LINE__`` is one that people give it."""
    if not _JOINED.match(old) or not _JOINED.match(new):
        return None
    pairs = list(zip(_PART.findall(old), _PART.findall(new), strict=True))
    lost = [before[1] for before, after in pairs[1:] if (before[0], after[0]) == ("arg", "raw")]
    if not lost or pairs[0][0][1] == lost[0]:
        return None
    call = f"{name}({', '.join('__LINE__' if str(n) == lost[0] else 'witness_' for n in range(1, count + 1))})"
    program = f"enum {{ {call} = 1 }};\nenum {{ {call} = 2 }};\n"
    return Decision("value", call, program=program)


def _names(pair: Pair, name: str, count: int, old: Side, new: Side) -> Decision | None:
    """Give the names to a macro that make others of which the library declares some."""
    glued = _glued(old.text)
    numbers = {number for found in glued for _, number in _PART.findall(found)}
    if len(numbers) != 1:
        return None
    number = int(numbers.pop())
    tried = False
    for word in _candidates(pair.old, glued):
        texts = [_given(side.text, number, word, library) for side, library in ((old, pair.old), (new, pair.new))]
        numbers_given: list[Value] = [(SAMPLES[at % len(SAMPLES)], "int") for at in range(count)]
        words = [word if at == number - 1 else str(SAMPLES[at % len(SAMPLES)]) for at in range(count)]
        use = f"{name}({', '.join(words)})"
        try:
            before = old.value(texts[0], numbers_given)
        except NotValue:
            if not _missing(old, texts[0]) and _missing(new, texts[1]):
                return _gone(pair, name, count, number, word, old.tree(texts[0]))
            trees = old.tree(texts[0]), new.tree(texts[1])
            if trees[0] is None or trees[1] is None:
                continue
            if callable_(trees[0], pair.old) and not callable_(trees[1], pair.new):
                return _gone(pair, name, count, number, word, trees[0])
            continue
        if before is None:
            continue
        try:
            after = new.value(texts[1], numbers_given)
        except NotValue:
            if _missing(new, texts[1]):
                program = f'_Static_assert(({use}) == {before[0]}, "as it was");\n'
                return Decision("value", use, program=program)
            return None
        tried = True
        if after is not None and before[0] != after[0]:
            return Decision("value", use, before, after)
    if not tried:
        return None
    return Decision("same") if count == 1 else unknown("the names that were tried give equal values, others may not")


def _gone(pair: Pair, name: str, count: int, number: int, word: str, old: Tree | None) -> Decision:
    """Decide about a macro that makes a name of another one that is not there."""
    words = [word if n == number else f"a{n}" for n in range(1, count + 1)]
    use = f"{name}({', '.join(words)})"
    body = f"    (void){use};\n"
    program = "" if old is None else witness(count, old, pair.old, Builtin("void"), body, given={number})
    if not program:
        return unknown(f"{use} names what nothing declares, or calls it with other arguments")
    return Decision("value", use, program=program)


def _candidates(library: Library, glued: list[str]) -> Iterator[str]:
    """Yield what can be given, so that a name comes out that the library declares; macros of these names as well."""
    patterns = [re.compile(_PART.sub(lambda _: r"(\w+)", found, count=1) + r"\Z") for found in glued]
    known = [*library.constants(), *library.functions, *library.variables, *library.macros]
    aliases: dict[str, list[str]] = {}
    for macro in library.macros.values():
        if macro.parameters is None and macro.value.text:
            aliases.setdefault(macro.value.text, []).append(macro.name)
    seen: set[str] = set()
    for pattern in patterns:
        for each in known:
            match = pattern.match(each)
            if match is None:
                continue
            for word in (match[1], *aliases.get(match[1], ())):
                if word and word not in seen:
                    seen.add(word)
                    yield word
                if len(seen) >= MAX_NAMES:
                    return


def _given(text: str, number: int, word: str, library: Library) -> str:
    """Return a text with a word for one of its arguments, expanded where it is before ``##`` sees it."""
    macro = library.macros.get(word)
    expanded = word
    if macro is not None and macro.parameters is None and macro.value.text:
        expanded = macro.value.text if value_of(macro) or macro.value.kind in ("name", "type") else word
    return re.sub(rf"__(raw|arg){number}(?!\d)", lambda part: word if part[1] == "raw" else expanded, text)


def _missing(side: Side, text: str) -> bool:
    """Tell whether an expression names what nothing declares."""
    tree = side.tree(text)
    return tree is None or any(not side.names.known(name) for name in mentioned(normal(tree)))
