"""Dates, times and durations of XML Schema part 2: validity, identity and (partial) order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from abidiff.surfaces.rng.values.interning import owned

_ZONE = r"(Z|[\-+](0[0-9]|1[0-3]):[0-5][0-9]|[\-+]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = "(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_CLOCK = rf"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"

LEXICAL: Mapping[str, str] = {
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "time": f"{_TIME}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "duration": (
        rf"-?P([0-9]+Y([0-9]+M)?([0-9]+D)?({_CLOCK})?|[0-9]+M([0-9]+D)?({_CLOCK})?|[0-9]+D({_CLOCK})?|{_CLOCK})"
    ),
}

_FIELDS: Mapping[str, str] = {
    "dateTime": r"(?P<year>-?\d+)-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>[\d.]+)",
    "date": r"(?P<year>-?\d+)-(?P<month>\d\d)-(?P<day>\d\d)",
    "time": r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>[\d.]+)",
    "gYearMonth": r"(?P<year>-?\d+)-(?P<month>\d\d)",
    "gYear": r"(?P<year>-?\d+)",
    "gMonthDay": r"--(?P<month>\d\d)-(?P<day>\d\d)",
    "gDay": r"---(?P<day>\d\d)",
    "gMonth": r"--(?P<month>\d\d)",
}
_ZONED = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_DURATION = (
    r"(?P<sign>-)?P(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<day>\d+)D)?"
    r"(?:T(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>[\d.]+)S)?)?"
)
_LONG = 40


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def valid(name: str, text: str) -> bool:
    """Whether a lexically correct moment exists: the year is not 0, the month has that day."""
    fields = _parts(name, text)
    year = _year(fields.get("year") or "2000")
    if year is None:
        return False
    return "day" not in fields or "month" not in fields or int(fields["day"]) <= _days(year, int(fields["month"]))


def _parts(name: str, text: str) -> dict[str, str]:
    found = re.fullmatch(_FIELDS[name] + _ZONED, text, re.ASCII)
    return {key: value for key, value in found.groupdict().items() if value} if found else {}


def _year(text: str) -> int | None:
    # leap years repeat every 400: of a year with very many digits the last ones do
    digits = text.lstrip("-")
    if not digits.strip("0"):
        return None
    number = int(digits if len(digits) <= _LONG else "4" + digits[-_LONG:])
    return 1 - number if text.startswith("-") else number


def _day_number(year: int, month: int, day: int) -> int:
    """Return days since 0000-03-01 of the proleptic Gregorian calendar."""
    year, month = (year - 1, month + 9) if month < 3 else (year, month - 3)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1


@cache
def _instant(name: str, text: str) -> tuple[Fraction, bool]:
    """Return seconds on the time line, as if in UTC when there is no zone, and whether there is one."""
    fields = _parts(name, text)
    year = _year(fields.get("year", "2000")) or 1
    days = _day_number(year, int(fields.get("month", "1")), int(fields.get("day", "1")))
    seconds = Fraction(days) * 86400
    seconds += int(fields.get("hour", "0")) * 3600 + int(fields.get("minute", "0")) * 60
    seconds += Fraction(fields.get("second", "0"))
    zone = fields.get("zone", "")
    if len(zone) > 1:
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    if name == "time":
        seconds %= 86400
    return seconds, bool(zone)


@cache
def _duration(text: str) -> tuple[int, Fraction]:
    found = re.fullmatch(_DURATION, text, re.ASCII)
    assert found is not None
    part = {key: Fraction(value) for key, value in found.groupdict(default="0").items() if key != "sign"}
    months = int(part["year"] * 12 + part["month"])
    seconds = part["day"] * 86400 + part["hour"] * 3600 + part["minute"] * 60 + part["second"]
    return (-months, -seconds) if found["sign"] else (months, seconds)


def identity(name: str, text: str) -> Any:
    """Return a key that is equal for equal values."""
    return _duration(text) if name == "duration" else _instant(name, text)


def compare(name: str, one: str, other: str) -> int | None:
    """Return the sign of one minus other, None when they have no order (3.2.7.4, 3.2.6.2)."""
    if name == "duration":
        return _compare_durations(_duration(one), _duration(other))
    (left, left_zone), (right, right_zone) = _instant(name, one), _instant(name, other)
    if left_zone == right_zone:
        return (left > right) - (left < right)
    slack = 14 * 3600
    if abs(left - right) <= slack:
        return None
    return 1 if left > right else -1


def _compare_durations(left: tuple[int, Fraction], right: tuple[int, Fraction]) -> int | None:
    # the four moments that the recommendation compares at
    signs = set()
    for year, month in ((1696, 9), (1697, 2), (1903, 3), (1903, 7)):
        totals = []
        for months, seconds in (left, right):
            total = year * 12 + month - 1 + months
            totals.append(Fraction(_day_number(total // 12, total % 12 + 1, 1)) * 86400 + seconds)
        signs.add((totals[0] > totals[1]) - (totals[0] < totals[1]))
    return signs.pop() if len(signs) == 1 else None


owned(caches=(_instant, _duration))
