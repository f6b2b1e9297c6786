"""One small message of a type, read as another type: enough to tell whether the two mean the same thing."""

from __future__ import annotations

from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder, Encoder, TooLargeError
from abidiff.surfaces.xdr.wire.reading import Parting, parting, reading
from abidiff.surfaces.xdr.wire.values import Sampler, Spot
from abidiff.surfaces.xdr.wire.wire import Ref, Scope


def reads_alike(old: Scope, one: Ref, new: Scope, other: Ref) -> bool:
    """Whether a small message of ``one`` reads the same as ``other``, all of it."""
    try:
        data = Encoder(old).encode(one, Sampler(old, Spot(("", ""))).value(one))
        sent = Decoder(old, data).decode(one).value
        decoder = Decoder(new, data)
        read = decoder.decode(other).value
        decoder.finish()
        return bool(data) and parting(reading(old, [(one, sent)]), reading(new, [(other, read)])) is Parting.SAME
    except (CodecError, TooLargeError, KeyError, IndexError):
        return False
