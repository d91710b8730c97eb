"""What descriptions, tables and comments say of body fields: which may be left out, and which must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import OPTIONAL, REQUIRED, words_of_description
from shared.catalog.postman.sentences import QUOTED, alternatives, asked, says_in_part, says_whole

_MAX_TEXT = 20_000
_SENTENCE = re.compile(r"\n|(?<=[.;!?])\s")
_HEADING = re.compile(r"(?i)[\s*|>#-]*(?:optional|required|mandatory)\b[^:.()]{0,40}:")
_FIRST = re.compile(
    r"[\s*|>#-]*[`'\"*_]*([\w.-]{1,80}?)[`'\"*]*(?=\s*[|:(=]|\s+-|\s+\u2013|\s+(?:is|are|must)\b)"
)
_MUST = re.compile(
    r"(?i)\bmust (?:always )?(?:be (?:given|set|sent|provided|present|specified|included)|not be (?:empty|null))\b"
)
_ASKS = re.compile(r"(?i)\W*(?:required|mandatory|optional)\W*")
# What is required under a condition is not required.
_CONDITION = re.compile(r"(?i)^\W*(?:if|when|where|unless)\b[^,]{1,200},")
_UNDER_CONDITION = re.compile(r"(?i)\b(?:if|when|unless)\b")
_CLAUSE = re.compile(r"[,;]|\b(?:but|and|while)\b")
_WORD = re.compile(r"[\w-]+")
_COMMENTED = re.compile(r'"([^"\\]{1,80})"\s*:[^\n]{0,300}?//([^\n]{0,300})')
_END_OF_CELL = re.compile(r"(?i)</t[dh]>\s*<t[dh]\b[^>]{0,80}>")
_END_OF_ROW = re.compile(r"(?i)(?:</?t(?:r|d|h|able|body|head)\b[^>]{0,80}>\s*)+")
_CELL = re.compile(r"(?<!\\)\|")
_TELLING = (
    "optional",
    "not ",
    " be ",
    "requir",
    "mandatory",
    "must",
    " can ",
    " may ",
    "omit",
    "leave",
    "need",
    "should",
    "have to",
    "has to",
)
_YES = re.compile(r"(?i)\W*(?:yes|y|true|x|required|mandatory|always|must|✓|✔|✅|1)\W*\Z|.*[✓✔✅]")
_NO = re.compile(r"(?i)\W*(?:no|n|false|optional|0|✗|✘|❌|)\W*\Z|.*[✗✘❌]")


def documented(request: Request) -> tuple[frozenset[str], frozenset[str]]:
    """Names that are called optional, and names that are called required; names in both groups are left out."""
    optional: set[str] = set()
    required: set[str] = set()
    text = _rows_of_tables(words_of_description(request.description)[:_MAX_TEXT])
    if text and _may_say(text.lower()):
        lines = text.split("\n")
        for name, is_needed in _in_tables(lines):
            (required if is_needed else optional).add(name)
        for sentence in _SENTENCE.split(text):
            may, must = _said(sentence)
            optional |= may
            required |= must
    raw = request.raw
    if "//" in raw and len(raw) < _MAX_TEXT and _may_say(raw.lower()):
        for name, comment in _COMMENTED.findall(raw):
            if OPTIONAL.search(comment):
                optional.add(name)
            elif REQUIRED.search(comment):
                required.add(name)
    return frozenset(optional - required), frozenset(required - optional)


def _said(sentence: str) -> tuple[set[str], set[str]]:
    """Names that a sentence calls optional, and required; what is required under a condition is not required."""
    optional: set[str] = set()
    required: set[str] = set()
    plain = _CONDITION.sub("", sentence, count=1)
    for part, named in _parts(plain):
        if OPTIONAL.search(part):
            optional.update(named)
            continue
        says_all = REQUIRED.search(part) is not None or _MUST.search(part) is not None
        may, must = alternatives(part, named) if says_all else asked(part)
        optional.update(may)
        required.update(must if plain == sentence else ())
    return optional, required


def changes_in_part(request: Request) -> bool:
    """Whether the description says that the request has only what is to change, or any one of its fields."""
    return says_in_part(words_of_description(request.description)[:_MAX_TEXT])


def needs_all(request: Request) -> bool:
    """Whether the description says that the request has all fields."""
    return says_whole(words_of_description(request.description)[:_MAX_TEXT])


def _rows_of_tables(text: str) -> str:
    """A text with tables in HTML written as lines of cells."""
    return _END_OF_ROW.sub("\n", _END_OF_CELL.sub(" | ", text)) if "</t" in text.lower() else text


def _may_say(lower: str) -> bool:
    """Whether a text has a word of any sentence that is read; cheaper than the patterns."""
    return any(word in lower for word in _TELLING)


def _in_tables(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Names and whether they must be there, from tables with a column that says so."""
    column = None
    for line in lines:
        cells = [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]
        if "|" not in line:
            column = None
        elif column is None:
            column = next((i for i, cell in enumerate(cells) if i and _ASKS.fullmatch(cell)), None)
            asks_optional = column is not None and "optional" in cells[column].lower()
        elif column < len(cells) and (name := _WORD.search(cells[0])):
            is_yes, is_no = _YES.match(cells[column]), _NO.match(cells[column])
            if bool(is_yes) != bool(is_no):
                yield name.group(), bool(is_yes) != asks_optional


def _parts(sentence: str) -> Iterator[tuple[str, list[str]]]:
    """A sentence or a row of a table with the fields it names; one that speaks of both in its clauses."""
    plain = OPTIONAL.sub("", sentence)
    if plain != sentence and (REQUIRED.search(plain) or _MUST.search(plain)):
        for part in _CLAUSE.split(sentence):
            yield part, QUOTED.findall(part)
    else:
        yield sentence, _named(sentence)


def _named(sentence: str) -> list[str]:
    """The names that a sentence speaks of, but for those of a condition at its end."""
    sentence = _UNDER_CONDITION.split(sentence, maxsplit=1)[0]
    heading = _HEADING.match(sentence)
    if heading is not None:
        return [word.strip("-") for word in _WORD.findall(sentence[heading.end() :])]
    first = _FIRST.match(sentence)
    return [*QUOTED.findall(sentence), *([first[1]] if first is not None else [])]
