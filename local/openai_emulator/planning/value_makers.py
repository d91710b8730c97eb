"""Fake values by format and by name: what an e-mail address, a quantity or a due date looks like."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from local.openai_emulator.planning import words
from local.openai_emulator.planning.world import World, fake_uuid
from shared.identifiers import words_of

# Last words of a name -> usual range of a number.
RANGES: dict[str, tuple[float, float]] = {
    "quantity": (1, 40),
    "qty": (1, 40),
    "count": (1, 30),
    "limit": (5, 100),
    "top": (3, 25),
    "k": (3, 25),
    "size": (5, 100),
    "page": (1, 8),
    "offset": (0, 90),
    "skip": (0, 90),
    "price": (5, 900),
    "amount": (10, 2500),
    "total": (20, 4000),
    "cost": (5, 900),
    "budget": (200, 9000),
    "age": (19, 78),
    "days": (2, 60),
    "hours": (1, 48),
    "minutes": (5, 120),
    "seconds": (5, 300),
    "year": (2024, 2028),
    "month": (1, 12),
    "day": (1, 28),
    "lat": (38, 59),
    "latitude": (38, 59),
    "lng": (-8, 24),
    "lon": (-8, 24),
    "longitude": (-8, 24),
    "rating": (1, 5),
    "score": (1, 5),
    "stars": (1, 5),
    "percent": (5, 90),
    "percentage": (5, 90),
    "weight": (1, 40),
    "threshold": (1, 90),
    "temperature": (0, 1),
    "radius": (1, 60),
    "distance": (1, 80),
    "port": (1024, 9000),
    "version": (1, 9),
    "priority": (1, 5),
    "id": (1000, 98999),
    "number": (100, 9899),
    "timeout": (5, 120),
    "retries": (1, 5),
    "guests": (1, 6),
}


_IDENTIFIERS = frozenset("id ids key ref reference code number no identifier".split())


def _ident(rng: Random, world: World) -> str:
    return f"{rng.choice(words.TOPICS).split()[0]}-{rng.randint(1000, 9899)}"


PEOPLE = (
    "customer client user owner author assignee recipient contact person guest patient employee member manager "
    "sender"
).split()
"""Words for somebody: what is called `name` of one of them is a person's name."""
_TRAVEL = frozenset("travel fly flight ship move drive trip departure journey".split())
_Maker = Callable[[Random, World], str]

FORMATS: dict[str, _Maker] = {
    "uuid": lambda rng, world: fake_uuid(rng),
    "guid": lambda rng, world: fake_uuid(rng),
    "date": lambda rng, world: (world.start if rng.random() < 0.6 else world.end).strftime("%Y-%m-%d"),
    "date-time": lambda rng, world: (world.start if rng.random() < 0.6 else world.end).strftime(
        "%Y-%m-%dT%H:%M:00Z"
    ),
    "time": lambda rng, world: world.start.strftime("%H:%M:00Z"),
    "duration": lambda rng, world: f"PT{rng.randint(1, 12)}H",
    "email": lambda rng, world: world.email,
    "idn-email": lambda rng, world: world.email,
    "uri": lambda rng, world: (
        f"https://www.example.com/{world.topic.replace(' ', '-')}/{rng.randint(10, 9899)}"
    ),
    "url": lambda rng, world: (
        f"https://www.example.com/{world.topic.replace(' ', '-')}/{rng.randint(10, 9899)}"
    ),
    "uri-reference": lambda rng, world: f"/{world.topic.replace(' ', '-')}/{rng.randint(10, 9899)}",
    "hostname": lambda rng, world: f"{world.department}.example.com",
    "ipv4": lambda rng, world: f"192.0.2.{rng.randint(2, 250)}",
    "ipv6": lambda rng, world: f"2001:db8::{rng.randint(2, 9000):x}",
    "byte": lambda rng, world: "cGxhaW4gdGV4dA==",
    "binary": lambda rng, world: f"{world.topic.replace(' ', '-')}.bin",
    "digits": lambda rng, world: str(rng.randint(100, 98999)),
    "int64": lambda rng, world: str(rng.randint(1000, 98999)),
    "int32": lambda rng, world: str(rng.randint(1000, 98999)),
}

# Words of a name, most telling first -> value. The first entry with a word in the name wins.
_NAMES: tuple[tuple[frozenset[str], _Maker], ...] = tuple(
    (frozenset(keys.split()), make)
    for keys, make in (
        ("email mail emails", lambda rng, world: world.email),
        ("phone mobile tel telephone fax msisdn", lambda rng, world: f"+1 202-555-01{rng.randint(10, 99)}"),
        ("uuid guid", lambda rng, world: fake_uuid(rng)),
        ("actor approver reviewer editor speaker", lambda rng, world: world.person),
        ("service services component", lambda rng, world: rng.choice(words.SERVICES)),
        (
            "fields columns attributes properties field column select",
            lambda rng, world: rng.choice(words.FIELDS),
        ),
        ("kpi kpis metric metrics figure", lambda rng, world: rng.choice(words.METRICS)),
        ("segment audience", lambda rng, world: rng.choice(words.AUDIENCES)),
        ("url uri link href website webhook callback", FORMATS["uri"]),
        ("hostname host domain", FORMATS["hostname"]),
        ("timestamp datetime time at", FORMATS["date-time"]),
        ("date day from until since before after start end due", FORMATS["date"]),
        ("timezone zone tz", lambda rng, world: rng.choice(words.TIME_ZONES)),
        ("currency", lambda rng, world: rng.choice(words.CURRENCIES)),
        ("language lang locale", lambda rng, world: rng.choice(words.LANGUAGES)),
        ("postcode zip postal", lambda rng, world: world.city[3]),
        ("country", lambda rng, world: world.city[2] if rng.random() < 0.3 else world.city[1]),
        ("city town location place region origin destination", lambda rng, world: world.city[0]),
        ("street address line", lambda rng, world: f"{world.street}, {world.city[0]}"),
        (
            "company organization organisation vendor supplier merchant employer",
            lambda rng, world: world.company,
        ),
        ("firstname forename given", lambda rng, world: world.first),
        ("lastname surname family", lambda rng, world: world.last),
        (
            "username login handle nickname",
            lambda rng, world: f"{world.first}.{world.last[0]}{rng.randint(2, 99)}".lower(),
        ),
        ("department team group", lambda rng, world: world.department),
        ("id ids key ref reference code number no sku identifier slug", _ident),
        (" ".join(PEOPLE), lambda rng, world: world.person),
        ("product item article sku model", lambda rng, world: world.product),
        ("color colour", lambda rng, world: rng.choice(words.COLORS)),
        ("status state", lambda rng, world: rng.choice(words.STATUS_WORDS)),
        (
            "index container database db collection bucket table queue repository repo workspace project partition",
            lambda rng, world: f"{world.department}-{world.topic.split()[-1]}-{rng.randint(2, 40)}",
        ),
        ("folder directory", lambda rng, world: f"2027/{world.topic.replace(' ', '-')}"),
        (
            "file filename path",
            lambda rng, world: f"{world.topic.replace(' ', '-')}-{rng.randint(2, 60)}.csv",
        ),
        (
            "tag tags label labels category topic keyword keywords genre type kind",
            lambda rng, world: rng.choice(words.TOPICS).split()[-1],
        ),
        (
            "prompt question questions query search q term text keyword",
            lambda rng, world: rng.choice(words.QUESTIONS).format(
                topic=world.topic, city=world.city[0], product=world.product, company=world.company
            ),
        ),
        (
            "title subject headline heading summary",
            lambda rng, world: f"{world.topic.capitalize()} for {world.company}",
        ),
        (
            "instructions goal",
            lambda rng, world: (
                f"Answer questions about the {world.topic} of {world.company}, {rng.choice(words.MANNERS)}"
            ),
        ),
        (
            "reason comment note notes remark feedback change",
            lambda rng, world: rng.choice(words.REMARKS).format(topic=world.topic, person=world.person),
        ),
        (
            "description body content message bio details",
            lambda rng, world: rng.choice(words.MESSAGES).format(
                topic=world.topic, city=world.city[0], company=world.company, person=world.person
            ),
        ),
        ("name", lambda rng, world: f"{rng.choice(words.ADJECTIVES)} {world.topic}".capitalize()),
        ("version", lambda rng, world: f"{rng.randint(1, 5)}.{rng.randint(0, 9)}"),
    )
)


def by_name(name: str, rng: Random, world: World) -> str:
    """A text such as a parameter of that name would hold."""
    spoken = words_of(name)
    if spoken[-2:] in (("first", "name"), ("given", "name")):
        return world.first
    if spoken[-2:] in (("last", "name"), ("family", "name")):
        return world.last
    if spoken[-2:] == ("user", "name"):
        return f"{world.first}.{world.last[0]}{rng.randint(2, 99)}".lower()
    if spoken[-1:] == ("from",) and not _TRAVEL.isdisjoint(spoken):
        return world.city[0]
    if spoken[-1:] == ("to",) and not _TRAVEL.isdisjoint(spoken):
        return rng.choice([city[0] for city in words.CITIES if city != world.city])
    if (
        spoken[-1:] == ("name",)
        and len(spoken) > 1
        and {"customer", "contact", "full", "author"} & set(spoken)
    ):
        return world.person
    if len(spoken) > 1 and spoken[-1] in _IDENTIFIERS and spoken[-2] not in _IDENTIFIERS:
        return f"{spoken[-2]}-{rng.randint(1000, 98999)}"
    places = (spoken[:-1], spoken[-1:]) if spoken[-1:] == ("name",) else (spoken[-1:], spoken[:-1])
    for place in places:
        for keys, make in _NAMES:
            if not keys.isdisjoint(place):
                return make(rng, world)
    return str(rng.choice((world.topic, world.product, rng.choice(words.TOPICS))))


def is_free(name: str) -> bool:
    """Whether a parameter of that name takes a text, a name or an identifier of one's own, not one of few choices."""
    spoken = words_of(name)
    return bool(spoken) and (spoken[-1] in _OWN or spoken[-1] in _IDENTIFIERS)


_OWN = frozenset(
    "name title subject text message comment note notes description body content reason instructions prompt question "
    "query search q email phone city street address person customer user username company url link path file filename "
    "tag tags label labels date time at until since amount summary remark feedback keyword term value "
    "actor author".split()
)
