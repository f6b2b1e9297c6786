"""Release archives: the same release by libarchive and by the standard library."""

from __future__ import annotations

import datetime
import os
import pickle
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from abidiff.errors import LimitError, SourceError, UsageError
from abidiff.limits import Limits
from abidiff.release import Release
from abidiff.sources.larchive import library
from tests.sources import build
from tests.sources.build import HEADER, Member, folder, hardlink, put, symlink
from tests.sources.conftest import Open, outcome

TREE = (
    folder("ship-1.2.3"),
    Member("ship-1.2.3/meson.build", b"project('ship', version: '1.2.3')\n"),
    Member("ship-1.2.3/include/ship.h", HEADER),
    Member("ship-1.2.3/include/ship/deep/er.h", b"int g;\n"),
    Member("ship-1.2.3/src/ship.x", b"const A = 1;\n", mtime=1_700_090_000.5),
    Member("ship-1.2.3/src/ship.c", b"int main(void) { return 0; }\n" * 100),
    Member("ship-1.2.3/tests/include/no.h", b"no\n"),
)
FILES = {
    "include/ship.h": HEADER,
    "include/ship/deep/er.h": b"int g;\n",
    "meson.build": b"project('ship', version: '1.2.3')\n",
    "src/ship.x": b"const A = 1;\n",
}


def check(release: Release) -> None:
    assert dict(release.files) == FILES
    assert list(release.files) == sorted(release.files)
    assert (release.label, release.version) == ("ship-1.2.3", "1.2.3")
    assert release.notes == ()
    assert not release.single_file


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("how", ["", "gz", "bz2", "xz", "lzma", "zst"])
def test_every_compression_whatever_its_name(tmp_path: Path, opened: Open, backend: str, how: str, form: int) -> None:
    release = opened(put(tmp_path / "download.bin", build.compress(build.tar(TREE, form), how)), backend)
    check(release)
    assert release.date == datetime.date(2023, 11, 15)


def test_zip(tmp_path: Path, opened: Open, backend: str) -> None:
    release = opened(put(tmp_path / "ship.tar.xz", build.zipped(TREE)), backend)
    check(release)
    assert release.date == datetime.date(2023, 11, 14)


@pytest.mark.parametrize("how", ["", "gz", "xz", "zst"])
def test_debian_package_keeps_its_folders(tmp_path: Path, opened: Open, backend: str, how: str) -> None:
    inner = build.tar([folder("./"), folder("./usr/"), Member("./usr/include/ship.h", HEADER)], tarfile.GNU_FORMAT)
    release = opened(put(tmp_path / "libship-dev_1.2.3-1_amd64.deb", build.deb(build.compress(inner, how))), backend)
    assert dict(release.files) == {"usr/include/ship.h": HEADER}
    assert (release.label, release.version) == ("libship-dev_1.2.3-1", "1.2.3")


def test_rpm_needs_libarchive(tmp_path: Path, opened: Open) -> None:
    path = put(tmp_path / "ship-devel-1.2.3.rpm", build.rpm([Member("./usr/include/ship.h", HEADER)]))
    if library() is not None:
        assert dict(opened(path).files) == {"usr/include/ship.h": HEADER}
    with pytest.raises(SourceError, match="rpm"):
        opened(path, "stdlib")


def test_label_without_a_common_folder(tmp_path: Path, opened: Open, backend: str) -> None:
    path = put(
        tmp_path / "ship-4.5.tar.gz", build.compress(build.tar([Member("include/a.h"), Member("src/b.x")]), "gz")
    )
    release = opened(path, backend)
    assert set(release.files) == {"include/a.h", "src/b.x"}
    assert (release.label, release.version) == ("ship-4.5", "4.5")


def test_a_folder_of_the_layout_is_not_taken_for_the_release(tmp_path: Path, opened: Open, backend: str) -> None:
    release = opened(put(tmp_path / "x.tar", build.tar([Member("include/a.h"), Member("include/b.h")])), backend)
    assert set(release.files) == {"include/a.h", "include/b.h"}


def test_a_second_top_folder_late_in_the_archive(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [Member("include2/x.h"), Member("include2/include/y.h"), Member("include/z.h")]
    release = opened(put(tmp_path / "x.tar", build.tar(members)), backend)
    assert set(release.files) == {"include/z.h"}


def test_pax_headers(tmp_path: Path, opened: Open, backend: str) -> None:
    long = "ship-1/include/" + "d" * 120 + "/" + "e" * 130 + ".h"
    odd = "ship-1/include/größe.h"
    members = [Member(long, b"long\n"), Member(odd, b"odd\n")]
    data = build.tar(members, tarfile.PAX_FORMAT, {"comment": "x" * 3000, "mtime": "1600000000"})
    release = opened(put(tmp_path / "x.tar", data), backend)
    assert dict(release.files) == {long[7:]: b"long\n", odd[7:]: b"odd\n"}


TIMES = b"30 mtime=1700000000.123456789\n30 atime=1700000001.123456789\n30 ctime=1700000002.123456789\n"


@pytest.mark.parametrize(
    "times", [TIMES, TIMES[:30], TIMES[:60], b"28 mtime=1700000000.1234567\n", b"20 mtime=1700000000\n"]
)
def test_times_of_pax_headers(times: bytes, tmp_path: Path, opened: Open) -> None:
    extended = build.raw_header(b"./PaxHeaders/a.h", len(times), b"x") + build.blocks(times)
    data = (extended + build.raw_header(b"s-1/include/a.h", len(HEADER)) + build.blocks(HEADER)) * 2 + build.END
    release = opened(put(tmp_path / "x.tar", data), "stdlib")
    assert release.date is not None
    assert release.date.year == 2023


@pytest.mark.parametrize("at", [0, 30, 60])
def test_a_record_of_times_with_another_length_is_damage(at: int, tmp_path: Path, opened: Open) -> None:
    times = TIMES[:at] + b"31" + TIMES[at + 2 :]
    extended = build.raw_header(b"./PaxHeaders/a.h", len(times), b"x") + build.blocks(times)
    data = extended + build.raw_header(b"s-1/include/a.h", len(HEADER)) + build.blocks(HEADER) + build.END
    with pytest.raises(SourceError, match="damaged tar header"):
        opened(put(tmp_path / "x.tar", data), "stdlib")


def test_gnu_long_names(tmp_path: Path, opened: Open, backend: str) -> None:
    long = "ship-1/include/" + "d/" * 150 + "e.h"
    members = [Member(long, b"long\n"), symlink("ship-1/include/l.h", long[15:])]
    release = opened(put(tmp_path / "x.tar", build.tar(members, tarfile.GNU_FORMAT)), backend)
    assert dict(release.files) == {long[7:]: b"long\n", "include/l.h": b"long\n"}


def test_old_tar_without_magic(tmp_path: Path, opened: Open, backend: str) -> None:
    data = build.raw_header(b"s-1/include/a.h", len(HEADER), b"\0", magic=bytes(8)) + build.blocks(HEADER) + build.END
    assert dict(opened(put(tmp_path / "x.tar", data), backend).files) == {"include/a.h": HEADER}


def test_several_compressed_streams_are_one(tmp_path: Path, opened: Open, backend: str) -> None:
    data = build.tar(TREE)
    for how in ("gz", "bz2", "xz"):
        cut = build.compress(data[:1500], how) + build.compress(data[1500:], how)
        check(opened(put(tmp_path / f"x.{how}", cut), backend))


# --- links ------------------------------------------------------------------------------------


def test_links_to_files(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [
        symlink("s-1/include/before.h", "../real/target.h"),
        Member("s-1/real/target.h", b"real\n"),
        hardlink("s-1/include/hard.h", "s-1/real/target.h"),
        symlink("s-1/include/chain.h", "before.h"),
        symlink("s-1/include/nowhere.h", "gone.h"),
        symlink("s-1/include/absolute.h", "/etc/passwd"),
        symlink("s-1/include/out.h", "../../../../etc/passwd"),
    ]
    release = opened(put(tmp_path / "x.tar.gz", build.compress(build.tar(members), "gz")), backend)
    assert dict(release.files) == {f"include/{name}.h": b"real\n" for name in ("before", "hard", "chain")}
    assert len(release.notes) == 3
    assert all("leads nowhere" in note for note in release.notes)


def test_links_to_folders_and_in_circles(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [
        symlink("s-1/include", "headers"),
        Member("s-1/headers/a.h", b"a\n"),
        symlink("s-1/headers/again", "."),
        symlink("s-1/headers/up", "../headers/up"),
        symlink("s-1/src/one", "two"),
        symlink("s-1/src/two", "one"),
        symlink("s-1/src/two.x", "two.x"),
        Member("s-1/src/p.x", b"p\n"),
    ]
    release = opened(put(tmp_path / "x.tar", build.tar(members)), backend)
    assert dict(release.files) == {"include/a.h": b"a\n", "src/p.x": b"p\n"}


def test_link_through_a_folder_that_is_a_link(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [
        symlink("s-1/current", "v2"),
        Member("s-1/v2/deep/a.h", b"a\n"),
        symlink("s-1/include/a.h", "../current/deep/a.h"),
    ]
    assert dict(opened(put(tmp_path / "x.tar", build.tar(members)), backend).files) == {"include/a.h": b"a\n"}


def test_a_file_behind_a_link_of_the_same_name_wins(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [
        Member("s-1/src/o.x", b"o\n"),
        symlink("s-1/include/a.h", "../src/o.x"),
        Member("s-1/include/a.h", b"a\n"),
    ]
    release = opened(put(tmp_path / "x.tar", build.tar(members)), backend)
    assert release.files["include/a.h"] == b"a\n"
    members = [members[0], members[2], members[1]]
    assert opened(put(tmp_path / "y.tar", build.tar(members)), backend).files["include/a.h"] == b"o\n"


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_links_by_way_of_folders_that_are_passed_by(tmp_path: Path, opened: Open, backend: str, form: int) -> None:
    members = [
        Member("s-1/src/p.x", b"p\n"),
        symlink("s-1/include/one.h", "../tests/way.h"),
        symlink("s-1/tests/way.h", "../real/target.h"),
        Member("s-1/real/target.h", b"real\n"),
        symlink("s-1/include/two.h", "../tests/folder/deep.h"),
        symlink("s-1/tests/folder", "other"),
        Member("s-1/tests/other/deep.h", b"deep\n"),
        symlink("s-1/include/all", "../tests/folder"),
        symlink("s-1/include/not.h", "../tests/gone.h"),
    ]
    release = opened(put(tmp_path / "x.tar", build.tar(members, form)), backend)
    assert dict(release.files) == {
        "include/one.h": b"real\n",
        "include/two.h": b"deep\n",
        "include/all/deep.h": b"deep\n",
        "src/p.x": b"p\n",
    }
    assert [note for note in release.notes if "not.h" in note]


def test_zip_with_a_link(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [Member("s-1/real/t.h", b"t\n"), symlink("s-1/include/l.h", "../real/t.h")]
    assert dict(opened(put(tmp_path / "x.zip", build.zipped(members)), backend).files) == {"include/l.h": b"t\n"}


# --- hostile ----------------------------------------------------------------------------------


def test_paths_that_lead_out_are_refused(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [
        Member("s-1/include/ok.h", b"ok\n"),
        Member("/include/absolute.h", b"no\n"),
        Member("../include/up.h", b"no\n"),
        Member("s-1/../../include/up2.h", b"no\n"),
        Member("./s-1/./include//odd.h", b"odd\n"),
    ]
    release = opened(put(tmp_path / "x.tar", build.tar(members, tarfile.GNU_FORMAT)), backend)
    assert dict(release.files) == {"include/ok.h": b"ok\n", "include/odd.h": b"odd\n"}
    assert len(release.notes) == 3
    assert all("refused" in note for note in release.notes)


def test_the_last_of_several_counts(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [Member("s-1/include/a.h", b"old\n"), Member("s-1/src/b.x"), Member("./s-1/include/a.h", b"new\n")]
    release = opened(put(tmp_path / "x.tar", build.tar(members)), backend)
    assert release.files["include/a.h"] == b"new\n"
    assert any("more than once" in note for note in release.notes)


@pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
@pytest.mark.parametrize("first", ["file", "link", "other"])
def test_a_path_that_is_of_two_kinds_is_refused(
    tmp_path: Path, opened: Open, backend: str, kind: bytes, first: str
) -> None:
    path = "s-1/include/a.h"
    other = Member(path, kind=kind)
    members = {
        "file": [Member(path, HEADER), other],
        "link": [Member("s-1/include/b.h", HEADER), symlink(path, "b.h"), other],
        "other": [other, Member("s-1/include/a.h", HEADER)],
    }[first]
    with pytest.raises(SourceError, match="two kinds"):
        opened(put(tmp_path / "x.tar", build.tar(members)), backend)


@pytest.mark.parametrize("pack", [build.tar, build.zipped])
@pytest.mark.parametrize("file", ["s-1/include/a.h", "s-1/include"])
def test_a_file_that_is_a_folder_too_is_refused(
    tmp_path: Path, opened: Open, backend: str, pack: Callable[[list[Member]], bytes], file: str
) -> None:
    members = [folder("s-1/"), Member(file, HEADER), Member("s-1/include/a.h/b.h", HEADER)]
    for number, order in enumerate((members, members[::-1])):
        with pytest.raises(SourceError, match=f"{file} is in it as things of two kinds"):
            opened(put(tmp_path / f"{number}.x", pack(order)), backend)


def test_a_zip_with_a_file_and_a_folder_of_its_name(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [Member("s-1/include/a.h", HEADER), folder("s-1/include/a.h")]
    for number, order in enumerate((members, members[::-1])):
        with pytest.raises(SourceError, match="two kinds"):
            opened(put(tmp_path / f"{number}.zip", build.zipped(order)), backend)


def test_devices_are_not_read(tmp_path: Path, opened: Open, backend: str) -> None:
    members = [
        Member("s-1/include/null.h", kind=tarfile.CHRTYPE),
        Member("s-1/include/pipe.h", kind=tarfile.FIFOTYPE),
        Member("s-1/include/ok.h", b"ok\n"),
    ]
    release = opened(put(tmp_path / "x.tar", build.tar(members)), backend)
    assert dict(release.files) == {"include/ok.h": b"ok\n"}
    assert len(release.notes) == 2


def test_a_huge_member_that_matters(tmp_path: Path, opened: Open, backend: str) -> None:
    path = put(tmp_path / "x.tar.xz", build.compress(build.tar([Member("s/include/a.h", bytes(3 << 20))]), "xz"))
    with pytest.raises(LimitError, match="bytes, more than"):
        opened(path, backend, Limits(file_bytes=1 << 20))


def test_a_size_that_is_not_there(tmp_path: Path, opened: Open, backend: str) -> None:
    for size in (1 << 40, 8**11 - 1, (1 << 62)):
        path = put(tmp_path / "x.tar", build.raw_header(b"s/include/a.h", size) + bytes(4096))
        with pytest.raises((LimitError, SourceError)):
            opened(path, backend)
        path = put(tmp_path / "y.tar", build.raw_header(b"s/README", size) + bytes(4096))
        with pytest.raises((LimitError, SourceError)):
            opened(path, backend)


@pytest.mark.parametrize("how", ["gz", "bz2", "xz", "zst"])
def test_bombs(tmp_path: Path, opened: Open, backend: str, how: str) -> None:
    bomb = build.compress(build.raw_header(b"s/README", 8 << 20) + bytes(8 << 20) + build.END, how)
    limits = Limits(ratio=100, ratio_from=1 << 20)
    with pytest.raises(LimitError, match="times its size"):
        opened(put(tmp_path / "x", bomb), backend, limits)
    with pytest.raises(LimitError, match="bytes unpacked"):
        opened(put(tmp_path / "x", bomb), backend, Limits(unpacked_bytes=1 << 20))


def test_zip_bomb(tmp_path: Path, opened: Open, backend: str) -> None:
    path = put(tmp_path / "x.zip", build.zipped([Member("s/include/a.h", bytes(4 << 20))]))
    with pytest.raises(LimitError):
        opened(path, backend, Limits(file_bytes=1 << 20))


def test_too_many_members_in_a_zip(tmp_path: Path, opened: Open, backend: str) -> None:
    path = put(tmp_path / "x.zip", build.zipped([Member(f"s/README{n}") for n in range(1200)]))
    with pytest.raises(LimitError, match="members"):
        opened(path, backend, Limits(members=1000))


def test_too_many_members_and_too_much_kept(tmp_path: Path, opened: Open, backend: str) -> None:
    path = put(tmp_path / "x.tar", build.tar([Member(f"s/README{n}") for n in range(1200)]))
    with pytest.raises(LimitError, match="members"):
        opened(path, backend, Limits(members=1000))
    path = put(tmp_path / "y.tar", build.tar([Member(f"s/include/{n}.h", bytes(1000)) for n in range(50)]))
    with pytest.raises(LimitError, match="files that matter"):
        opened(path, backend, Limits(kept_bytes=20_000))
    with pytest.raises(LimitError, match="files that matter"):
        opened(path, backend, Limits(kept_files=20))


def test_no_time(tmp_path: Path, opened: Open, backend: str) -> None:
    path = put(tmp_path / "x.tar", build.tar(TREE))
    with pytest.raises(LimitError, match="seconds"):
        opened(path, backend, Limits(seconds=-1.0))


@pytest.mark.parametrize("how", ["", "gz", "bz2", "xz", "zst"])
def test_cut_off(tmp_path: Path, opened: Open, backend: str, how: str) -> None:
    data = build.compress(build.tar([*TREE, Member("s/include/rnd.h", os.urandom(90_000))]), how)
    for part in (0.3, 0.6, 0.8):
        with pytest.raises(SourceError):
            opened(put(tmp_path / "x", data[: int(len(data) * part)]), backend)


@pytest.mark.parametrize("how", ["gz", "xz", "bz2"])
def test_a_wrong_checksum_behind_everything(tmp_path: Path, opened: Open, backend: str, how: str) -> None:
    data = bytearray(build.compress(build.tar(TREE), how))
    data[{"gz": -6, "bz2": -3, "xz": -40}[how]] ^= 0x55
    with pytest.raises(SourceError):
        opened(put(tmp_path / "x", bytes(data)), backend)


def test_a_damaged_header(tmp_path: Path, opened: Open, backend: str) -> None:
    data = bytearray(build.tar(TREE, tarfile.USTAR_FORMAT))
    data[512 + 3] ^= 1
    with pytest.raises(SourceError):
        opened(put(tmp_path / "x.tar.xz", build.compress(bytes(data), "xz")), backend)


def test_names_with_odd_bytes(tmp_path: Path, opened: Open, backend: str) -> None:
    names = [b"s-1/include/\xff\xfe.h", b"s-1/include/a\nb.h", b"s-1/include/\x1b[31m.h", b"s-1/include/ .h"]
    data = b"".join(build.raw_header(name, 2) + build.blocks(b"x\n") for name in names) + build.END
    release = opened(put(tmp_path / "x.tar", data), backend)
    assert [name.encode("utf-8", "surrogateescape") for name in release.files] == sorted(name[4:] for name in names)


def test_a_label_that_would_colour_the_terminal(tmp_path: Path, opened: Open, backend: str) -> None:
    data = build.raw_header(b"\x1b[31ms-1/include/a.h", 2) + build.blocks(b"x\n") + build.END
    assert "\x1b" not in opened(put(tmp_path / "x.tar", data), backend).label


def test_not_an_archive(tmp_path: Path, opened: Open, backend: str) -> None:
    for name, told in (("x.tar.gz", "named like an archive, but is none"), ("x", "neither an archive nor text")):
        with pytest.raises(SourceError, match=told):
            opened(put(tmp_path / name, b"\x7fFLE" + bytes(5000)), backend)
    with pytest.raises(SourceError):
        opened(put(tmp_path / "y.deb", build.ar([("debian-binary", b"2.0\n")])), backend)
    with pytest.raises(SourceError):
        opened(put(tmp_path / "z.zip", b"PK\x03\x04" + bytes(100)), backend)
    with pytest.raises(SourceError):
        opened(put(tmp_path / "z.xz", b"\xfd7zXZ\x00" + bytes(100)), backend)


def test_packed_but_no_tar(tmp_path: Path, opened: Open, backend: str) -> None:
    with pytest.raises(SourceError):
        opened(put(tmp_path / "a.h.gz", build.compress(HEADER * 100, "gz")), backend)


def test_nothing_wanted_is_an_empty_release(tmp_path: Path, opened: Open, backend: str) -> None:
    assert dict(opened(put(tmp_path / "x.tar", build.tar([Member("README")])), backend).files) == {}


@pytest.mark.parametrize("members", [[], [folder("s-1/")], [folder("s-1/"), folder("s-1/include/")]])
@pytest.mark.parametrize("how", ["zip", "tar", "tar.gz", "deb"])
def test_nothing_at_all_is_no_release(
    tmp_path: Path, opened: Open, backend: str, members: list[Member], how: str
) -> None:
    made = {
        "zip": lambda: build.zipped(members),
        "tar": lambda: build.tar(members),
        "tar.gz": lambda: build.compress(build.tar(members), "gz"),
        "deb": lambda: build.deb(build.compress(build.tar(members), "xz")),
    }[how]()
    with pytest.raises(SourceError, match=r"nothing in this archive|named like an archive, but is none"):
        opened(put(tmp_path / f"x.{how}", made), backend)


def test_an_empty_archive_says_so_and_breaks_nothing(tmp_path: Path) -> None:
    old = tmp_path / "old.zip"
    put(old, build.zipped([Member("s-1/include/ship.h", HEADER)]))
    empty = put(tmp_path / "new.zip", build.zipped([]))
    for sides in ((old, empty), (empty, old)):
        command = [sys.executable, "-m", "abidiff", "compare", *map(str, sides)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (3, "")
        assert "new.zip: there is nothing in this archive" in done.stderr


def test_a_backend_that_does_not_exist(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "x.tar", build.tar(TREE))
    monkeypatch.setenv("ABIDIFF_ARCHIVE", "7zip")
    with pytest.raises(UsageError, match="7zip"):
        opened(path)
    monkeypatch.setenv("ABIDIFF_ARCHIVE", "stdlib")
    check(opened(path))


def test_other_locales_read_the_same(tmp_path: Path, backend: str) -> None:
    path = put(tmp_path / "x.tar", build.tar([Member("s-1/include/größe.h", b"x\n")]))
    code = (
        "import sys; from abidiff.sources import open_release\n"
        f"r = open_release({str(path)!r}, lambda p: p.endswith('.h'), backend={backend!r})\n"
        "sys.stdout.buffer.write(repr([n.encode('utf-8', 'surrogateescape') for n in r.files]).encode())"
    )
    for locale in ("C", "POSIX", "C.UTF-8"):
        env = {**os.environ, "LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True, timeout=60)
        assert done.stdout == repr(["include/größe.h".encode()]).encode(), (locale, done.stdout)


def test_what_reads_a_tarball_can_be_loaded_before_a_fork() -> None:
    code = "import sys; from abidiff import sources; sources.prepare(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    loaded = done.stdout.split()
    assert "abidiff.sources.tar" in loaded
    assert "abidiff.sources.larchive" not in loaded  # a tarball is decompressed by other means


def test_opening_is_lazy() -> None:
    code = "import sys, abidiff.sources, abidiff.profile, abidiff.cache\n"
    heavy = ("ctypes", "dataclasses", "lzma", "tarfile", "zipfile", "zstandard")
    code += f"print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout == "[]\n"


def test_releases_travel_between_processes(tmp_path: Path, opened: Open) -> None:
    release = opened(put(tmp_path / "x.tar", build.tar(TREE)))
    again = pickle.loads(pickle.dumps(release))
    assert again == release
    with pytest.raises(TypeError):
        again.files["x"] = b""


# --- real -------------------------------------------------------------------------------------


@pytest.mark.real
@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_real_releases_read_the_same(real_release: Callable[[str], Path], version: str) -> None:
    if library() is None:
        pytest.skip("this system has no libarchive")
    path = real_release(version)
    one, other = outcome(path, "libarchive"), outcome(path, "stdlib")
    assert one == other
    assert isinstance(one, tuple)
    assert one[:2] == (f"libvirt-{version}", version)
    assert len(one[2]) >= 18


def test_a_debian_package_that_says_more_than_one_thing(tmp_path: Path, opened: Open, backend: str) -> None:
    inner, other = (build.tar([Member("./usr/include/ship.h", data)]) for data in (HEADER, b"int other;\n"))
    first = [("debian-binary", b"2.0\n"), ("data.tar", inner)]
    assert opened(put(tmp_path / "a.deb", build.ar([*first, ("_gpgorigin", b"x")])), backend).files
    for data, match in (
        (build.ar([*first, ("data.tar.gz", build.compress(other, "gz"))]), "twice"),
        (build.ar(first) + b"junk", "behind the end"),
        (build.ar([("debian-binary", b"2.0\n"), ("data.tar.xz", b"")]), "empty"),
        (build.ar([*first, *(("x", b"") for _ in range(70))]), "members"),
    ):
        with pytest.raises(SourceError, match=match):
            opened(put(tmp_path / "b.deb", data), backend)


def test_a_debian_package_of_a_format_that_is_not_known(tmp_path: Path, opened: Open, backend: str) -> None:
    inner, control = build.tar([Member("./usr/include/ship.h", HEADER)]), ("control.tar", build.tar([]))
    data, two = ("data.tar", inner), ("debian-binary", b"2.0\n")
    for members in (
        [("debian-binary", b"2.1\nmore\n"), control, data],
        [two, ("_new", b"x"), control, ("_newer", b"x"), data, ("last", b"x")],
    ):
        assert opened(put(tmp_path / "a.deb", build.ar(members)), backend).files
    for members, match in (
        ([("debian-binary", b"3.0\n"), control, data], "format version '3.0'"),
        ([("debian-binary", b"\x1b[31m"), control, data], "format version"),
        ([("debian-binary", b""), control, data], "format version ''"),
        ([control, two, data], "is not the first member"),
        ([two, control, ("extra", b"x"), data], "'extra' at byte"),
        ([two, control, ("data.tar.zz", inner)], "'data.tar.zz' at byte"),
        ([two, ("control.tar.zz", b""), data], "'control.tar.zz' at byte"),
    ):
        with pytest.raises(SourceError, match=match) as caught:
            opened(put(tmp_path / "b.deb", build.ar(members)), backend)
        assert "\x1b" not in str(caught.value)
