"""The releases behind two readings: what verification needs of their files is what was read for the comparison."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from abidiff.files import Files
from abidiff.pipeline.options import Options
from abidiff.pipeline.reading import Reading, pack, read_whole, unpack
from abidiff.release import Release


class Inputs:
    """Opens what the user gives; with ``verify`` the releases are kept, each opened at most once."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._releases: dict[str, Release] = {}

    def read(self, argument: str, options: Options, like: Reading | None = None) -> Reading:
        """Read a side, and keep its release for :meth:`release`."""
        release, _, found = read_whole(options.request(argument), options.progress, like)
        if options.verify:
            self._releases[argument] = release
        return found

    def release(self, argument: str) -> Release:
        """Return a release that was read; one that was known without its files is opened now."""
        found = self._releases.get(argument)
        if found is None:
            found = self._releases[argument] = read_whole(self.options.request(argument))[0]
        return found

    def pack(self, argument: str, reading: Reading) -> bytes:
        """Return a reading, and with ``verify`` its release, as bytes for another process."""
        release = self._releases.get(argument)
        if release is not None and (release.project is not None or hasattr(release.files, "seen")):
            release = None  # a snapshot has no files, those of a repository are in its objects
        files = dict(release.files) if release is not None else {}
        plain = replace(release, files=files, models={}, project=None, passed=()) if release is not None else None
        return msgspec.msgpack.encode(_Packed(msgspec.Raw(pack(reading)), plain))

    def unpack(self, argument: str, data: bytes) -> Reading:
        """Undo :meth:`pack` in this process."""
        found = msgspec.msgpack.decode(data, type=_Packed)
        if found.release is not None:
            self._releases[argument] = replace(found.release, files=Files(found.release.files))
        return unpack(bytes(found.reading))


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    reading: msgspec.Raw
    release: Release | None
