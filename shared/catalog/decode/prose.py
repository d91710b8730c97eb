"""Descriptions and names as plain text: of HTML and Markdown, what they show."""

from __future__ import annotations

import html
import re

# A sign that a text may be more than plain: tags, entities, Markdown, several lines.
_MARKED = re.compile(r"[<&*_`#\[|~\\\n]|^\s*(?:[-+>]|\d+[.)])\s")
_WORD = re.compile(r"\w")
_TAG_LIKE = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,12})(?P<rest>[^<>]{0,2000})>|<!--")
_CODE_SPAN = re.compile(r"`[^`\n]{1,300}`")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]{1,2000})>")
# Stands for a `<` that opens no tag: `<order id>`, `a < b`.
_ANGLE = "\ue001"
# Tags that stand alone and mean nothing else.
_BREAKS = frozenset(("br", "hr", "wbr"))
_VOID = frozenset(("img", "input", "meta", "link", "col", "source", "embed", "area"))
_TAGS = frozenset(
    "a abbr acronym address article aside audio b base bdi bdo big blockquote body button canvas caption "
    "center cite code colgroup data dd del details dfn dialog dir div dl dt em fieldset figcaption figure "
    "font footer form h1 h2 h3 h4 h5 h6 head header html i iframe ins kbd label legend li main map mark menu "
    "nav noscript object ol optgroup option output p param picture pre progress q s samp script section "
    "select small span strike strong style sub summary sup svg table tbody td template textarea tfoot th "
    "thead time title tr tt u ul var video".split()
)
_LINE = re.compile(r"(?i)<(?:br|hr)\b[^<>]*>")
_ITEM = re.compile(r"(?i)<(?:li|dt|dd)\b[^<>]*>")
_CELL = re.compile(r"(?i)</(?:td|th|option|button|label|dt|dd)\s*>")
_BLOCK = re.compile(
    r"(?i)</?(?:p|div|h[1-6]|ul|ol|dl|li|table|tr|thead|tbody|caption|pre|blockquote|section|article|header|footer|details|"
    r"summary|form|fieldset|figure|nav|main|aside|title|center)\b[^<>]*>"
)
_CODE = re.compile(r"(?i)<(code|tt|kbd|samp|var)\b[^<>]*>([^<>`\n]{1,300})</\1\s*>")
_BLOCK_END = re.compile(r"(?=</(?:p|h[1-6]|li|td|th|tr|pre|blockquote)>|<br)")


def without_html(text: str) -> str:
    """`text` without tags, comments, scripts and entities; what stands in angle brackets and is no tag stays."""
    if "<" not in text and "&" not in text:
        return text
    return _stripped(_guarded(text)).replace(_ANGLE, "<").strip()


def prose(text: str) -> str:
    """What a description in Markdown, HTML or both shows, words and code alike; "" where nothing remains."""
    if _MARKED.search(text) is None:
        return text if _WORD.search(text) else ""
    import pyromark

    guarded = _guarded(text)
    if "<" in guarded or "&" in guarded:
        # Lines of HTML are set in, which in Markdown is code.
        guarded = "\n".join([line.strip() for line in _stripped(guarded).splitlines()])
    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
    shown = pyromark.html(guarded.replace("<", _ANGLE), options=options)
    return _plain(_BLOCK_END.sub(" ", shown)).replace(_ANGLE, "<").strip()


def _guarded(text: str) -> str:
    """`text` with a stand-in for each `<` in code, or that does not open a tag of HTML."""
    text = _AUTOLINK.sub(r"\1", text)
    text = _CODE_SPAN.sub(lambda span: span.group().replace("<", _ANGLE).replace("&", "&amp;"), text)
    closed = {tag["name"].lower() for tag in _TAG_LIKE.finditer(text) if tag["close"]}

    def kept(match: re.Match[str]) -> str:
        name = (match["name"] or "").lower()
        has_rest = bool((match["rest"] or "").strip(" /"))
        is_tag = (
            not name
            or name in _BREAKS
            or (name in _VOID and has_rest)
            or (name in _TAGS and (name in closed or has_rest or name in ("p", "li")))
        )
        return match.group() if is_tag else f"{_ANGLE}{match.group()[1:]}"

    text = _TAG_LIKE.sub(kept, text)
    return re.sub(r"<(?![A-Za-z/!])", _ANGLE, text)


def _stripped(text: str) -> str:
    """Guarded HTML as Markdown without tags."""
    if "<" in text:
        text = _CODE.sub(lambda code: f"`{code[2]}`", text)
        text = _CELL.sub(lambda cell: f"{cell.group()} ", _ITEM.sub("\n\n* ", _LINE.sub("\n", text)))
        text = _BLOCK.sub("\n\n", text)
    return _plain(text)


def _plain(markup: str) -> str:
    import nh3

    return html.unescape(nh3.clean(markup, tags=set()))
