"""Codes that stand for what people say: countries, languages, currencies."""

from __future__ import annotations

import re
from functools import cache

from shared.identifiers import plain

_COUNTRIES = (
    "AD Andorra|AE Emirates|AF Afghanistan|AL Albania|AM Armenia|AO Angola|AR Argentina|AT Austria|AU Australia|"
    "AZ Azerbaijan|BA Bosnia|BD Bangladesh|BE Belgium|BG Bulgaria|BH Bahrain|BO Bolivia|BR Brazil|BY Belarus|CA Canada|"
    "CH Switzerland|CI Ivory Coast|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|CU Cuba|CY Cyprus|"
    "CZ Czechia,Czech Republic|DE Germany|DK Denmark|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|"
    "ES Spain|ET Ethiopia|FI Finland|FR France|GB United Kingdom,Great Britain,Britain,England,Scotland,Wales,UK|"
    "GE Georgia|GH Ghana|GR Greece|GT Guatemala|HK Hong Kong|HN Honduras|HR Croatia|HU Hungary|ID Indonesia|"
    "IE Ireland|IL Israel|IN India|IQ Iraq|IR Iran|"
    "IS Iceland|IT Italy|JM Jamaica|JO Jordan|JP Japan|KE Kenya|"
    "KR South Korea,Korea|KW Kuwait|KZ Kazakhstan|LB Lebanon|LI Liechtenstein|LK Sri Lanka|LT Lithuania|"
    "LU Luxembourg|LV Latvia|MA Morocco|"
    "MC Monaco|MD Moldova|ME Montenegro|MK North Macedonia|MT Malta|MX Mexico|MY Malaysia|NG Nigeria|NI Nicaragua|"
    "NL Netherlands,Holland|NO Norway|NP Nepal|NZ New Zealand|OM Oman|PA Panama|PE Peru|PH Philippines|PK Pakistan|"
    "PL Poland|PR Puerto Rico|PT Portugal|PY Paraguay|QA Qatar|RO Romania|RS Serbia|RU Russia|RW Rwanda|"
    "SA Saudi Arabia|SE Sweden|SG Singapore|SI Slovenia|SK Slovakia|SN Senegal|SV El Salvador|TH Thailand|TN Tunisia|"
    "TR Turkey,Türkiye|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|US United States,America,USA,States|UY Uruguay|"
    "UZ Uzbekistan|VE Venezuela|VN Vietnam|ZA South Africa|ZM Zambia|ZW Zimbabwe"
)
_LANGUAGES = (
    "ar Arabic|bg Bulgarian|bn Bengali|ca Catalan|cs Czech|cy Welsh|da Danish|de German|el Greek|en English|es Spanish,"
    "Castilian|et Estonian|eu Basque|fa Persian,Farsi|fi Finnish|fr French|ga Irish|gl Galician|he Hebrew|hi Hindi|"
    "hr Croatian|hu Hungarian|id Indonesian|is Icelandic|it Italian|ja Japanese|ko Korean|lt Lithuanian|lv Latvian|"
    "ms Malay|mt Maltese|nb Norwegian|nl Dutch,Flemish|no Norwegian|pl Polish|pt Portuguese,Brazilian|ro Romanian|"
    "ru Russian|sk Slovak|sl Slovenian|sq Albanian|sr Serbian|sv Swedish|sw Swahili|ta Tamil|te Telugu|th Thai|"
    "tr Turkish|uk Ukrainian|ur Urdu|vi Vietnamese|zh Chinese,Mandarin,Cantonese"
)
_CURRENCIES = (
    "AED dirham|ARS peso|AUD australian dollar,dollar|BRL real,reais|CAD canadian dollar,dollar|CHF franc,swiss franc|"
    "CLP peso|CNY yuan,renminbi|COP peso|CZK koruna,crown|DKK krone,crown|EUR euro,€|GBP pound,sterling,£,quid|"
    "HKD hong kong dollar,dollar|HUF forint|IDR rupiah|ILS shekel|INR rupee|JPY yen|KRW won|MXN peso|MYR ringgit|"
    "NOK krone,crown|NZD new zealand dollar,dollar|PHP peso|PLN zloty,złoty|RON leu,lei|RUB rouble,ruble|SAR riyal|"
    "SEK krona,kronor,crown|SGD singapore dollar,dollar|THB baht|TRY lira|TWD dollar|UAH hryvnia|USD dollar,$,buck|"
    "VND dong|ZAR rand"
)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Code in lower case → what people say for it, plain."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (*_COUNTRIES.split("|"), *_LANGUAGES.split("|"), *_CURRENCIES.split("|")):
        code, _, names = line.partition(" ")
        found[code.lower()] = (*found.get(code.lower(), ()), *(plain(name) for name in names.split(",")))
    return found


def names_of(code: str) -> tuple[str, ...]:
    """What people say, in lower case without accents, for the country, language or currency that `code` stands for.

    `de-DE` stands for what both its parts stand for.
    """
    return tuple(name for part in re.split(r"[-_]", code.lower()) for name in _table().get(part, ()))
