"""What a sentence of a description asks for: "You must provide a `title`." and "You can also pass `labels`"."""

from __future__ import annotations

import re

QUOTED = re.compile(r"[`'\"]([\w.-]{1,80})[`'\"]")
_ALSO = r"(?: (?:also|always|at least|optionally|additionally|either))?"
_GIVE = r"(?:provide|specify|pass|send|include|supply|contain|give|set)\b"
_MUST = re.compile(
    rf"(?i)\b(?:(?:must|needs? to|ha(?:s|ve) to|should){_ALSO} {_GIVE}|requires?\b)(?! (?:that|not)\b)"
)
_CAN = re.compile(
    rf"(?i)\b(?:(?:can|may){_ALSO} (?:{_GIVE}|(?:add|use|omit)\b)|optionally\b|(?:omit|leave out)\b)"
)
# What is asked for under a condition or to an end is needed by some only; what follows such a word is not asked for.
_CONDITION = re.compile(r"(?i)\b(?:if|when|where|unless|once|in case|(?:in order )?to|for)\b")
_END = re.compile(r"(?i)\b(?:if|when|where|unless|in case|so that|because|instead|whether)\b|[;:]\s*$")
# Of several names in `either `a` or `b`` each can be left out.
_ALTERNATIVES = re.compile(
    r"(?i)\b(?:either|(?:exactly |at least )?(?:one|any) of)\b|[`'\"],? or (?:the |an? )?[`'\"]"
)
_FIELDS = r"(?:fields?|parameters?|propert(?:y|ies)|attributes?|values?)\b"
_IN_PART = re.compile(
    r"(?i)\b(?:"
    rf"(?:{_FIELDS}|what|those)(?: that)? you (?:want|wish|need|would like) to (?:change|update|modify|edit)\b"
    rf"|only the {_FIELDS}(?: that)? you \w+ (?:are|will be) (?:changed|updated)\b"
    rf"|at least one (?:of (?:the |these )?)?(?:\w+ )?{_FIELDS}"
    rf"|(?:all|each|every|any) (?:of )?(?:the |these )?(?:\w+ )?{_FIELDS}(?: in the (?:request )?body)?"
    r" (?:is|are) optional\b"
    rf"|not to pass any {_FIELDS}"
    r")"
)
# Not so "all the information required", which says of no field that it is.
_WHOLE = re.compile(
    rf"(?i)\b(?:must|needs? to|have to|should){_ALSO} {_GIVE} (?:all|every|the (?:complete|entire|full|whole))\b"
    r"(?![^.;]{0,80}\b(?:required|mandatory|necessary)\b)(?! new\b)[^.;]{0,40}?"
    rf"\b(?:{_FIELDS}|(?:information|resource|definition)\b)"
)


def asked(sentence: str) -> tuple[list[str], list[str]]:
    """The quoted names of what a sentence says that one can give or leave out, and of what one must give."""
    if (found := _MUST.search(sentence)) is not None:
        is_for_some = _CONDITION.search(sentence, 0, found.start()) is not None
        return ([], []) if is_for_some else alternatives(sentence, _behind(sentence, found.end()))
    if (found := _CAN.search(sentence)) is not None:
        return _behind(sentence, found.end()), []
    return [], []


def alternatives(sentence: str, named: list[str]) -> tuple[list[str], list[str]]:
    """The names that a sentence asks for: those that can be left out, as one is enough, or those that must be there."""
    return (named, []) if _ALTERNATIVES.search(sentence) is not None else ([], named)


def says_whole(text: str) -> bool:
    """Whether a description says that a request has all fields, also of what it changes."""
    return _WHOLE.search(text) is not None


def says_in_part(text: str) -> bool:
    """Whether a description says that a request has only what is to change, or any one of its fields."""
    return _IN_PART.search(text) is not None


def _behind(sentence: str, start: int) -> list[str]:
    end = _END.search(sentence, start)
    return QUOTED.findall(sentence, start, end.start() if end is not None else len(sentence))
