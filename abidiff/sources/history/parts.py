"""Content-addressed parts: the models of releases, each as a patch on the one before where that is smaller."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping

import zstandard

from abidiff import limits
from abidiff.errors import SourceError

LEVEL = 9
MAX_DEPTH = 40
FEW = 25
"""A patch of this fraction of the bytes is small without asking how small they are by themselves."""
MAX_WINDOW_LOG = 27


class PartError(SourceError):
    """A part is not what it should be."""


def digest(data: bytes) -> bytes:
    """Return what a part is known by (SHA-256)."""
    return hashlib.sha256(data).digest()


def release_digest(head: bytes, models: Mapping[str, bytes]) -> str:
    """Return what a release is known by: a hash over its head and, surface by surface, the hashes of its models."""
    total = hashlib.sha256(head)
    for surface in sorted(models):
        total.update(surface.encode() + models[surface])
    return total.hexdigest()


def put(connection: sqlite3.Connection, data: bytes, base: int | None) -> int:
    """Keep bytes, once; return the number of the part.  ``base``: a part that is like it."""
    name = digest(data)
    known = connection.execute("SELECT id FROM part WHERE digest = ?", (name,)).fetchone()
    if known:
        return int(known[0])
    packed, depth = b"", 0
    if base is not None:
        deep = connection.execute("SELECT depth FROM part WHERE id = ?", (base,)).fetchone()[0] + 1
        if deep <= MAX_DEPTH:
            packed, depth = pack(data, get(connection, base)), deep
    if not depth or len(packed) > len(data) // FEW:
        whole = pack(data, b"")
        if not depth or len(packed) > len(whole) * 3 // 4:
            packed, depth = whole, 0
    row = (name, base if depth else None, depth, len(data), packed)
    made = connection.execute("INSERT INTO part (digest, base, depth, size, data) VALUES (?, ?, ?, ?, ?)", row)
    return int(made.lastrowid or 0)


def get(connection: sqlite3.Connection, number: int) -> bytes:
    """Return the bytes of a part, checked against the hash that it is known by."""
    chain: list[tuple[bytes, int, bytes]] = []
    wanted: int | None = number
    while wanted is not None:
        query = "SELECT digest, base, size, data FROM part WHERE id = ?"
        row = connection.execute(query, (wanted,)).fetchone()
        if row is None or len(chain) > MAX_DEPTH:
            raise PartError(f"part {number} of the history is not there")
        name, wanted, size, data = row
        chain.append((data, size, name))
    found, name = b"", b""
    while chain:
        data, size, name = chain.pop()
        found = unpack(data, size, found, number)
    if digest(found) != name:
        raise PartError(f"part {number} of the history is damaged: its hash is another one")
    return found


class Seals:
    """Hashes over parts as they lie in the file, made of the bytes that :func:`get` would read; nothing is unpacked.

    What a part says of its own hash is hashed as everything else and believed in nothing.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.rows: dict[int, tuple[int | None, str]] = {}

    def of(self, number: int | None) -> tuple[str, ...]:
        """Return the hashes of a part and of those that it is a patch on; raises PartError as :func:`get` does."""
        found: list[str] = []
        wanted = number
        while wanted is not None:
            if len(found) > MAX_DEPTH:
                raise PartError(f"part {number} of the history is not there")
            wanted, seal = self._row(wanted, number)
            found.append(seal)
        return tuple(found)

    def _row(self, wanted: int, number: int | None) -> tuple[int | None, str]:
        known = self.rows.get(wanted)
        if known is None:
            query = "SELECT digest, base, size, data FROM part WHERE id = ?"
            row = self.connection.execute(query, (wanted,)).fetchone()
            if row is None:
                raise PartError(f"part {number} of the history is not there")
            name, base, size, data = row
            if not isinstance(data, bytes):
                raise PartError(f"part {number} of the history is damaged: it holds no bytes")
            text = repr((name, base, size, digest(data)))
            known = self.rows[wanted] = base, digest(text.encode("utf-8", "surrogateescape")).hex()
        return known


def pack(data: bytes, base: bytes) -> bytes:
    """Return bytes as a patch on others."""
    window = min(MAX_WINDOW_LOG, max(10, (len(data) + len(base)).bit_length()))
    parameters = zstandard.ZstdCompressionParameters.from_level(LEVEL, window_log=window)
    if not base:
        return zstandard.ZstdCompressor(compression_params=parameters).compress(data)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=_dictionary(base)).compress(data)


def unpack(data: bytes, size: int, base: bytes, number: int) -> bytes:
    """Undo :func:`pack`; never makes more than ``size`` bytes."""
    if not isinstance(data, bytes) or not isinstance(size, int) or not 0 <= size <= limits.now().file_bytes * 4:
        raise PartError(f"part {number} of the history is too large")
    try:
        stated = zstandard.get_frame_parameters(data).content_size
        if stated != size:
            raise PartError(f"part {number} of the history is damaged: it holds {stated} bytes, not {size}")
        dictionary = _dictionary(base) if base else None
        limit = 1 << MAX_WINDOW_LOG
        return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=limit).decompress(data, size)
    except (zstandard.ZstdError, MemoryError) as error:
        raise PartError(f"part {number} of the history is damaged: {error}") from None


def _dictionary(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
