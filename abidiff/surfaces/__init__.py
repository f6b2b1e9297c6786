"""The promises, in the order of the report.  A new surface is a folder and one entry here."""

from abidiff.surface import Surface
from abidiff.surfaces.consistency import SURFACE as CONSISTENCY
from abidiff.surfaces.drivers import SURFACE as DRIVERS
from abidiff.surfaces.exports import SURFACE as EXPORTS
from abidiff.surfaces.headers import SURFACE as HEADERS
from abidiff.surfaces.rng import SURFACE as RNG
from abidiff.surfaces.symbols import SURFACE as SYMBOLS
from abidiff.surfaces.xdr import SURFACE as XDR

SURFACES: tuple[Surface, ...] = (HEADERS, SYMBOLS, EXPORTS, XDR, RNG, DRIVERS, CONSISTENCY)


def surface(name: str) -> Surface:
    """Return the surface of that name."""
    for found in SURFACES:
        if found.name == name:
            return found
    raise KeyError(name)
