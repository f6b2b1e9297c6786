"""Sets of characters as sorted, disjoint, non-adjacent intervals of code points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import TypeAlias

from abidiff.surfaces.rng.values.nametables import LETTERS, OTHERS

CharSet: TypeAlias = tuple[tuple[int, int], ...]

XML_CHARS: CharSet = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
"""Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF] (XML 1.0)."""

SPACE: CharSet = ((0x9, 0xA), (0xD, 0xD), (0x20, 0x20))
"""White space (XML 1.0, production S)."""


def charset(intervals: Iterable[tuple[int, int]]) -> CharSet:
    """Normalise intervals: sorted, merged where they touch."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(intervals):
        if out and low <= out[-1][1] + 1:
            if high > out[-1][1]:
                out[-1] = (out[-1][0], high)
        else:
            out.append((low, high))
    return tuple(out)


def chars(text: str) -> CharSet:
    """Return the set of the characters of a text."""
    return charset((ord(c), ord(c)) for c in text)


def union(*sets: CharSet) -> CharSet:
    """Return what is in any of the sets."""
    return charset(interval for one in sets for interval in one)


def intersection(one: CharSet, other: CharSet) -> CharSet:
    """Return what is in both sets."""
    out, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            out.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def complement(one: CharSet) -> CharSet:
    """Return the characters of XML that are not in the set."""
    out, start = [], 0
    for low, high in one:
        if low > start:
            out.append((start, low - 1))
        start = high + 1
    if start <= 0x10FFFF:
        out.append((start, 0x10FFFF))
    return intersection(tuple(out), XML_CHARS)


def difference(one: CharSet, other: CharSet) -> CharSet:
    """Return what is in the first set and not in the second."""
    return intersection(one, complement(other))


# XML 1.0, productions 4 and 5 up to the fourth edition, as XML Schema's first edition has them.
NAME_START: CharSet = union(chars(":_"), ((0x41, 0x5A), (0x61, 0x7A)), LETTERS)
NAME_CHARS: CharSet = union(NAME_START, chars("-."), ((0x30, 0x39),), OTHERS)

# Unicode made this combining mark a format character after XML's tables had taken it in; names and categories have to
# speak of the same characters.
_AS_IN_NAMES = {0x6DD: "Me"}


@cache
def _categories() -> dict[str, CharSet]:
    found: dict[str, list[tuple[int, int]]] = {}
    for low, high in XML_CHARS:
        for kind, run in groupby(map(unicodedata.category, map(chr, range(low, high + 1)))):
            size = len(list(run))
            found.setdefault(kind, []).append((low, low + size - 1))
            low += size
    sets = {kind: charset(intervals) for kind, intervals in found.items()}
    for code, kind in _AS_IN_NAMES.items():
        one, wrong = ((code, code),), unicodedata.category(chr(code))
        sets[wrong] = difference(sets[wrong], one)
        sets[kind] = union(sets.get(kind, ()), one)
    return sets


_LETTERS = {
    "L": ("u", "l", "t", "m", "o"),
    "M": ("n", "c", "e"),
    "N": ("d", "l", "o"),
    "P": ("c", "d", "s", "e", "i", "f", "o"),
    "Z": ("s", "l", "p"),
    "S": ("m", "c", "k", "o"),
    "C": ("c", "f", "o", "n"),
}


@cache
def category(name: str) -> CharSet | None:
    r"""Return the characters of a Unicode general category (``\p{Nd}``), None when there is none such."""
    if len(name) == 1 and name in _LETTERS:
        return union(*(_categories().get(name + kind, ()) for kind in _LETTERS[name]))
    if len(name) == 2 and name[1] in _LETTERS.get(name[0], ()):
        return _categories().get(name, ())
    return None


def block(name: str) -> CharSet | None:
    r"""Return the characters of a Unicode block (``\p{IsGreek}``), None when there is none such."""
    found = _BLOCKS.get(name)
    return intersection(found, XML_CHARS) if found else None


def _blocks(text: str) -> dict[str, CharSet]:
    out: dict[str, CharSet] = {}
    for line in text.split():
        low, high, name = line.split(",")
        out[name] = union(out.get(name, ()), ((int(low, 16), int(high, 16)),))
    return out


# XML Schema part 2, appendix F.1.1 (Unicode 3.1), with the later names of the same blocks.
_BLOCKS = _blocks(
    """
0000,007F,BasicLatin 0080,00FF,Latin-1Supplement 0100,017F,LatinExtended-A 0180,024F,LatinExtended-B
0250,02AF,IPAExtensions 02B0,02FF,SpacingModifierLetters 0300,036F,CombiningDiacriticalMarks 0370,03FF,Greek
0370,03FF,GreekandCoptic 0400,04FF,Cyrillic 0530,058F,Armenian 0590,05FF,Hebrew 0600,06FF,Arabic
0700,074F,Syriac 0780,07BF,Thaana 0900,097F,Devanagari 0980,09FF,Bengali 0A00,0A7F,Gurmukhi 0A80,0AFF,Gujarati
0B00,0B7F,Oriya 0B80,0BFF,Tamil 0C00,0C7F,Telugu 0C80,0CFF,Kannada 0D00,0D7F,Malayalam 0D80,0DFF,Sinhala
0E00,0E7F,Thai 0E80,0EFF,Lao 0F00,0FFF,Tibetan 1000,109F,Myanmar 10A0,10FF,Georgian 1100,11FF,HangulJamo
1200,137F,Ethiopic 13A0,13FF,Cherokee 1400,167F,UnifiedCanadianAboriginalSyllabics 1680,169F,Ogham
16A0,16FF,Runic 1780,17FF,Khmer 1800,18AF,Mongolian 1E00,1EFF,LatinExtendedAdditional 1F00,1FFF,GreekExtended
2000,206F,GeneralPunctuation 2070,209F,SuperscriptsandSubscripts 20A0,20CF,CurrencySymbols
20D0,20FF,CombiningMarksforSymbols 20D0,20FF,CombiningDiacriticalMarksforSymbols 2100,214F,LetterlikeSymbols
2150,218F,NumberForms 2190,21FF,Arrows 2200,22FF,MathematicalOperators 2300,23FF,MiscellaneousTechnical
2400,243F,ControlPictures 2440,245F,OpticalCharacterRecognition 2460,24FF,EnclosedAlphanumerics
2500,257F,BoxDrawing 2580,259F,BlockElements 25A0,25FF,GeometricShapes 2600,26FF,MiscellaneousSymbols
2700,27BF,Dingbats 2800,28FF,BraillePatterns 2E80,2EFF,CJKRadicalsSupplement 2F00,2FDF,KangxiRadicals
2FF0,2FFF,IdeographicDescriptionCharacters 3000,303F,CJKSymbolsandPunctuation 3040,309F,Hiragana
30A0,30FF,Katakana 3100,312F,Bopomofo 3130,318F,HangulCompatibilityJamo 3190,319F,Kanbun
31A0,31BF,BopomofoExtended 3200,32FF,EnclosedCJKLettersandMonths 3300,33FF,CJKCompatibility
3400,4DB5,CJKUnifiedIdeographsExtensionA 4E00,9FFF,CJKUnifiedIdeographs A000,A48F,YiSyllables
A490,A4CF,YiRadicals AC00,D7A3,HangulSyllables E000,F8FF,PrivateUse F0000,FFFFD,PrivateUse
100000,10FFFD,PrivateUse F900,FAFF,CJKCompatibilityIdeographs FB00,FB4F,AlphabeticPresentationForms
FB50,FDFF,ArabicPresentationForms-A FE20,FE2F,CombiningHalfMarks FE30,FE4F,CJKCompatibilityForms
FE50,FE6F,SmallFormVariants FE70,FEFE,ArabicPresentationForms-B FEFF,FEFF,Specials FFF0,FFFD,Specials
FF00,FFEF,HalfwidthandFullwidthForms 10300,1032F,OldItalic 10330,1034F,Gothic 10400,1044F,Deseret
1D000,1D0FF,ByzantineMusicalSymbols 1D100,1D1FF,MusicalSymbols 1D400,1D7FF,MathematicalAlphanumericSymbols
20000,2A6D6,CJKUnifiedIdeographsExtensionB 2F800,2FA1F,CJKCompatibilityIdeographsSupplement E0000,E007F,Tags
"""
)
