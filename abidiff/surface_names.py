"""The names of the surfaces, in the order of the report: who has business with one surface names it from here.

The records themselves are in :mod:`abidiff.surfaces`.
"""

HEADERS = "headers"
SYMBOLS = "symbols"
EXPORTS = "exports"
PACKAGES = "packages"
XDR = "xdr"
RNG = "rng"
DRIVERS = "drivers"
CONSISTENCY = "consistency"

NAMES = (HEADERS, SYMBOLS, EXPORTS, PACKAGES, XDR, RNG, DRIVERS, CONSISTENCY)
