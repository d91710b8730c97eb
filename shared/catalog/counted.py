"""One diagnostic per document for each kind of thing that is left out in many places."""

from __future__ import annotations

from shared.catalog.reading import Reading

_MOST = 12
_MESSAGES = {
    "header_left_out": "{total} declared headers ({words}) are left out; clients send them.",
    "answers_left_out": "{total} answers of other codes or media types ({words}) are left out; one success is read.",
    "servers_left_out": "{total} variables of server urls ({words}) are left out; no argument is made of them.",
    "media_types_alike": "{total} bodies can be sent in other media types ({words}), which say nothing more.",
    "keywords_left_out": "{total} keywords that constrain values are left out ({words}).",
    "beside_ref": "{total} keywords beside `$ref` ({words}) are left out: there they mean nothing.",
    "contradiction": "{total} keywords of parts of one schema contradict each other ({words}); the nearest stays.",
    "default_left_out": "{total} defaults or examples are left out ({words}); their own schemas refuse them.",
    "format_in_doubt": "{total} defaults or examples are not of the format that their schemas name ({words}); kept.",
    "variants_joined": "{total} schemas with variants are one with the fields of all, required if all require them.",
    "schema_cut": "{total} schemas are too deep or too wide to be kept whole; what lies beyond is left open.",
    "parts_left_out": "{total} schemas consist of too many parts; the rest of them is left open.",
}


def note_counted(reading: Reading, where: str) -> None:
    """Note what was counted since the last document, with how often and where first."""
    reading.place = ""
    for code, message in _MESSAGES.items():
        first, counts = reading.counted(code)
        if counts:
            shown = ", ".join(f"{word} {count}" for word, count in counts.most_common(_MOST))
            said = message.format(total=counts.total(), words=shown)
            reading.note(code, where, f"{said} First: {first}." if first else said)
