"""Credentials in the elements and attributes of XML and the like."""

from __future__ import annotations

import re

from shared.scrub.stand_ins import PLACEHOLDER
from shared.scrub.suspects import is_secret_under

_CDATA = r"<!\[CDATA\[[^\]]{1,500}\]\]>"
_ELEMENT = re.compile(
    rf"<((?:[\w.-]{{1,40}}:)?([^\W\d_][\w.-]{{1,60}}))(\s[^<>]{{0,300}})?>(\s{{0,8}}(?:{_CDATA}|[^<>]{{1,500}})\s{{0,8}})</\1>"
)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s?=\s?(?:\"([^\"<>]{0,500})\"|'([^'<>]{0,500})')")
_TAG = re.compile(r"<[\w:.-]{1,40}\s[^<>]{3,1000}>")


def scrub_markup(text: str) -> str:
    """`text` without what `<Password>…</Password>` and `<add key="password" value="…"/>` hold."""
    if "<" not in text or ("</" not in text and "/>" not in text):
        return text
    return _TAG.sub(_scrub_tag, _ELEMENT.sub(_scrub_element, text))


def _scrub_element(match: re.Match[str]) -> str:
    tag, name, attributes, value = match.groups()
    bare = value.strip().removeprefix("<![CDATA[").removesuffix("]]>")
    called = [
        given
        for key, *values in _ATTRIBUTE.findall(attributes or "")
        if _names(key)
        for given in values
        if given
    ]
    if any(is_secret_under(one, bare) for one in (name, *called)):
        return f"<{tag}{attributes or ''}>{PLACEHOLDER}</{tag}>"
    return match.group()


def _names(attribute: str) -> bool:
    return attribute.lower().rpartition(":")[2] in ("name", "key", "n")


def _scrub_tag(match: re.Match[str]) -> str:
    """A tag such as `<add key="password" value="…"/>`."""
    tag = match.group()
    given = {key.lower(): one or other for key, one, other in _ATTRIBUTE.findall(tag)}
    value = given.get("value", "")
    if value and any(is_secret_under(name, value) for key, name in given.items() if _names(key)):
        return tag.replace(value, PLACEHOLDER)
    return tag
