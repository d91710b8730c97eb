"""What `plansmith catalog inspect` says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.inspect_catalog import inspect
from local.checkout import ROOT
from shared.errors import CatalogError
from tests.builders.documents import collection, folder, json_document, request

HUB = ROOT / "local" / "catalogs" / "hub.postman_collection.json"


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_json_holds_the_operations_and_the_diagnostics(tmp_path: Path) -> None:
    root = collection(folder("f", request("get one", "{{b}}/a/:id", header="Cookie: a=b")), name="shop")
    text = inspect([written(tmp_path / "c", json_document(root).data)], as_json=True)
    parameter = {
        "name": "id",
        "location": "path",
        "type": "string",
        "required": True,
        "enum": [],
        "default": None,
        "description": "",
        "schema": {"type": "string"},
    }
    found = json.loads(text)
    line = found["apis"][0].pop("line")
    assert json.loads(line)["api"] == "f.get_one"
    assert found == {
        "name": "shop",
        "apis": [
            {
                "name": "f.get_one",
                "original_name": "get one",
                "description": "",
                "method": "GET",
                "path": "{{b}}/a/:id",
                "tags": ["f"],
                "parameters": [parameter],
                "conditions": [],
                "returns": {},
            }
        ],
        "diagnostics": [
            {
                "code": "cookie_left_out",
                "where": "f / get one",
                "message": "Cookies are credentials; left out.",
            }
        ],
    }


def test_an_unusable_file_is_an_error_with_its_code(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as refused:
        inspect([written(tmp_path / "c", b"%PDF")], as_json=True)
    assert refused.value.code == "unsupported_format"
    with pytest.raises(CatalogError, match="cannot be read"):
        inspect([tmp_path / "none"], as_json=False)


def test_the_line_is_the_one_of_the_prompt() -> None:
    apis = json.loads(inspect([HUB], as_json=True))["apis"]
    prompt = json.loads(inspect([HUB], as_json=False, prompts=1))["messages"][0]["content"]
    sent = {line for line in prompt.split("## APIs\n")[1].split("\n") if line}
    assert sent
    assert sent <= {api["line"] for api in apis}


def test_the_text_lists_operations_by_folder_a_line_the_price_and_diagnostics_by_kind(tmp_path: Path) -> None:
    bare = [request(name, method="") for name in "bcde"]
    root = collection(
        request("a", "{{b}}/a/:id?x=1", method=""), *bare, folder("f", request("g")), name="shop"
    )
    text = inspect([written(tmp_path / "c", json_document(root).data)], as_json=False, samples=7)
    assert "(no folder) (5 operations)\n  a  GET" in text
    assert "\nf (1 operation)\n  f.g  GET {{base}}/things" in text
    assert '\n  {"api":"a",' in text
    assert re.search(r"\n7 samples: about [\d,]+ tokens; at the price of gpt-5\.1 about \$\d", text)
    assert "      5  missing_method\n         a: " in text
    assert "… 2 more; --json lists them all" in text


def test_the_text_lists_operations_slices_and_diagnostics(tmp_path: Path) -> None:
    root = collection(request("a", "{{b}}/a/:id?x=1", method=""), request("b"), name="shop")
    text = inspect([written(tmp_path / "c", json_document(root).data)], as_json=False)
    assert text.startswith("shop: 2 operations, 1 slice")
    assert "  a  GET {{b}}/a/:id  [id (+1 optional)]" in text
    assert "1  missing_method" in text


def test_several_files_are_one_catalog(tmp_path: Path) -> None:
    paths = [
        written(tmp_path / name, json_document(collection(request(name))).data) for name in ("one", "two")
    ]
    assert len(json.loads(inspect(paths, as_json=True))["apis"]) == 2


def test_assignments_are_told_in_words_before_anything_is_paid() -> None:
    text = inspect([HUB], as_json=False, assignments=5)
    assert [line[0] for line in text.split("\n") if line[:1].isdigit()] == ["0", "1", "2", "3", "4"]
    assert "request_type = " in text
    assert "asked by " in text


def test_prompts_are_what_a_teacher_would_be_sent() -> None:
    text = inspect([HUB], as_json=False, prompts=3, seed=7)
    lines = [json.loads(line) for line in text.split("\n")]
    assert [line["index"] for line in lines] == [0, 1, 2]
    for line in lines:
        system, user = line["messages"]
        assert (system["role"], user["role"]) == ("system", "user")
        assert json.loads(user["content"].split("\n")[1]) == line["assignment"]
        assert set(line["assignment"]["focus"]) <= {
            json.loads(one)["api"] for one in system["content"].split("## APIs\n")[1].split("\n") if one
        }
    assert inspect([HUB], as_json=False, prompts=3, seed=8) != text
