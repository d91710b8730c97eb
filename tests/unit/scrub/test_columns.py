"""Credentials in the cells of tables: the column says what they are."""

from __future__ import annotations

from typing import Any

import pytest

from shared.scrub.stand_ins import PLACEHOLDER
from shared.scrub.text import scrub_value

SECRET = "tulip"  # no more than a word, so that only its column tells


@pytest.mark.parametrize(
    "table",
    [
        {"columns": ["user", "password"], "rows": [["ada", SECRET], ["bob", SECRET]]},
        {"headers": ["password", "user"], "data": [[SECRET, "ada"]]},
        {"fields": [{"name": "user"}, {"name": "api_key"}], "values": [["ada", SECRET]]},
        {"columnNames": ["user", "password"], "records": [["ada", SECRET]]},
        {"keys": ["user", "password"], "values": ["ada", SECRET]},
        {"cols": [{"id": "user", "label": "User"}, {"id": "client_secret"}], "body": [["ada", SECRET]]},
        [["user", "password"], ["ada", SECRET], ["bob", SECRET]],
        {"sheet": {"header": ["user", "passwort"], "rows": [["ada", SECRET]]}},
        [{"columns": ["password"], "rows": [[SECRET]]}],
    ],
)
def test_cells_under_the_name_of_a_credential_are_none(table: Any) -> None:
    kept = str(scrub_value(table))
    assert SECRET not in kept
    assert PLACEHOLDER in kept
    assert "ada" in kept or "ada" not in str(table)


@pytest.mark.parametrize(
    "value",
    [
        {"columns": ["user", "city"], "rows": [["ada", SECRET]]},
        {"columns": ["user", "password"], "total": 3},
        {"required": ["user", "password"], "type": ["object", "null"]},
        {"columns": ["user", "password"], "rows": []},
        {"columns": ["user", "password", "city"], "rows": [["ada", SECRET]]},
        [["user", "name"], ["ada", SECRET]],
        {"names": ["password", 3], "values": [SECRET, "x"]},
    ],
)
def test_what_is_no_table_of_credentials_stays(value: Any) -> None:
    assert scrub_value(value) == value
