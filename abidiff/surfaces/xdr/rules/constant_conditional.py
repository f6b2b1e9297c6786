"""constant of C headers has other values under some conditions, or in another header."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ConstantConditional
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ConstantConditional) -> Iterator[Finding]:
    message = f"{change.before} became {change.after}; which of these counts is up to conditions, or to the header"
    yield report(RULE, change, message, breaks="")


RULE = Rule(
    id="xdr/constant-conditional",
    summary="constant of C headers has other values under some conditions, or in another header",
    why=(
        "A size or label of the protocol is a constant that C headers define several times. The "
        "protocols are compared with its first value, which is the same; another one is not what it was. Whoever is "
        "built with that one may send what the other side rejects. Look at the headers."
    ),
    clause="messages",
    severity=Severity.UNDECIDED,
    on=(ConstantConditional,),
    check=_check,
    examples=(
        Example(
            "a limit of one system",
            {
                "example.x": "struct demo_path { string path<DEMO_PATH_MAX>; };\n",
                "demo.h": "#ifdef __linux__\n#define DEMO_PATH_MAX 108\n#else\n#define DEMO_PATH_MAX 104\n#endif\n",
            },
            {
                "example.x": "struct demo_path { string path<DEMO_PATH_MAX>; };\n",
                "demo.h": "#ifdef __linux__\n#define DEMO_PATH_MAX 108\n#else\n#define DEMO_PATH_MAX 100\n#endif\n",
            },
            fires=("DEMO_PATH_MAX",),
        ),
        Example(
            "a limit that two headers define",
            {
                "example.x": "struct demo_path { string path<DEMO_PATH_MAX>; };\n",
                "demo.h": "#define DEMO_PATH_MAX 108\n",
                "other.h": "enum { DEMO_PATH_MAX = 108 };\n",
            },
            {
                "example.x": "struct demo_path { string path<DEMO_PATH_MAX>; };\n",
                "demo.h": "#define DEMO_PATH_MAX 108\n",
                "other.h": "enum { DEMO_PATH_MAX = 100 };\n",
            },
            fires=("DEMO_PATH_MAX",),
        ),
        Example(
            "the same values under more conditions",
            {
                "example.x": "struct demo_path { string path<DEMO_PATH_MAX>; };\n",
                "demo.h": "#ifdef __linux__\n#define DEMO_PATH_MAX 108\n#else\n#define DEMO_PATH_MAX 104\n#endif\n",
            },
            {
                "example.x": "struct demo_path { string path<DEMO_PATH_MAX>; };\n",
                "demo.h": "#ifdef __linux__\n#define DEMO_PATH_MAX 108\n"
                "#elif defined(__sun)\n#define DEMO_PATH_MAX 108\n#else\n#define DEMO_PATH_MAX 104\n#endif\n",
            },
        ),
    ),
)
