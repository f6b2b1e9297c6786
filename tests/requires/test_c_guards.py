"""Uses in C programs that no compiler sees, and those that a linker may leave open."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

NAME = "virDomainSetLaunchSecurityState"
USE = f"void f(virDomainPtr d) {{ {NAME}(d, 0, 0, 0); }}\n"
OTHER = "void g(virDomainPtr d) { virDomainCreate(d); }\n"


SKIPPED = {
    "0": f"#if 0\n{USE}#endif\n",
    "0 in parentheses": f"#if (0) /* later */\n{USE}#endif\n",
    "0 with a suffix": f"#if 0UL\n{USE}#endif\n",
    "inside of it": f"#if 0\n#ifdef X\n#else\n{USE}#endif\n#endif\n",
    "after an inner group": f"#if 0\n#ifdef X\n#endif\n{USE}#endif\n",
    "else of 1": f"#if 1\n#else\n{USE}#endif\n",
    "elif after 1": f"#if 1\n#elif X\n{USE}#endif\n",
    "elif 0": f"#ifdef X\n#elif 0\n{USE}#endif\n",
    "else after elif 1": f"#ifdef X\n#elif 1\n#else\n{USE}#endif\n",
    "a macro's body": f"#if 0\n#define SECURE(d) {NAME}(d, 0, 0, 0)\n#endif\nvoid f(virDomainPtr d) {{ SECURE(d); }}\n",
}
COMPILED = {
    "else of 0": f"#if 0\n#else\n{USE}#endif\n",
    "elif after 0": f"#if 0\n#elif X\n{USE}#endif\n",
    "else after 0 and elif": f"#if 0\n#elif X\n#else\n{USE}#endif\n",
    "1": f"#if 1\n{USE}#endif\n",
    "behind it": f"#if 0\n#endif\n{USE}",
    "a name": f"#if NOTHING\n{USE}#endif\n",
    "more than a number": f"#if 0 || X\n{USE}#endif\n",
    "ifdef": f"#ifdef X\n#if 0\n#endif\n{USE}#endif\n",
    "its own definition in it": f"#if 0\nint {NAME}(int a) {{ return a; }}\n#endif\n{USE}",
    "a macro that is not defined": f"#if 0\n#define {NAME}(a, b, c, d)\n#endif\n{USE}",
    "a commented 0": f"/*\n#if 0\n*/\n{USE}",
}


@pytest.mark.parametrize("name", SKIPPED)
def test_what_no_compiler_reads_is_no_use(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": SKIPPED[name] + OTHER})
    assert NAME not in {finding.subject for finding in found.findings}
    assert not found.problems


@pytest.mark.parametrize("name", COMPILED)
def test_what_a_compiler_may_read_is_one(libvirt: Catalogue, name: str) -> None:
    assert told(asked(libvirt, {"a.c": COMPILED[name] + OTHER}), "sets-floor") == [NAME]


def test_checks_that_no_compiler_reads_say_nothing(libvirt: Catalogue) -> None:
    check = "#if LIBVIR_CHECK_VERSION(1, 0, 0)\n#endif\n"
    assert len(told(asked(libvirt, {"a.c": check + USE}), "dead-check")) == 1
    assert told(asked(libvirt, {"a.c": f"#if 0\n{check}#endif\n{USE}"}), "dead-check") == []


def test_a_macro_that_is_defined_in_skipped_lines_only(libvirt: Catalogue) -> None:
    check = "#if LIBVIR_CHECK_VERSION(8, 0, 0)\n#define SEV\n#endif\n"
    text = f"{check}#if 0\n#undef SEV\n#define SEV\n#endif\n#ifdef SEV\n{USE}#endif\n"
    assert told(asked(libvirt, {"a.c": text}), "optional-feature") == [NAME]


WEAK = f"#pragma weak {NAME}\n"
OPTIONAL = {
    "above": WEAK + USE,
    "with blanks and a comment": f" #  pragma  weak {NAME} /* since 8.0.0 */\n{USE}",
    "in a header that is read once": f"#ifndef A_H\n#define A_H\n{WEAK}{USE}#endif\n",
    "before the guard of a header": f"#ifndef A_H\n#pragma once\n#define A_H\n{WEAK}{USE}#endif\n",
    "a macro's body": f"{WEAK}#define SECURE(d) {NAME}(d, 0, 0, 0)\nvoid f(virDomainPtr d) {{ SECURE(d); }}\n",
    "an attribute": f"int {NAME}(virDomainPtr d, void *p, int n, int f) __attribute__((weak));\n{USE}",
    "an attribute in front": f"__attribute__ ((__weak__)) int {NAME}(virDomainPtr d, void *p, int n, int f);\n{USE}",
    "an attribute of C23": f"[[gnu::weak]] int {NAME}(virDomainPtr d, void *p, int n, int f);\n{USE}",
    "an attribute of its own type": f"extern __typeof__({NAME}) {NAME} __attribute__((weak));\n{USE}",
    "the operator": f'_Pragma("weak {NAME}")\n{USE}',
    "the operator, spread": f'_Pragma ({" " * 300}"weak {NAME}")\n{USE}',
}
NEEDED = {
    "below": USE + WEAK,
    "another name": "#pragma weak virDomainCreate\n" + USE,
    "an alias": f"#pragma weak {NAME} = other\n{USE}",
    "behind a condition": f"#ifdef X\n{WEAK}#endif\n{USE}",
    "in what no compiler reads": f"#if 0\n{WEAK}#endif\n{USE}",
    "in a comment": f"/* {WEAK} */\n{USE}",
    "an attribute behind a condition": f"#ifdef X\nint {NAME}(int) __attribute__((weak));\n#endif\n{USE}",
    "another attribute": f"int {NAME}(int) __attribute__((pure));\n{USE}",
    "an attribute of something else": f"int other(int (*{NAME})(int)) __attribute__((weak));\n{USE}",
    "an attribute of one of several": f"int {NAME}(int), x __attribute__((weak));\n{USE}",
    "an attribute in a comment": f"int {NAME}(int) /* __attribute__((weak)) */;\n{USE}",
    "an operator that is a string": f'char *s = "_Pragma(weak {NAME})";\n{USE}',
    "another pragma": f"#pragma weaken {NAME}\n{USE}",
}


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_weak_function_is_optional(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": OPTIONAL[name] + OTHER})
    assert told(found, "optional-feature") == [NAME]
    assert NAME not in told(found, "sets-floor")
    assert told(found, "weak-check") == told(found, "dead-check") == []


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_not_weak_is_needed(libvirt: Catalogue, name: str) -> None:
    assert told(asked(libvirt, {"a.c": NEEDED[name] + OTHER}), "sets-floor") == [NAME]


def test_weak_is_a_matter_of_one_file_and_of_functions(libvirt: Catalogue) -> None:
    assert told(asked(libvirt, {"a.c": WEAK, "b.c": USE}), "sets-floor") == [NAME]
    constant = "VIR_DOMAIN_UNDEFINE_TPM"
    found = asked(libvirt, {"a.c": f"#pragma weak {constant}\nint a = {constant};\n"})
    assert told(found, "sets-floor") == [constant]


def test_weak_counts_for_nothing_where_groups_do_not_pair(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"a.c": f"{WEAK}{USE}#endif\n{OTHER}"})
    assert told(found, "sets-floor") == [NAME]
    assert len(found.problems) == 1


PASTED = {
    "the end": "#define CALL(x) virDomain ## x\nvoid f(void *d) { CALL(GraphicsReload)(d, 0, 0); }\n",
    "the beginning": "#define CALL(a, x) do { a##GraphicsReload(x, 0, 0); } while (0)\n"
    "void f(void *d) { CALL(virDomain, (g(d, 1))); }\n",
    "the middle": "#define CALL(x) vir##x \\\n ## Reload\nvoid f(void *d) { CALL(DomainGraphics)(d, 0, 0); }\n",
    "no parameters": "#define CALL virDomain##GraphicsReload\nvoid f(void *d) { CALL(d, 0, 0); }\n",
    "a line that goes on": "void f(void *d) { virDomainGraphics\\\nReload(d, 0, 0); }\n",
}
NOT_PASTED = {
    "a comment": "#define CALL(x) virDomain##x\n/* CALL(GraphicsReload) */\n",
    "a string": '#define CALL(x) virDomain##x\nchar *f = "CALL(GraphicsReload)";\n',
    "another name": "#define CALL(x) virDomain##x\nvoid f(void) { CALL(Graphics)(); }\n",
    "no call": "#define CALL(x) virDomain##x\nchar *GraphicsReload;\n",
    "in #if 0": "#define CALL(x) virDomain##x\n#if 0\nvoid f(void) { CALL(GraphicsReload)(); }\n#endif\n",
}
PASTE = "virDomainGraphicsReload"


@pytest.mark.parametrize("name", PASTED)
def test_names_that_are_put_together(libvirt: Catalogue, name: str) -> None:
    assert told(asked(libvirt, {"a.c": PASTED[name] + OTHER}), "sets-floor") == [PASTE]
    guarded = f"#if LIBVIR_CHECK_VERSION(11, 0, 0)\n{PASTED[name]}#endif\n{OTHER}"
    assert told(asked(libvirt, {"a.c": guarded}), "optional-feature") == [PASTE]


def test_arguments_that_are_cut_keep_the_answer_open(libvirt: Catalogue) -> None:
    long = "0 + " * 600
    first = f"#define CALL(x, y) virDomain##x\nvoid f(void *d) {{ CALL(GraphicsReload, {long}0)(d, 0, 0); }}\n"
    found = asked(libvirt, {"a.c": first + OTHER})
    assert told(found, "sets-floor") == [PASTE]
    assert not found.problems, "what is put together stands before the cut"
    last = f"#define CALL(y, x) virDomain##x\nvoid f(void *d) {{ CALL({long}0, GraphicsReload)(d, 0, 0); }}\n"
    found = asked(libvirt, {"a.c": last + OTHER})
    assert found.exit_code == 3
    assert ["limit call-bytes" in problem.message for problem in found.problems] == [True]


def test_a_macro_of_another_file_puts_names_together(libvirt: Catalogue) -> None:
    header, _, rest = PASTED["the end"].partition("\n")
    files = {"a.h": f"{header}\n", "a.c": rest, "b.c": OTHER}
    assert told(asked(libvirt, files), "sets-floor") == [PASTE]


@pytest.mark.parametrize("name", NOT_PASTED)
def test_what_is_not_put_together(libvirt: Catalogue, name: str) -> None:
    assert PASTE not in told(asked(libvirt, {"a.c": NOT_PASTED[name] + OTHER}), "sets-floor")
