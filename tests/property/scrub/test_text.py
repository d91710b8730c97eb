from hypothesis import given, settings
from hypothesis import strategies as st

from shared.scrub.find import find_secrets
from shared.scrub.text import scrub_text, scrub_url, scrub_value

NAMES = st.sampled_from(
    ["password", "api_key", "id", "note", "url", "phone", "token", "value", "key", "example", "Authorization"]
)
WORDS = st.sampled_from(
    [
        "Bearer ",
        "password=",
        "hunter2",
        "{{token}}",
        "https://u:p@h/x?",
        "&sig=",
        "a1B2c3D4e5F6g7H8i9J0",
        "bob@corp.io",
        "+49 30 901820",
    ]
)
TEXTS = st.lists(WORDS | st.text(max_size=8), max_size=8).map("".join)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES, NAMES)
@settings(max_examples=150, deadline=None)
def test_scrubbing_keeps_structure_keys_and_types(value, name: str):
    assert shape(scrub_value(value, name=name)) == shape(value)


def shape(value):
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value)


@given(TEXTS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_scrubbed_text_holds_nothing_more_to_scrub(text: str):
    assert isinstance(scrub_url(text), str)
    assert scrub_text(scrub_text(text)) == scrub_text(text)
    assert "url_userinfo" not in find_secrets(scrub_text(text))
