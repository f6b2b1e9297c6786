"""Functions no longer have C linkage in C++ programs."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import LanguageLinkageDropped
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import SOURCE, finding
from abidiff.wording import listed

MOST = 8


def _check(change: LanguageLinkageDropped) -> Iterable[Finding]:
    names = listed([old.name for old, _ in change.functions], MOST)
    message = (
        f'<{change.subject}> declares {names} without extern "C" for C++ programs'
        if change.language
        else f"<{change.subject}> no longer declares {names} for C++ programs"
    )
    yield finding(
        RULE,
        change,
        message,
        breaks="C++ programs that are compiled anew look for another symbol and do not link"
        if change.language
        else "C++ programs that use them no longer compile",
        old=change.functions[0][0].mark.location,
        new=change.functions[0][1].mark.location,
        witness=attributes.language(change),
        key=names[0],
    )


_GUARDED = '#ifdef __cplusplus\nextern "C" {\n#endif\nint shipMoor(int);\n%s#ifdef __cplusplus\n}\n#endif\n%s'
_SAIL = "int shipSail(int);\n"

RULE = Rule(
    id="headers/language-linkage-dropped",
    summary='functions lost their extern "C" for C++ programs',
    why=(
        'A C++ program that includes a header finds a function of C only where its declaration stands in extern "C". '
        "Without it the compiler gives the name the symbol of a C++ function, which the library does not have. Symbols "
        "of variables have no language, and an asm label says which symbol is meant."
    ),
    clause="names",
    severity=Severity.BREAKING,
    on=(LanguageLinkageDropped,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example("the guard goes", _GUARDED % (_SAIL, ""), "int shipMoor(int);\n" + _SAIL, fires=("example.h",)),
        Example("one function is left outside", _GUARDED % (_SAIL, ""), _GUARDED % ("", _SAIL), fires=("example.h",)),
        Example(
            "a macro that opens nothing any more",
            '#ifdef __cplusplus\n#define SHIP_BEGIN extern "C" {\n#define SHIP_END }\n#else\n#define SHIP_BEGIN\n'
            "#define SHIP_END\n#endif\nSHIP_BEGIN\nint shipMoor(int);\nSHIP_END\n",
            "#define SHIP_BEGIN\n#define SHIP_END\nSHIP_BEGIN\nint shipMoor(int);\nSHIP_END\n",
            fires=("example.h",),
        ),
        Example(
            "hidden from C++",
            _GUARDED % (_SAIL, ""),
            _GUARDED % ("#ifndef __cplusplus\n" + _SAIL + "#endif\n", ""),
            fires=("example.h",),
        ),
        Example("the guard comes", "int shipMoor(int);\n" + _SAIL, _GUARDED % (_SAIL, "")),
        Example(
            "word by word",
            _GUARDED % (_SAIL, ""),
            '#ifdef __cplusplus\n#define SHIP_API extern "C"\n#else\n#define SHIP_API extern\n#endif\n'
            "SHIP_API int shipMoor(int);\nSHIP_API int shipSail(int);\n",
        ),
        Example("declared again", _GUARDED % (_SAIL, ""), _GUARDED % (_SAIL, _SAIL)),
    ),
)
