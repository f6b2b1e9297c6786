"""Names of the library that a C program declares itself: fallbacks, types, and what stands in blocks."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

NAME, CONSTANT, TYPE = "virDomainSetLaunchSecurityState", "VIR_DOMAIN_UNDEFINE_TPM", "virTypedParameterPtr"
USE = f"void f(virDomainPtr d) {{ {NAME}(d, 0, 0, 0); }}\n"
VALUE = f"int a = {CONSTANT};\n"
OTHER = "void g(virDomainPtr d) { virDomainCreate(d); }\n"
STUB = f"int {NAME}(void *a, void *b, int c, int d) {{ return -1; }}\n"
OLD = "#if !LIBVIR_CHECK_VERSION(8, 0, 0)\n"

SERVED = {
    "a function": STUB + USE,
    "a function below": USE + STUB,
    "a static function": f"static {STUB}{USE}",
    "a macro": f"#define {NAME}(a, b, c, d) 0\n{USE}",
    "a macro instead of an enumerator": f"#ifndef {CONSTANT}\n#define {CONSTANT} 64\n#endif\n{VALUE}",
    "an enumerator": f"enum {{ {CONSTANT} = 64 }};\n{VALUE}",
    "a typedef": f"typedef struct own *{TYPE};\n{TYPE} p;\n",
    "a typedef of a pointer to a function": f"typedef int (*{TYPE})(int);\n{TYPE} p;\n",
    "a variable": f"static int {NAME};\nint b(void) {{ return {NAME}; }}\n",
    "both branches": f"#ifdef X\n#define {NAME}(a, b, c, d) 0\n#else\n#define {NAME}(a, b, c, d) 1\n#endif\n{USE}",
    "a parameter": f"int h(int {NAME}) {{ return {NAME} + 1; }}\n",
    "a parameter that is a pointer": f"int h(int (*{NAME})(int)) {{ return {NAME}(1); }}\n",
    "a parameter of a prototype": f"int h(int {NAME});\n",
    "a parameter in the old style": f"int h({NAME}) int {NAME}; {{ return {NAME}; }}\n",
    "a local": f"int h(void) {{ int {NAME} = 1; return {NAME}; }}\n",
    "a local of several": f"int h(void) {{ int a, *{NAME}, b[2]; return *{NAME}; }}\n",
    "a local in for": f"int h(void) {{ for (int {NAME} = 0; {NAME} < 3; {NAME}++) g({NAME}); return 0; }}\n",
    "a local of an inner block": f"int h(void) {{ {{ int {NAME} = 1; h({NAME}); }} return 0; }}\n",
    "members": f"struct s {{ int (*{NAME})(int); int {CONSTANT}; }} s = {{ .{CONSTANT} = 1 }};\n"
    f"int h(struct s *p) {{ return p->{NAME}(p->{CONSTANT}); }}\n",
}
NEEDED = {
    "a macro below": f"{USE}#define {NAME}(a, b, c, d) 0\n",
    "an enumerator below": f"{VALUE}enum {{ {CONSTANT} = 64 }};\n",
    "a typedef below": f"{TYPE} p;\ntypedef struct own *{TYPE};\n",
    "behind something else": f"#ifdef X\n{STUB}#endif\n{USE}",
    "a macro behind something else": f"#if X\n#define {CONSTANT} 64\n#endif\n{VALUE}",
    "in what no compiler reads": f"#if 0\n{STUB}#endif\n{USE}",
    "for newer releases": f"#if LIBVIR_CHECK_VERSION(8, 0, 0)\n{STUB}#endif\n{USE}",
    "behind a local's block": f"int h(void) {{ {{ int {NAME} = 1; h({NAME}); }} return {NAME}; }}\n",
    "before a local": f"int h(void) {{ int a = {NAME}; int {NAME} = 1; return {NAME}; }}\n",
    "in another function": f"int h(int {NAME}) {{ return {NAME}; }}\n{USE}",
    "a prototype of a local": f"int h(void) {{ int {NAME}(void); return {NAME}(); }}\n",
    "an extern local": f"int h(void) {{ extern int {NAME}; return {NAME}; }}\n",
    "a label of assembler": f'int own(void *) __asm__("{NAME}");\n',
    "a label with other attributes": f'extern int own(void *) asm ("{NAME}") __attribute__((pure));\n',
}
OPTIONAL = {
    "a function for older releases": f"{OLD}{STUB}#endif\n{USE}",
    "a macro for older releases": f"{OLD}#define {NAME}(a, b, c, d) 0\n#endif\n{USE}",
    "an enumerator for older releases": f"{OLD}enum {{ {NAME} = 64 }};\n#endif\nint a = {NAME};\n",
    "in else": f"#if LIBVIR_CHECK_VERSION(8, 0, 0)\n#else\n{STUB}#endif\n{USE}",
    "what configure found": f"#ifndef HAVE_{NAME.upper()}\n{STUB}#endif\n{USE}",
    "a value of configure": f"#if !HAVE_DECL_{NAME.upper()}\n{STUB}#endif\n{USE}",
    "two for older releases": f"{OLD}#ifdef X\n{STUB}#else\n{STUB}#endif\n#endif\n{USE}",
}


@pytest.mark.parametrize("name", SERVED)
def test_what_an_application_has_itself(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": SERVED[name] + OTHER})
    assert told(found, "sets-floor") == ["virDomainCreate"]
    assert {NAME, CONSTANT, TYPE}.isdisjoint(each.subject for each in found.findings)


@pytest.mark.parametrize("name", NEEDED)
def test_what_only_looks_like_its_own(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": NEEDED[name] + OTHER})
    assert len(told(found, "sets-floor")) == 1
    assert told(found, "sets-floor")[0] in (NAME, CONSTANT, TYPE)


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_fallback_for_older_releases(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": OPTIONAL[name] + OTHER})
    assert told(found, "optional-feature") == [NAME]
    assert told(found, "weak-check") == []
    if "static" not in name:
        text, use = OPTIONAL[name].rpartition("#endif\n")[::2]
        found = asked(
            libvirt, {"a.h": f"#ifndef A\n#define A\n{text}#endif\n#endif\n", "a.c": f'#include "a.h"\n{use}{OTHER}'}
        )
        assert told(found, "optional-feature") == [NAME]


def test_a_fallback_that_ends_too_early(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"a.c": f"#if !LIBVIR_CHECK_VERSION(7, 0, 0)\n{STUB}#endif\n{USE}"})
    assert told(found, "weak-check") == [NAME]


def test_an_own_macro_for_a_constant(libvirt: Catalogue) -> None:
    constant = "VIR_DOMAIN_LAUNCH_SECURITY_SEV_SNP_POLICY"
    found = asked(
        libvirt, {"a.c": f'#ifndef {constant}\n#define {constant} "x"\n#endif\nchar *s = {constant};\n{OTHER}'}
    )
    assert told(found, "sets-floor") == ["virDomainCreate"]
    found = asked(libvirt, {"a.c": f"#ifdef {constant}\nchar *s = {constant};\n#endif\n{OTHER}"})
    assert told(found, "optional-feature") == [constant]


def test_many_definitions_take_no_end(libvirt: Catalogue) -> None:
    text = f"#ifdef X\n#define {CONSTANT} 1\n#endif\n{VALUE}" * 3000
    found = asked(libvirt, {"a.c": text + OTHER})
    assert told(found, "sets-floor") == [CONSTANT]
