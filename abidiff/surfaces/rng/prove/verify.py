"""Ask independent validators about each witness: libxml2, and jing where it is installed.

They read the schemas of the two releases as files; the documents are ours.  Where they disagree, the finding is
marked as disputed and says so: jing follows the specification to the letter, libxml2 has its own mind on signs of
unsigned numbers, on interleaved branches and on very long numbers.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from abidiff.finding import Confirmation, Finding
from abidiff.release import Release
from abidiff.surfaces.rng.prove import libxml2
from abidiff.surfaces.rng.prove.resolved import catalog

_SCHEMA = re.compile(r"\.(rng|rnc|xml)$")
_COMPLAINT = re.compile(r"^(.*?):\d+(?::\d+)?: (?:error|fatal)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a document is valid under a schema of a side, and what a proof expects."""

    side: int
    schema: str
    document: bytes
    expected: bool


def verify(findings: Sequence[Finding], old: Release, new: Release) -> Iterable[Finding]:
    """Return the findings, those with a document marked with what the validators say."""
    questions = {at: _questions(finding) for at, finding in enumerate(findings)}
    with tempfile.TemporaryDirectory(prefix="abidiff-") as folder:
        bench = Bench(Path(folder), (old, new))
        flat = [question for asked in questions.values() for question in asked]
        said = {"libxml2": bench.libxml2(flat)}
        if shutil.which("jing"):
            said["jing"] = bench.jing(flat)
    out, at = [], 0
    for number, finding in enumerate(findings):
        asked = questions[number]
        if not asked:
            out.append(finding)
            continue
        answers = {name: given[at : at + len(asked)] for name, given in said.items()}
        at += len(asked)
        confirmation, note = judge(asked, answers)
        out.append(finding.with_(confirmation=confirmation, confirmation_note=note))
    return out


def _questions(finding: Finding) -> list[Question]:
    witness = finding.witness
    if witness is None or witness.kind != "document":
        return []
    given = dict(finding.details).get("schema", "")
    old, arrow, new = given.partition(" → ")
    if not arrow:
        new = old
    files = dict(witness.files)
    if "without-new.xml" in files:
        return [
            Question(1, new, files["witness.xml"], expected=True),
            Question(0, old, files["without-new.xml"], expected=False),
        ]
    asked = [Question(0, old, files["witness.xml"], expected=True)]
    if new:
        asked.append(Question(1, new, files["witness.xml"], expected=False))
    return asked


def judge(asked: Sequence[Question], answers: Mapping[str, Sequence[str]]) -> tuple[Confirmation, str]:
    """Return what the validators' answers amount to.

    An answer counts whatever else the validator could not answer: one that reads OLD alone speaks of OLD.
    """
    good: list[str] = []
    silent: list[str] = []
    bad: list[tuple[Question, str]] = []
    agreed: dict[Question, list[str]] = {question: [] for question in asked}
    for name, given in answers.items():
        right = True
        for question, answer in zip(asked, given, strict=True):
            side = _side(question)
            if answer not in ("valid", "invalid"):
                silent.append(f"{name} has no answer under {side}: {answer}")
                right = False
            elif (answer == "valid") is question.expected:
                agreed[question].append(name)
            else:
                bad.append((question, f"{name} finds it {answer} under {side}"))
                right = False
        if right:
            good.append(name)
    if bad:
        wrong = "; ".join(text for _, text in bad)
        if not all(agreed[question] for question, _ in bad):
            return Confirmation.REFUTED, wrong
        if good:
            return Confirmation.DISPUTED, f"validator-dependent: {wrong}; {' and '.join(good)} agrees"
        held = dict.fromkeys(f"{' and '.join(agreed[question])} agrees under {_side(question)}" for question, _ in bad)
        return Confirmation.DISPUTED, "; ".join([f"validator-dependent: {wrong}", *held, *silent])
    if good:
        return Confirmation.CONFIRMED, "; ".join([" and ".join(good), *silent])
    return Confirmation.UNAVAILABLE, "; ".join(silent) or "no validator"


def _side(question: Question) -> str:
    return "NEW" if question.side else "OLD"


class Bench:
    """The schemas of both releases on disk."""

    def __init__(self, root: Path, releases: tuple[Release, Release]) -> None:
        self.root = root
        self._documents: dict[bytes, str] = {}
        self._catalogs: list[str] = []
        for side, release in enumerate(releases):
            text = catalog(release.files, root / str(side))
            self._catalogs.append(str(root / f"catalog{side}.xml") if text else "")
            if text:
                Path(self._catalogs[side]).write_text(text, encoding="utf-8")
            for path, data in release.files.items():
                target = root / str(side) / path
                if _SCHEMA.search(path) and (root / str(side)) in target.parents and ".." not in target.parts:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)

    def _document(self, data: bytes) -> str:
        found = self._documents.get(data)
        if found is None:
            found = self._documents[data] = str(self.root / f"witness{len(self._documents)}.xml")
            Path(found).write_bytes(data)
        return found

    def _jobs(self, questions: Sequence[Question]) -> dict[str, list[str]]:
        jobs: dict[str, list[str]] = {}
        for question in questions:
            schema = str(self.root / str(question.side) / question.schema)
            document = self._document(question.document)
            if document not in jobs.setdefault(schema, []):
                jobs[schema].append(document)
        return jobs

    def _answers(self, questions: Sequence[Question], given: Mapping[tuple[str, str], str]) -> list[str]:
        return [given[str(self.root / str(q.side) / q.schema), self._document(q.document)] for q in questions]

    def libxml2(self, questions: Sequence[Question]) -> list[str]:
        """Return libxml2's answers."""
        given: dict[tuple[str, str], str] = {}
        for side, names in enumerate(self._catalogs):
            jobs = list(self._jobs([question for question in questions if question.side == side]).items())
            pairs = [(schema, document) for schema, documents in jobs for document in documents]
            given.update(zip(pairs, libxml2.ask(jobs, catalog=names), strict=True))
        return self._answers(questions, given)

    def jing(self, questions: Sequence[Question]) -> list[str]:
        """Return jing's answers, one process a schema."""
        given: dict[tuple[str, str], str] = {}
        for side, names in enumerate(self._catalogs):
            for schema, documents in self._jobs([q for q in questions if q.side == side]).items():
                for start in range(0, len(documents), 500):
                    answers = _jing(schema, documents[start : start + 500], names)
                    given.update({(schema, document): answer for document, answer in answers.items()})
        return self._answers(questions, given)


def _jing(schema: str, documents: Sequence[str], names: str) -> dict[str, str]:
    """Run jing, with a catalog where there is one; its complaints name the files that are not valid."""
    flags = [*(["-C", names] if names else []), *(["-c"] if schema.endswith(".rnc") else [])]
    command = ["jing", "-i", *flags, schema, *documents]
    try:
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return dict.fromkeys(documents, "time limit")
    except OSError as error:
        return dict.fromkeys(documents, f"error {error}")
    said = done.stdout.decode("utf-8", "replace")
    blamed = set(_COMPLAINT.findall(said))
    if not blamed <= set(documents) or (done.returncode and not blamed):
        line = next((one for one in said.splitlines() if "error" in one or "fatal" in one), "jing failed")
        return dict.fromkeys(documents, f"error {line[-200:]}")
    return {document: "invalid" if document in blamed else "valid" for document in documents}
