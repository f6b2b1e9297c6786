"""The preprocessor held against GCC's: what texts expand to, and which numbers conditions are."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import SourceFile
from abidiff.surfaces.headers.read.preprocess import Preprocessor
from tests.surfaces.headers.helpers import release_of

pytestmark = [pytest.mark.judge, pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")]

TEXTS = {
    "va_opt": """
#define EMPTY
#define F(...) f(0 __VA_OPT__(,) __VA_ARGS__)
#define G(x, ...) f(0, x __VA_OPT__(,) __VA_ARGS__)
#define S(name, ...) struct s name __VA_OPT__(= { __VA_ARGS__ })
#define N(x, ...) n __VA_OPT__(x ## x) m
F(a, b) F() F(EMPTY) F(EMPTY EMPTY) F(EMPTY, a) G(a, b) G(a, ) G(a) S(foo); S(bar, 1, 2); N(a, b) N(a) N(, b)
""",
    "va_opt and the operators": """
#define Q(x, ...) # __VA_OPT__(x)
#define P(x, ...) __VA_OPT__(a x ## x) ## b
#define L(x, ...) b ## __VA_OPT__(x c)
#define Z(...) __VA_OPT__()/**/__VA_OPT__()
#define A(x) [ a ## x ## b ]
#define B(x) A(x)
#define W(a, ...) # __VA_OPT__(a ## a) # a
Q(x y, 1) Q(x y) P(, 1) P(q, 1) P(q) L(d, 1) L(d) B(Z()) W(k, 1) W(k)
""",
    "va_opt beside gnu's comma": """
#define D(f, ...) p(f, ## __VA_ARGS__) __VA_OPT__(more)
#define R(f, rest...) p(f, ## rest)
D(a) D(a, b) D(a,) R(a) R(a, b, c)
""",
    "push and pop": """
#define N 1
#pragma push_macro("N")
#undef N
N
#define N 2
#pragma push_macro("N")
#define N 3
N
#pragma pop_macro("N")
N
#pragma pop_macro("N")
N
#pragma pop_macro("N")
N
#pragma push_macro("NONE")
#define NONE x
#pragma pop_macro("NONE")
NONE
""",
    "push and pop as operators": """
#define PUSH _Pragma("push_macro(\\"N\\")")
#define POP(x) _Pragma("pop_macro(\\"N\\")") x N
#define N 1
PUSH
#undef N
#define N(x) 2 x
N(a) POP(N) N
""",
    "an argument holds the paste operator": """
#define HASH_HASH # ## #
#define X(a, b) a b ## c
#define MK(a) # a
#define IN(a) MK(a)
#define JOIN(c, d) IN(c HASH_HASH d)
X(x ## y, z) JOIN(x, y) HASH_HASH
""",
    "examples of rescanning": """
#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x
f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
g(x+(3,4)-w) | h 5) & m
(f)^m(m);
p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };
char c[2][6] = { str(hello), str() };
""",
    "empty arguments are joined": """
#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
""",
    "digraphs": """
%:define CAT(a, b) a %:%: b
%:define STR(a) %: a
CAT(x, y) <: 1 :> <% STR(p q) %>
""",
    "universal names": "#define caf\\u00e9 1\ncaf\\u00e9 café a\\u00e9b\n",
    "separators": "#define M 1'000'000\n#define H 0x'1 /* it's */\nM 0xFF'FF 1'2'3 'a' u8'a' L'b' /* don't */ x\n",
    "defined that a macro brings": """
#define ZZ yy
#define D defined(ZZ)
#define E !defined ZZ
#define F(x) defined(x) && D
#if D
a
#endif
#if E
b
#endif
#if F(ZZ) && !(E)
c
#endif
#define HAS __has_include(<none.h>) || defined EE
#if HAS
d
#else
e
#endif
""",
    "calls across lines and directives": """
#define f(a, b) [a|b]
f(1,
2) f
(3, 4) f (5,
(6, 7)
) f
""",
    "trigraphs are off, lines are joined": r"""
#define Q "??/" ??= ??!
#def\
ine SPLIT(a) [a\
]
#define LONG one \
 two /* over
 lines */ three
Q SPLIT(x) LONG // a comment \
that goes on
end
""",
    "a counter": """
#define UNIQUE(a) JOIN(a, __COUNTER__)
#define JOIN(a, b) JOIN_(a, b)
#define JOIN_(a, b) a ## b
#define TWICE(x) x x
UNIQUE(v) UNIQUE(v) TWICE(UNIQUE(w)) __COUNTER__
#if __COUNTER__ == 4
counted
#endif
""",
    "branches of C23": """
#define B 1
#ifdef A
a
#elifdef B
b
#elifndef C
c
#else
d
#endif
#ifndef B
e
#elifndef A
f
#elif 1 / 0
g
#endif
""",
    "strings of arguments": r"""
#define S(...) # __VA_ARGS__
#define T(x) S(x)
S( a  "b\n" , '\'' /* c */ d ) S() T(S(1)) S("\"") T(T) S(L"x" u8"y")
""",
    "self reference": """
#define a a b
#define b a c
a b
#define foo() bar foo
foo()() foo
#define AA BB
#define BB AA
AA
""",
}


def ours(text: str) -> list[str]:
    files = Files(release_of({"x.h": text}), ["x.h"])
    preprocessor = Preprocessor(files)
    assert preprocessor.root(files.open("x.h")) is None
    assert not preprocessor.problems
    return [token[1] for token in preprocessor.tokens if token[0] not in "Pm"]


def gcc(text: str, *options: str) -> list[str]:
    command = ["gcc", "-E", "-P", "-x", "c", "-std=gnu2x", "-w", *options, "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    plain = "\n".join(line for line in done.stdout.decode().splitlines() if not line.startswith("#pragma"))
    return [token[1] for token in SourceFile("x.h", plain, 1).tokens(0, len(plain))]


@pytest.mark.parametrize("name", TEXTS)
def test_expansion(name: str) -> None:
    assert ours(TEXTS[name]) == gcc(TEXTS[name])


_WORDS = ("a", "b", "x", "1", "F", "G", "H", "O", "P", "+", ",", "(", ")", "F(x)", "G(1, b)", "H(a, b, c)", "H()")
_BODIES = ("#x", "x ## y", "x", "y", "O", "P", "F(x)", "G(y, x)", "H(x)", "a", "1", "(x)", "x y", "+", "O ## x")


def macros(dice: random.Random) -> str:
    """Return macros that call each other, and calls of them."""

    def body(*names: str) -> str:
        kept = [part for part in _BODIES if all(word in names or word not in "xy" for word in part.replace("#", " "))]
        return " ".join(dice.choice([part for part in kept if "#" not in part or names]) for _ in range(3))

    lines = [
        f"#define O {body()}",
        f"#define P {body()}",
        f"#define F(x) {body('x')}",
        f"#define G(x, y) {body('x', 'y')}",
    ]
    lines.append(f"#define H(x, ...) {body('x')} __VA_OPT__({body('x')}) __VA_ARGS__")
    lines += [" ".join(dice.choice(_WORDS) for _ in range(5)) + " ;" for _ in range(6)]
    return "\n".join(lines) + "\n"


def agrees(seed: int) -> bool:
    """Tell whether GCC takes the text of a seed (arguments may not fit, a paste may give no token); it must agree."""
    text = macros(random.Random(seed))
    command = ["gcc", "-E", "-P", "-x", "c", "-std=gnu2x", "-w", "-"]
    if subprocess.run(command, input=text.encode(), capture_output=True, check=False).returncode:
        return False
    assert ours(text) == gcc(text), text
    return True


def test_random_macros() -> None:
    assert sum(agrees(seed) for seed in range(40)) > 20


@pytest.mark.slow
def test_thousands_of_random_macros() -> None:
    assert sum(agrees(seed) for seed in range(1000, 4000)) > 1500


_NUMBERS = ("0", "1", "2", "7", "-1", "0x80000000", "0xFFFFFFFFFFFFFFFF", "1u", "3UL", "5ll", "0b101", "017", "1'0")
_ATOMS = (*_NUMBERS, "'a'", "'\\377'", "L'x'", "NONE", "9223372036854775807", "true", "K(2)", "(defined(NONE))", "M")
_BINARY = ("+", "-", "*", "/", "%", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "^", "|", "&&", "||")


def expression(dice: random.Random, depth: int) -> str:
    if not depth or dice.random() < 0.15:
        return dice.choice(_ATOMS)
    kind = dice.randrange(8)
    if kind == 0:
        return f"({expression(dice, depth - 1)})"
    if kind == 1:
        return dice.choice("-+~!") + " " + expression(dice, depth - 1)
    if kind == 2:
        parts = [expression(dice, depth - 1) for _ in range(3)]
        return f"({parts[0]} ? {parts[1]} : {parts[2]})"
    return f"{expression(dice, depth - 1)} {dice.choice(_BINARY)} {expression(dice, depth - 1)}"


def condition(text: str, number: int) -> str:
    return f"#if {text}\nyes{number}\n#else\nno{number}\n#endif\n"


@pytest.mark.parametrize("seed", range(4))
def test_conditions(seed: int) -> None:
    """Random conditions; those that GCC refuses (division by zero) are left out."""
    dice = random.Random(seed)
    head = "#define K(x) (x + M)\n#define M 40\n"
    texts = [expression(dice, 4) for _ in range(150)]
    source = head + "".join(condition(text, n) for n, text in enumerate(texts))
    command = ["gcc", "-E", "-P", "-x", "c", "-std=gnu2x", "-w", "-fmax-errors=0", "-"]
    done = subprocess.run(command, input=source.encode(), capture_output=True, check=False)
    lines = source.splitlines()
    refused = {lines[int(line.split(":")[1]) - 1] for line in done.stderr.decode().splitlines() if ": error:" in line}
    kept = [text for text in texts if f"#if {text}" not in refused]
    assert len(kept) > 80
    again = head + "".join(condition(text, n) for n, text in enumerate(kept))
    for mine, theirs, text in zip(ours(again), gcc(again), kept, strict=True):
        assert mine == theirs, text
