"""What a preprocessed token is to pycparser: its kind there, and what the feed does at it."""

from __future__ import annotations

from enum import IntEnum

from abidiff.surfaces.headers.build.tables import BASIC_WORDS

KNOWN_PREFIX = "__abidiff_"


class At(IntEnum):
    """What stands at a token of a declaration."""

    PLAIN = 0
    BASIC = 1
    NOTHING = 2
    STAR = 3
    OPEN = 4
    SHUT = 5
    COMMA = 6
    END = 7
    BRACKET = 8
    RECORD = 9
    ENUM = 10
    BRACE = 11
    UNBRACE = 12
    COLON = 13
    EQUALS = 14
    ATTRIBUTE = 15
    ALIGN = 16
    ASM = 17
    TYPEOF = 18
    ATOMIC = 19
    ASSERT = 20


Word = tuple[str, str, At]
_STORAGE = {
    "typedef": "TYPEDEF", "extern": "EXTERN", "static": "STATIC", "auto": "AUTO", "register": "REGISTER",
    "_Thread_local": "_THREAD_LOCAL", "__thread": "_THREAD_LOCAL", "thread_local": "_THREAD_LOCAL",
    "inline": "INLINE", "__inline": "INLINE", "__inline__": "INLINE", "__forceinline": "INLINE",
    "_Noreturn": "_NORETURN",
}  # fmt: skip
_SAID = {"_THREAD_LOCAL": "thread", "INLINE": "inline", "_NORETURN": "noreturn"}
_QUALIFIERS = {
    "const": "const", "__const": "const", "__const__": "const",
    "volatile": "volatile", "__volatile": "volatile", "__volatile__": "volatile",
    "restrict": "restrict", "__restrict": "restrict", "__restrict__": "restrict",
}  # fmt: skip
# Words without a meaning for the model: extension marks, calling conventions of Windows, nullability.
NOTHING = frozenset(
    {
        "__extension__", "__stdcall", "__cdecl", "__fastcall", "constexpr",
        "_Nonnull", "_Nullable", "_Null_unspecified", "__ptr64", "__ptr32",
    }
)  # fmt: skip
ATTRIBUTE = frozenset({"__attribute__", "__attribute", "__declspec"})
ALIGN = frozenset({"_Alignas", "alignas"})
ASM = frozenset({"asm", "__asm__", "__asm"})
ASSERT = frozenset({"_Static_assert", "static_assert"})
UNQUALIFIED = frozenset({"typeof_unqual", "__typeof_unqual__", "__typeof_unqual"})
TYPEOF = frozenset({"typeof", "__typeof__", "__typeof", "__auto_type"}) | UNQUALIFIED
# Named address spaces of x86 (GNU): qualifiers.
ADDRESS_SPACES = frozenset({"__seg_fs", "__seg_gs"})
SIZES = frozenset({"sizeof", "_Alignof", "alignof", "__alignof__", "__alignof"})
QUALIFIERS = frozenset(_QUALIFIERS) | {"_Atomic"} | ADDRESS_SPACES
_PUNCTUATORS = {
    "*": ("TIMES", At.STAR), "^": ("TIMES", At.STAR), "(": ("LPAREN", At.OPEN), ")": ("RPAREN", At.SHUT),
    ",": ("COMMA", At.COMMA), ";": ("SEMI", At.END), "[": ("LBRACKET", At.BRACKET), "]": ("RBRACKET", At.PLAIN),
    "{": ("LBRACE", At.BRACE), "}": ("RBRACE", At.UNBRACE), ":": ("COLON", At.COLON), "=": ("EQUALS", At.EQUALS),
    "...": ("ELLIPSIS", At.PLAIN),
}  # fmt: skip


def _words() -> dict[str, Word]:
    words: dict[str, Word] = {word: ("INT", word, At.BASIC) for word in BASIC_WORDS}
    for text, kind in _STORAGE.items():
        words[text] = (kind, _SAID.get(kind, text), At.PLAIN)
    for text, meaning in _QUALIFIERS.items():
        words[text] = (meaning.upper(), meaning, At.PLAIN)
    for text, (kind, at) in _PUNCTUATORS.items():
        words[text] = (kind, text, at)
    for some, at in (
        (NOTHING, At.NOTHING), (ATTRIBUTE, At.ATTRIBUTE), (ALIGN, At.ALIGN), (ASM, At.ASM), (ASSERT, At.ASSERT),
        (TYPEOF, At.TYPEOF),
    ):  # fmt: skip
        words.update((word, ("", word, at)) for word in some)
    words["_Atomic"] = ("CONST", "_Atomic", At.ATOMIC)
    words["struct"] = ("STRUCT", "struct", At.RECORD)
    words["union"] = ("UNION", "union", At.RECORD)
    words["enum"] = ("ENUM", "enum", At.ENUM)
    words["_BitInt"] = ("", "_BitInt", At.TYPEOF)
    for space in ADDRESS_SPACES:
        words[space] = ("CONST", space, At.PLAIN)
    return words


WORDS = _words()
TYPE_WORDS = (
    BASIC_WORDS | {"struct", "union", "enum", "_BitInt"} | QUALIFIERS | NOTHING - {"constexpr"} | TYPEOF | ATTRIBUTE
) - {"__stdcall", "__cdecl", "__fastcall"}
