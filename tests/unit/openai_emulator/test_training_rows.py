"""Training files are checked by the service's rules."""

from __future__ import annotations

import orjson
import pytest

from local.openai_emulator.training_rows import BadRow, check_file
from tests.builders.emulator import jsonl

ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
TOOL_ROW = {
    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [CALL]}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
}
DPO_ROW = {
    "input": {"messages": [{"role": "user", "content": "a"}]},
    "preferred_output": [{"role": "assistant", "content": "b"}],
    "non_preferred_output": [{"role": "assistant", "content": "c"}],
}


def check(tmp_path, data):
    path = tmp_path / "rows"
    path.write_bytes(data)
    return check_file(path)


@pytest.mark.parametrize(("row", "kind"), [(ROW, "chat"), (TOOL_ROW, "chat"), (DPO_ROW, "dpo")])
def test_good_rows_pass(tmp_path, row, kind):
    facts = check(tmp_path, jsonl([row] * 3))
    assert (facts.rows, facts.kind) == (3, kind)


def test_a_byte_order_mark_is_skipped(tmp_path):
    assert check(tmp_path, b"\xef\xbb\xbf" + jsonl([ROW])).rows == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"not json\n", "invalid JSON"),
        (b"[1]\n", "must be a JSON object"),
        (jsonl([ROW]) + b"\n", "blank line"),
        (jsonl([ROW, DPO_ROW]), "mixed"),
        (jsonl([{"messages": []}]), "non-empty"),
        (jsonl([{"messages": [{"role": "user", "content": "a"}]}]), "assistant"),
        (jsonl([{"messages": [{"role": "robot", "content": "a"}]}]), "role"),
        (jsonl([{"messages": [{"role": "assistant"}]}]), "missing_content"),
        (jsonl([{"messages": [{"role": "assistant", "content": 3}]}]), "missing_content"),
        (jsonl([{"messages": [{"role": "user", "content": "a", "weight": 1}]}]), "weight"),
        (jsonl([{**TOOL_ROW, "tools": [{"type": "function"}]}]), "tool"),
        (jsonl([{**DPO_ROW, "preferred_output": [{"role": "user", "content": "x"}]}]), "assistant"),
        (orjson.dumps(TOOL_ROW).replace(b'"{}"', b'"{"') + b"\n", "bad_arguments"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, data, says):
    with pytest.raises(BadRow, match=says):
        check(tmp_path, data)
