"""The fake people, places and things that one task is about, so that its values agree with each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from local.openai_emulator.planning import words

# Dates of the fake world lie in one fixed year, so that an answer depends on the messages alone.
_FIRST_DAY = datetime(2027, 1, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """Who and what a task is about.

    Attributes:
        city: name, country, country code, postcode.
        start: first date of the task; later dates follow it.
    """

    first: str
    last: str
    company: str
    city: tuple[str, str, str, str]
    product: str
    topic: str
    department: str
    street: str
    start: datetime
    days: int

    @property
    def person(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """An address under example.com, which belongs to nobody."""
        return f"{self.first}.{self.last}@example.com".lower()

    @property
    def end(self) -> datetime:
        """Some days after `start`."""
        return self.start + timedelta(days=self.days)


def make_world(rng: Random) -> World:
    """A world drawn with `rng`."""
    pick = rng.choice
    return World(
        first=pick(words.FIRST_NAMES),
        last=pick(words.LAST_NAMES),
        company=pick(words.COMPANIES),
        city=pick(words.CITIES),
        product=pick(words.PRODUCTS),
        topic=pick(words.TOPICS),
        department=pick(words.DEPARTMENTS),
        street=f"{rng.randint(2, 98)} {pick(words.STREETS)}",
        start=_FIRST_DAY + timedelta(days=rng.randint(0, 330), minutes=15 * rng.randint(28, 72)),
        days=rng.randint(2, 28),
    )


def fake_uuid(rng: Random) -> str:
    """A UUID of version 4 form drawn with `rng`."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[rng.randrange(4)]}{digits[17:20]}-{digits[20:]}"


def spoken_date(day: datetime) -> str:
    """`14 May`."""
    return f"{day.day} {words.MONTHS[day.month - 1]}"
