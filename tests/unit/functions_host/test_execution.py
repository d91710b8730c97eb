import pytest

from local.functions_host.execution import message_texts
from local.functions_host.worker import Datum


@pytest.mark.parametrize(
    ("datum", "texts"),
    [
        (Datum("one", "string"), ["one"]),
        (Datum(b"one", "bytes"), ["one"]),
        (Datum('["a", {"b": 1}]', "json"), ["a", '{"b":1}']),
        (Datum('{"b": 1}', "json"), ['{"b":1}']),
        (Datum("[]", "json"), []),
    ],
)
def test_an_output_value_is_one_message_an_element(datum: Datum, texts: list[str]):
    assert message_texts(datum) == texts
