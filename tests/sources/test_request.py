"""Versions and labels from names."""

from __future__ import annotations

import pytest

from abidiff.sources.request import day, label_of_archive, printable, version_in_files, version_in_name


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("libvirt-11.3.0", "11.3.0"),
        ("libvirt-11.3.0-rc1", "11.3.0-rc1"),
        ("v1.2.3", "1.2.3"),
        ("openssl-1.1.1w", "1.1.1w"),
        ("lib2geom-1.0", "1.0"),
        ("jing-trang-20241231+repack", "20241231"),
        ("zlib1g-dev_1%3a1.3.dfsg+really1.3.1-1+b1_amd64", "1.3.1"),
        ("zlib1g-dev_1%3a1.2.13.dfsg-1_amd64", "1.2.13"),
        ("libcurl4-openssl-dev_7.74.0-1.3+deb11u13_amd64", "7.74.0"),
        ("libusb-1.0-0-dev_2%3a1.0.24-3_amd64", "1.0.24"),
        ("ship", ""),
        ("ship_x86_64", ""),
        ("", ""),
    ],
)
def test_version_in_name(name: str, version: str) -> None:
    assert version_in_name(name) == version


def test_version_in_files_by_order_of_trust() -> None:
    files = {"b": b"version: 2.0\n", "a": b"version: 1.0\n"}
    pattern = r"version: (\S+)"
    assert version_in_files(files, (("a", pattern), ("b", pattern))) == "1.0"
    assert version_in_files(files, (("c", pattern), ("b", pattern))) == "2.0"
    assert version_in_files(files, (("a", "nothing (.)"),)) == ""


def test_odd_values() -> None:
    assert day(0) is None
    assert day(1e30) is None
    assert day(float("nan")) is None
    assert printable("a\x1b[31mb\udcffc") == "a�[31mb�c"
    assert len(printable("x" * 1000)) == 201


def test_labels_of_archives() -> None:
    assert label_of_archive("zlib1g-dev_1%3a1.2.11.dfsg-2+deb11u2_amd64") == "zlib1g-dev_1.2.11.dfsg-2+deb11u2"
    assert label_of_archive("libvirt-11.3.0") == "libvirt-11.3.0"
    assert label_of_archive("a_b") == "a_b"
