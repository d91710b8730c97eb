"""Credentials in the elements and attributes of XML and the like."""

from __future__ import annotations

import re

from shared.scrub.members import members
from shared.scrub.rows import is_value_key, row_name
from shared.scrub.stand_ins import PLACEHOLDER
from shared.scrub.suspects import is_secret_under

_CDATA = r"<!\[CDATA\[[^\]]{1,500}\]\]>"
_ELEMENT = re.compile(
    rf"<((?:[\w.-]{{1,40}}:)?([^\W\d_][\w.-]{{1,60}}))(\s[^<>]{{0,300}})?>(\s{{0,8}}(?:{_CDATA}|[^<>]{{1,500}})\s{{0,8}})</\1\s{{0,4}}>"
)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s?=\s?(?:\"([^\"<>]{0,500})\"|'([^'<>]{0,500})')")
_SIBLINGS = re.compile(
    r"<(?P<naming>[\w.-]{1,40})>(?P<name>[^<>]{1,80})</(?P=naming)>\s{0,80}<(?P<holding>[\w.-]{1,40})>"
    r"(?P<value>[^<>]{1,500})</(?P=holding)>"
)
# An element whose attribute names what the element in it holds.
_HOLDER = re.compile(
    r"(?P<start><[\w:.-]{1,40}\s[^<>]{0,200}?(?:name|key|id)\s?=\s?(?P<quote>[\"'])(?P<name>[^\"'<>]{1,80})(?P=quote)[^<>]{0,200}>"
    r"\s{0,40}<(?P<holding>[\w.-]{1,40})>)(?P<value>[^<>]{1,500})(?=</(?P=holding)>)"
)
# Values in elements of their own beside a name: `<key>token</key><string>…</string>`.
_NESTED = re.compile(
    r"(?P<start><(?P<naming>name|key|n|field)>\s{0,8}(?P<name>[^<>]{2,80}?)\s{0,8}</(?P=naming)>\s{0,80}(?:<[\w.-]{1,40}>\s{0,20}){1,2})"
    r"(?P<value>[^<>]{1,500})(?=</)"
)
_TAG = re.compile(r"<[\w:.-]{1,40}\s[^<>]{3,1000}>")


def scrub_markup(text: str) -> str:
    """`text` without what `<Password>…</Password>` and `<add key="password" value="…"/>` hold."""
    if "<" not in text or ">" not in text:
        return text
    text = _NESTED.sub(_scrub_nested, _HOLDER.sub(_scrub_holder, text))
    return _TAG.sub(_scrub_tag, _SIBLINGS.sub(_scrub_siblings, _ELEMENT.sub(_scrub_element, text)))


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


def _scrub_holder(match: re.Match[str]) -> str:
    """An element such as `<property name="password"><value>…</value></property>`."""
    if is_value_key(match["holding"]) and is_secret_under(match["name"], match["value"].strip()):
        return f"{match['start']}{PLACEHOLDER}"
    return match.group()


def _scrub_nested(match: re.Match[str]) -> str:
    is_own = is_secret_under(match["name"], match["value"].strip())
    return f"{match['start']}{PLACEHOLDER}" if is_own else match.group()


def _scrub_tag(match: re.Match[str]) -> str:
    """A tag such as `<add key="password" value="…"/>` or `<user password="…"/>`."""
    found = list(_ATTRIBUTE.finditer(match.group()))
    given = {
        attribute[1].lower().rpartition(":")[2]: attribute[2] or attribute[3] or "" for attribute in found
    }
    secret = {
        key for key, value, called, _ in members(given, "", "") if value and is_secret_under(called, value)
    }

    def kept(attribute: re.Match[str]) -> str:
        if attribute[1].lower().rpartition(":")[2] not in secret:
            return attribute.group()
        value = attribute[2] or attribute[3]
        return attribute.group().replace(value, PLACEHOLDER)

    return _ATTRIBUTE.sub(kept, match.group()) if secret else match.group()


def _scrub_siblings(match: re.Match[str]) -> str:
    """Elements of which one names the other: `<key>password</key><value>…</value>`."""
    row = {match["naming"]: match["name"].strip(), match["holding"]: match["value"]}
    called = row_name(row)
    if (
        called is None
        or called != row[match["naming"]]
        or not is_secret_under(called, match["value"].strip())
    ):
        return match.group()
    return match.group()[: match.start("value") - match.start()] + f"{PLACEHOLDER}</{match['holding']}>"
