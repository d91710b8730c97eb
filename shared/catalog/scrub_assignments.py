"""What a credential is replaced by, and the replacing of `name=value` pairs in free text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.catalog.scrub_names import NameKind, name_kind, words_of
from shared.catalog.scrub_patterns import looks_opaque

PLACEHOLDER = "<secret:string>"
# A name that may be one of a credential holds one of these (in lower case), written so that few characters start one.
_SUSPECT = re.compile(
    r"key|p(?:ass|wd|in|sk|hrase|arola)|se(?:cret|ss|ed|nha)|s(?:ig|as|aml)|token|a(?:uth|ssertion|nswer|ppid)|"
    r"c(?:red|ookie|v[vc]|sc|ardverif|onn|ode|ontrase)|jwt|otp|bearer|mnemonic|kennwort|wachtwoord"
)
_SUSPECT_ANYWHERE = re.compile(f"{_SUSPECT.pattern}|hasło|lösen|парол|密码|密碼|口令|パスワード|暗証|비밀")

_VARIABLE = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|%\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*")
_PLACEHOLDER = re.compile(r"<[^<>]{1,80}>|\[[A-Za-z][A-Za-z _-]{0,40}\]")
_SCHEME = re.compile(
    r"(?i)(bearer|basic|digest|token|apikey|negotiate|hmac|sharedkey|sharedkeylite|oauth|hawk|ssws|aws|mac|signature|"
    r"geniekey|aws4-hmac-sha256)[ ]+(?=\S)"
)
# Words that stand for a value in documentation.
_STAND_INS = frozenset(
    "string str text value required optional none null true false undefined redacted hidden secret password token "
    "key apikey api_key integer number object array boolean bearer basic header query body cookie".split()
)
_PATH = re.compile(r"/[\w.-]{1,40}(?:/[\w.{}-]{1,60}){2,20}")
_NAMED = re.compile(r"[A-Za-z_-]{2,40}\s*=\s*(?=[^=\s])")
_OPTION = re.compile(r"(?:-u|-U|--user|--proxy-user|-b|--cookie)[ =]{0,3}[\"']?")
_MASK = re.compile(r"[*xX.•…_\- ]+")
_ASSIGNMENT = re.compile(
    r"(?<![\w.-])(?P<name>[^\W\d_][\w.-]{1,60})"
    r"(?P<mid>[\"'`\]]{0,2}\s{0,3}(?:=>|:=|=|:)\s{0,3}(?:(?i:bearer|basic|token) )?)"
    r"(?P<value>\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|`[^`\n]{1,500}`|[^\s\"'`,;&<>(){}\[\]]{3,500})"
)
# A line of settings: everything after the sign is the value.
_SETTING = re.compile(
    r"(?m)^(?P<start>\s{0,8}(?:export |set )?(?P<name>[A-Za-z][\w.-]{1,60})\s{0,3}[:=]\s{0,3})"
    r"(?P<value>[^\s\"'`{$].{2,500})$"
)
_DIGIT = re.compile(r"\d")
_FORM_PAIR = re.compile(r"&[\w.%\[\]-]{1,60}=")
_MARKUP = r"(?:[\"'`*_\])]|</?[a-z][a-z0-9]{0,7}(?: [^<>]{0,60})?>)"
# What follows a word of a name: signs of a sentence, a list or a table, and a value.
_TOLD = re.compile(
    rf"[\w.-]{{0,40}}+(?P<mid>(?:</t[dh]>\s{{0,3}}<t[dh]>|{_MARKUP}{{0,6}}+\s{{0,2}}+(?P<sign>:|=|[-=]>|→|—|–|"
    r"\|(?:[^|\n\d]{0,24}\|)?|\(|(?:(?:for|of|in|on)\s[\w\s-]{1,40}?\s)?(?i:is|to|equals)\b))"
    rf"(?:\s?{_MARKUP}){{0,6}}\s{{0,2}})"
    r"(?P<value>(?<=`)[^`\n]{3,300}(?=`)|(?<=\")[^\"\n]{3,300}(?=\")|(?<=')[^'\n]{3,300}(?=')|"
    r"(?<=>)[^<>\n]{3,300}(?=<)|[^\s\"'`,;<>(){}\[\]|*]{3,300})"
)
_NAME_END = re.compile(r"[A-Za-z][\w.-]{0,60}\Z")
# Words with digits that describe a value and are none.
_TECHNICAL = re.compile(
    r"(?i)(?:oauth|base|sha|md|rfc|utf|hs|rs|es|ps|iso|https?|aes|rsa|des|x|v|p|pkcs|tls|ssl|ipv|ascii|ed|curve|step|"
    r"table|section|fig|note|level|version|id|openid)[-_/. ]?\d[\w./-]*|\d+[- ]?[a-z]{1,12}|[\d.,–-]+[a-z%]{0,3}"
)
# Twelve words or more, as wallets show them.
_SEED_WORDS = re.compile(
    r"(?i)(?P<start>\b(?:mnemonic|(?:seed|recovery|backup|wallet|secret)[ _-]?(?:phrase|seed)|seed[ _-]?words)\W{1,12}"
    r"(?:is\W{1,4})?)"
    r"(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8}\b"
)
_PHRASE_WORDS = frozenset("passphrase phrase mnemonic seed answer".split())
_SETTING_SOMETHING = re.compile(r"(?i)\bset\W{1,4}(?:(?:the|your) )?\Z")
_SHORT_WORDS = frozenset("pin cvv cvc csc cvv2 otp totp tan code passcode verification".split())
_NAMED_LATE = frozenset("key code token pin phrase".split())
_WORDS_BEFORE = re.compile(r"([A-Za-z][\w-]{1,20}) +\Z")
_CURL_HEADER = re.compile(
    r"(?P<start>(?:-H|--header)[ =]?\s{0,2}\\?(?P<quote>[\"'])(?P<name>[\w.-]{2,60})\s{0,2}:\s{0,2})"
    r"(?P<value>(?:(?!(?P=quote))[^\n]){1,2000})"
)
_CURL_DATA = re.compile(
    r"(?P<start>(?:-d|--data[a-z-]{0,12}|-F|--form)[ =]\s{0,2}(?P<quote>[\"'])(?P<name>[^\W\d_][\w.-]{1,60})=)"
    r"(?P<value>[^\"'&\n]{1,500})(?=(?P=quote))"
)
_CDATA = r"<!\[CDATA\[[^\]]{1,500}\]\]>"
_ELEMENT = re.compile(
    rf"<((?:[\w.-]{{1,40}}:)?([^\W\d_][\w.-]{{1,60}}))(\s[^<>]{{0,300}})?>(\s{{0,8}}(?:{_CDATA}|[^<>]{{1,500}})\s{{0,8}})</\1>"
)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s?=\s?(?:\"([^\"<>]{0,500})\"|'([^'<>]{0,500})')")
_TAG = re.compile(r"<[\w:.-]{1,40}\s[^<>]{3,1000}>")
_ROW = re.compile(
    r"(?P<start>[\"'](?:key|name|field|header)[\"']\s?:\s?[\"'](?P<name>[^\"'\n]{2,80})[\"']\s?,\s{0,8}"
    r"(?:[\"']\w{1,20}[\"']\s?:\s?(?:[\"'][^\"'\n]{0,80}[\"']|\w{1,10})\s?,\s{0,8}){0,2}[\"']value[\"']\s?:\s?[\"'])"
    r"(?P<value>[^\"'\n]{1,1000})"
)
_ESCAPED = re.compile(r"(\\\"([A-Za-z][\w.-]{1,60})\\\"\s{0,3}:\s{0,3}\\\")((?:[^\"\\]){1,500})(?=\\\")")


def placeholder_for(text: str) -> str:
    """The placeholder that keeps an authentication scheme; the text itself if it only stands for a value."""
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    if is_stand_in(rest):
        return text
    return f"{scheme.group(1)} {PLACEHOLDER}" if scheme else PLACEHOLDER


def is_pointer(text: str, name: str) -> bool:
    """Whether a value in a credential's place points elsewhere: a schema, a path of words, its own name."""
    return text.startswith("#/") or _PATH.fullmatch(text) is not None or words_of(text) == words_of(name)


def is_stand_in(text: str) -> bool:
    """Whether `text` holds no value of its own: variables, `<…>`, masks and words such as `string`."""
    rest = _PLACEHOLDER.sub("", _VARIABLE.sub("", text)).strip(" \"'`:;,.")
    return not rest or rest.lower() in _STAND_INS or _MASK.fullmatch(rest) is not None


def kept_prefix(found: str) -> str:
    """What stays of a match: the name of `name=value`, the scheme of `Bearer value`, the option of `-u user:word`."""
    named = _OPTION.match(found) or _NAMED.match(found) or _SCHEME.match(found)
    return named.group() if named else ""


def lowered(text: str) -> str:
    """`text` in lower case, character by character, so that places in it stay the same."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([low if len(low := ch.lower()) == 1 else ch for ch in text])


def names_suspect(lower: str) -> bool:
    """Whether a text in lower case holds a word of a name that may be one of a credential."""
    return (_SUSPECT if lower.isascii() else _SUSPECT_ANYWHERE).search(lower) is not None


def tells_secret(text: str) -> bool:
    """Whether a sentence, a list or a table gives a value to the name of a credential."""
    if next(_told(text), None) is not None or _seed_words(text) is not None:
        return True
    return "value" in text and any(is_secret_under(row["name"], row["value"]) for row in _ROW.finditer(text))


def _seed_words(text: str) -> re.Match[str] | None:
    lower = lowered(text)
    may_be = "mnemonic" in lower or "phrase" in lower or "seed" in lower
    return _SEED_WORDS.search(text) if may_be else None


def _told(text: str) -> Iterator[tuple[int, int]]:
    """Where the values stand that sentences, lists and tables give to names of credentials."""
    end = 0
    lower = lowered(text)
    for word in (_SUSPECT if lower.isascii() else _SUSPECT_ANYWHERE).finditer(lower):
        begin, stop = word.span()
        if begin < end:
            continue
        match = _TOLD.match(text, stop)
        if match is None:
            continue
        before = _NAME_END.search(text, max(end, begin - 60), stop)
        start = before.start() if before else begin
        value = match["value"].rstrip(".:!?")
        if _is_told(text, start, match, value):
            end = match.start("value") + len(value)
            yield match.start("value"), end


def scrub_assignments(text: str) -> str:
    """`text` without the values that it gives names of credentials, whatever the notation.

    `password=…`, `"token": "…"`, `<Password>…</Password>`, headers of curl commands, cells beside a name, `pin is …`.
    """
    if not names_suspect(lowered(text)):
        return text
    if "-H" in text or "--header" in text:
        text = _CURL_HEADER.sub(_scrub_header, text)
    if _seed_words(text) is not None:
        text = _SEED_WORDS.sub(lambda m: f"{m['start']}{PLACEHOLDER}", text)
    if "\n" in text:
        text = _SETTING.sub(_scrub_setting, text)
    if "=" in text or ":" in text:
        text = _ASSIGNMENT.sub(_scrub_assignment, text)
        text = _CURL_DATA.sub(_scrub_named, _ROW.sub(_scrub_named, text))
        if '\\"' in text:
            text = _ESCAPED.sub(_scrub_escaped, text)
    for start, end in reversed(list(_told(text))):
        text = f"{text[:start]}{PLACEHOLDER}{text[end:]}"
    if "<" in text and ("</" in text or "/>" in text):
        text = _TAG.sub(_scrub_tag, _ELEMENT.sub(_scrub_element, text))
    return text


def is_secret_under(name: str, value: str) -> bool:
    """Whether `value` is a credential where a text gives it to `name`."""
    kind = name_kind(name)
    if kind is NameKind.WEAK:
        return looks_opaque(value.rstrip("="), shortest=16, suspect=True)
    return kind is NameKind.SECRET and not is_stand_in(value)


def _kind_of(text: str, start: int, name: str) -> NameKind:
    """What a name in a text says; `API key` and `PIN code` are told by the words before the last one."""
    kind = name_kind(name)
    if kind is not NameKind.SECRET and name.lower() in _NAMED_LATE:
        before = _WORDS_BEFORE.search(text, max(0, start - 24), start)
        return name_kind(f"{before.group(1)} {name}") if before else kind
    return kind


def _scrub_assignment(match: re.Match[str]) -> str:
    value = match["value"]
    quote = value[0] if value[0] in "\"'`" else ""
    bare = value.strip(quote) if quote else value
    kind = _kind_of(match.string, match.start(), match["name"])
    if kind is NameKind.WEAK and looks_opaque(bare.rstrip("="), shortest=16, suspect=True):
        return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{quote}"
    if kind is not NameKind.SECRET or is_stand_in(bare) or bare.startswith(("//", "$", "{{")):
        return match.group()
    if not quote and not _is_assigned(match, bare):
        return match.group()
    if quote and " " in bare and ":" in match["mid"] and not _is_member(match):
        return match.group()
    return f"{match['name']}{match['mid']}{quote}{PLACEHOLDER}{quote}"


def _is_assigned(match: re.Match[str], bare: str) -> bool:
    """Whether an unquoted value is one and not the next word of a sentence (`token: the value to send`)."""
    if any(ch.isdigit() for ch in bare) and (len(bare) >= 6 or _is_short_code(match["name"], bare)):
        return True
    rest = match.string[match.end() : match.end() + 1]
    if rest and rest in "`\"'" and match.string[max(0, match.start() - 1) : match.start()] == rest:
        rest = ""  # the pair stands in quotes
    tight = "=" in match["mid"] and " " not in match["mid"].strip("\"'`")
    return tight or (rest in ("", "\n", "\r", "&", ";") and len(bare) >= 6 and not bare.endswith((".", ":")))


def _is_short_code(name: str, bare: str) -> bool:
    return bare.rstrip(".").isdigit() and not _SHORT_WORDS.isdisjoint(words_of(name))


def _is_member(match: re.Match[str]) -> bool:
    """Whether a pair stands in an object and not in a sentence that quotes something."""
    return (
        match.string[max(0, match.start() - 8) : match.start()]
        .rstrip()
        .endswith(("{", ",", '"', "{'", ", '"))
    )


def _scrub_setting(match: re.Match[str]) -> str:
    value = match["value"]
    if name_kind(match["name"]) is not NameKind.SECRET or is_stand_in(value) or _FORM_PAIR.search(value):
        return match.group()
    return f"{match['start']}{PLACEHOLDER}"


def _is_told(text: str, start: int, match: re.Match[str], value: str) -> bool:
    """Whether what a sentence or a table says of the name at `start` is the value of a credential."""
    has_digit = _DIGIT.search(value) is not None
    is_quoted = match["mid"][-1] in "\"'`>" and _says_value(text, start, (match["sign"] or "").lower())
    name = text[start : match.start("mid")]
    if " " in value:
        is_phrase = is_quoted and not _PHRASE_WORDS.isdisjoint(words_of(name))
        return is_phrase and name_kind(name) is NameKind.SECRET and not is_stand_in(value)
    if not (has_digit or (is_quoted and value.isalpha())):
        return False
    kind = _kind_of(text, start, name)
    if kind is NameKind.WEAK:
        return looks_opaque(value.rstrip("="), shortest=16, suspect=True)
    if kind is not NameKind.SECRET or is_stand_in(value):
        return False
    if not has_digit and name_kind(value) is not NameKind.PLAIN:
        return False  # it names a header or a field
    if value.startswith(("$", "{{", "//", "http")):
        return False
    if value.isdigit():
        return len(value) >= 6 or _is_short_code(name, value)
    return len(value) >= 6 and any(ch.isalpha() for ch in value) and _TECHNICAL.fullmatch(value) is None


def _says_value(text: str, start: int, sign: str) -> bool:
    """Whether a sign says that a quoted word after it is a value (`the password is "…"`, `set the password to "…"`)."""
    if sign == "to":
        return _SETTING_SOMETHING.search(text, max(0, start - 16), start) is not None
    return sign in (":", "=") or sign.endswith(("is", "equals"))


def _scrub_header(match: re.Match[str]) -> str:
    name, value = match["name"], match["value"]
    kind = name_kind(name, "header")
    weak = kind is NameKind.WEAK and looks_opaque(value.rstrip("="), shortest=12, suspect=True)
    if not weak and kind is not NameKind.SECRET:
        return match.group()
    return f"{match['start']}{placeholder_for(value)}"


def _scrub_named(match: re.Match[str]) -> str:
    if is_secret_under(match["name"], match["value"]):
        return f"{match['start']}{PLACEHOLDER}"
    return match.group()


def _scrub_escaped(match: re.Match[str]) -> str:
    if is_secret_under(match[2], match[3]):
        return f"{match[1]}{PLACEHOLDER}"
    return match.group()


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
