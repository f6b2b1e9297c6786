"""Parse a few lines of header, and compare two of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from abidiff.finding import Finding
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.compare.compare import compare
from abidiff.surfaces.headers.model import Headers, Library

Texts = str | bytes | Mapping[str, str | bytes]


def release_of(texts: Texts, label: str = "example-1.0", version: str = "") -> Release:
    named = {"example.h": texts} if isinstance(texts, str | bytes) else dict(texts)
    files = {k: v if isinstance(v, bytes) else v.encode("utf-8", "surrogateescape") for k, v in named.items()}
    return Release(label=label, version=version, files=MappingProxyType(files))


def project_of(release: Release, roots: tuple[str, ...] = (), **options: Any) -> Project:
    paths = tuple(p for p in release.files if p.endswith((".h", ".h.in")))
    unit = Unit("headers", "example", "full", paths, roots or paths, MappingProxyType(options))
    return Project("example", (unit,))


def parsed(texts: Texts, *, version: str = "", roots: tuple[str, ...] = (), **options: Any) -> Headers:
    release = release_of(texts, version=version)
    return parse(release, project_of(release, roots, **options), {})


def library(texts: Texts, **options: Any) -> Library:
    """Parse without problems."""
    model = parsed(texts, **options)
    assert not model.problems, "\n".join(p.rendered for p in model.problems)
    return model.libraries[0]


def findings(old: Texts, new: Texts, **options: Any) -> list[Finding]:
    return run(load("abidiff.surfaces.headers.rules"), compare(parsed(old, **options), parsed(new, **options)))


def rules(old: Texts, new: Texts, **options: Any) -> list[str]:
    """Return ``rule subject`` of each finding, extensions left out."""
    return [
        f"{f.rule.partition('/')[2]} {f.subject}"
        for f in findings(old, new, **options)
        if f.severity.value != "extension"
    ]
