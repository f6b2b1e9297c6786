"""Where programs find headers: pkg-config files, multi-arch folders, other packages; and what is no header of C."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType

import pytest

from abidiff import profile
from abidiff.release import Release
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.model import Builtin, Headers
from abidiff.surfaces.headers.read.language import is_cplusplus
from abidiff.surfaces.headers.read.lexer import SourceFile
from abidiff.surfaces.headers.read.packages import folders_of
from abidiff.surfaces.headers.read.worlds import world


def read(**files: str) -> Headers:
    """Parse the headers of a package under the generic profile; ``__`` in a name is ``/``."""
    texts = {name.replace("__", "/").replace("_h", ".h").replace("_pc", ".pc"): text for name, text in files.items()}
    release = Release(
        "ship-1.0", "1.0", MappingProxyType({path: text.encode() for path, text in sorted(texts.items())})
    )
    return parse(release, profile.project_of(profile.load("generic"), release), {})


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("prefix=/usr\nincludedir=${prefix}/include\nCflags: -I${includedir}/ship-2\n", ["usr/include/ship-2"]),
        ("prefix=@prefix@\nincludedir=@includedir@\nCflags: -I${includedir}/ship\n", ["usr/include/ship"]),
        ('Cflags: -I"${pcfiledir}/../ship/include" -DX -I /opt/x\n', ["usr/lib/ship/include", "opt/x"]),
        ("a=${a}${a}\nCflags: -I${a}\n", []),
        ("Libs: -I/usr/include/no\n", []),
    ],
)
def test_pkg_config_names_folders(text: str, folders: list[str]) -> None:
    assert folders_of(text, "usr/lib/pkgconfig") == folders


def test_a_folder_is_on_the_path_when_pkg_config_names_it() -> None:
    files = {"usr__include__ship__a_h": "#include <stdint.h>\nint32_t f(void);\n"}
    files["usr__include__ship__stdint_h"] = "typedef char int32_t;\n"
    plain = read(**files).libraries[0]
    assert any("system" in t.mark.location.path for t in plain.typedefs.values() if not t.own)
    named = read(**files, usr__lib__pkgconfig__ship_pc="Cflags: -I/usr/include/ship\n").libraries[0]
    assert {h.include for h in named.headers} == {"a.h", "stdint.h"}


def test_only_one_machine_is_read() -> None:
    files = {"usr__include__a_h": "#include <m.h>\nint f(machine);\n"}
    for triplet, kind in (("sparc64-linux-gnu", "long"), ("x86_64-linux-gnu", "int"), ("aarch64-linux-gnu", "char")):
        files[f"usr__include__{triplet}__m_h"] = f"typedef {kind} machine;\n"
    found = read(**files)
    assert not found.problems
    (library,) = found.libraries
    assert library.targets == ("x86_64",)
    assert [h.path for h in library.headers] == ["usr/include/a.h", "usr/include/x86_64-linux-gnu/m.h"]


def test_a_header_that_is_missing_is_said_once() -> None:
    found = read(usr__include__a_h="#include <gone.h>\n", usr__include__b_h="#include <gone.h>\nint b(void);\n")
    assert [p.message for p in found.problems] == ["header 'gone.h' not found"]


def test_what_can_not_come_first_comes_behind_what_includes_it() -> None:
    found = read(
        usr__include__a_h="#include <p/part.h>\n",
        usr__include__p__part_h="#ifndef PART\n#define PART\ntypedef u_int part;\n#endif\n",
        usr__include__z_h="#include <sys/types.h>\n#include <p/part.h>\nint z(part);\n",
    )
    assert not found.problems


@pytest.mark.parametrize(
    ("text", "cplusplus"),
    [
        ("namespace ship {\nint f();\n}\n", True),
        ("#ifdef __cplusplus\nnamespace ship {\n}\n#endif\nint f(void);\n", False),
        ("#ifndef __cplusplus\n#error C++ only\n#endif\ntemplate <class T> struct a {};\n", True),
        ("#include <vector>\n", True),
        ("#ifdef __cplusplus\n#include <cstdint>\n#else\n#include <stdint.h>\n#endif\n", False),
        ("#if defined(__cplusplus)\nclass a;\n#endif\nstruct class_ { int template; };\n", False),
        ("class a : public b {\n};\n", True),
        ("int using(int class);\n", False),
        ("#include <glib-object.h>\ntypedef struct { int klass; } a;\n", False),
    ],
)
def test_headers_of_cplusplus_are_known(text: str, cplusplus: bool) -> None:
    assert is_cplusplus(SourceFile("a.h", text, 1)) == cplusplus


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("__cplusplus", "language"),
        ("_MSC_VER", "compiler"),
        ("_WIN32", "machine"),
        ("__SIZEOF_POINTER__", "machine"),
        ("__x86_64__", "machine"),
        ("_GNU_SOURCE", ""),
        ("SHIP_STATIC", ""),
        ("NDEBUG", ""),
        ("_FILE_OFFSET_BITS", ""),
        ("WITH_WINDOWS", ""),
    ],
)
def test_macros_that_no_program_defines(name: str, what: str) -> None:
    assert world(name) == what


STANDARD = "time_h", "string_h", "stdint_h", "sys__types_h"


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize(("folder", "paths"), [("include", ("include",)), ("usr__include__ship", ("usr/include/ship",)),
                                               ("usr__include__ship", ("usr/include",))])  # fmt: skip
def test_a_header_named_like_one_of_the_system_is_found_as_gcc_finds_it(
    name: str, quoted: bool, folder: str, paths: tuple[str, ...], tmp_path: Path
) -> None:
    written = name.replace("__", "/").replace("_h", ".h")
    include = f'#include "{written}"' if quoted else f"#include <{written}>"
    files = {f"{folder}__{name}": "#define OWN 1\n"}
    files[f"{folder}__ship_h"] = f"{include}\n#ifdef OWN\nint own(void);\n#else\nint other(void);\n#endif\n"
    if paths != ("include",):
        files["usr__lib__pkgconfig__ship_pc"] = f"Cflags: -I/{paths[0]}\n"
    (library,) = read(**files).libraries
    for path, text in files.items():
        place = tmp_path / path.replace("__", "/").replace("_h", ".h")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    command = [
        "gcc",
        "-E",
        "-P",
        *(f"-I{tmp_path / path}" for path in paths),
        tmp_path / folder.replace("__", "/") / "ship.h",
    ]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert set(library.functions) == ({"own"} if "own(void)" in seen else {"other"})


@pytest.mark.parametrize("name", ["time_t", "size_t", "ssize_t"])
def test_a_name_of_the_c_library_that_a_header_defines_itself_is_that(name: str) -> None:
    """What is known of the name only serves headers that define it nowhere."""
    (library,) = read(include__a_h=f"typedef short {name};\n{name} f(void);\n").libraries
    assert library.typedefs[name].own
    assert library.typedefs[name].type == Builtin("short")
    (library,) = read(include__a_h=f"{name} f(void);\n").libraries
    assert not library.typedefs[name].own
