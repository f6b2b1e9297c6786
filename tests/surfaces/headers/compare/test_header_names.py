"""One header may have several names: the include paths of pkg-config files."""

from tests.surfaces.headers.helpers import findings

PC = "includedir=/usr/include\nName: x\nVersion: 1\nCflags: -I${includedir}"
OPTIONS = {"include_dirs": ("usr/include",)}
HEADERS = {
    "usr/include/ship/a.h": "#include <ship/b.h>\nint f(void);\n",
    "usr/include/ship/b.h": "int g(void);\n",
    "usr/include/ship/c.h": "int h(void);\n",
}


def side(folder: str | None, headers: dict[str, str] = HEADERS) -> dict[str, str]:
    return headers if folder is None else {**headers, "usr/lib/pkgconfig/x.pc": PC + folder + "\n"}


def said(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str]]:
    return [(f.severity.value, f.message) for f in findings(old, new, **OPTIONS) if f.severity.value != "extension"]


def test_a_folder_that_pkg_config_names_now_takes_no_name_away() -> None:
    assert said(side(None), side("/ship")) == []
    assert said(side(""), side("/ship")) == []


def test_a_folder_that_pkg_config_names_no_more_is_a_warning_where_the_headers_have_the_longer_name() -> None:
    found = said(side("/ship"), side(""))
    assert [severity for severity, _ in found] == ["warning"] * 3
    assert "header <ship/c.h> can no longer be included as <c.h>" in [message for _, message in found]


def test_it_is_a_break_where_programs_know_no_other_name() -> None:
    plain = {path: text.replace("<ship/b.h>", '"b.h"') for path, text in HEADERS.items()}
    found = said(side("/ship", plain), side("", plain))
    told = "header <a.h> is no longer found: no include path leads to it, it is there as <ship/a.h>"
    assert ("breaking", told) in found


def test_a_declaration_is_found_again_under_the_other_name() -> None:
    gone = {**HEADERS, "usr/include/ship/c.h": "int other(void);\n"}
    assert said(side(None), side("/ship", gone)) == [("breaking", "function h was removed: int h(void)")]
