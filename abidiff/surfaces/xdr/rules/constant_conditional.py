"""constant of a C header has other values under some conditions."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.xdr.change import ConstantConditional
from abidiff.surfaces.xdr.rules._common import report


def _check(change: ConstantConditional) -> Iterator[Finding]:
    message = f"{change.before} became {change.after}; which of these counts is up to conditions of the header"
    yield report(RULE, change, message, breaks="")


RULE = Rule(
    id="xdr/constant-conditional",
    summary="constant of a C header has other values under some conditions",
    why=(
        "A size or label of the protocol is a constant that a C header defines several times, under conditions. The "
        "protocols are compared with its first value, which is the same; another one is not what it was. Whoever is "
        "built under that condition may send what the other side rejects. Look at the header."
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
