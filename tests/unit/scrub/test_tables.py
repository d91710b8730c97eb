"""Tables in texts lose what stands under a head that names a credential, however long they are."""

import time

import pytest

from shared.scrub.tables import scrub_tables

ROWS = 2_000


@pytest.mark.parametrize(
    "table",
    [
        "user,password\nann,{v}\n",
        "| user | password |\n|---|---|\n| ann | {v} |",
        "|| user || password ||\n| ann | {v} |",
        "+------+----------+\n| user | password |\n+------+----------+\n| ann | {v} |",
        "<table><tr><th>user</th><th>password</th></tr><tr><td>ann</td><td><b>{v}</b></td></tr></table>",
        "<tr><th>password</th></tr><tr><td>{v}</td></tr>",
        "<table>" + "<tr><td>password</td></tr>" + "<tr><td>none</td></tr>" * ROWS + "<tr><td>{v}</td></tr>",
        "name,password\n" + "x,none\n" * ROWS + "y,{v}",
        "id,note\n1,new\nuser,password\nann,{v}",
    ],
    ids=lambda table: table[:30],
)
def test_a_cell_under_the_name_of_a_credential_is_replaced(table: str) -> None:
    assert "hunter2xyz" not in scrub_tables(table.replace("{v}", "hunter2xyz"))


@pytest.mark.parametrize(
    "text",
    [
        "password,length\nmin,8",
        "name,password\n\nann,hunter2xyz",
        "<table><tr><td>id</td></tr><tr><td>a1</td></tr>",
    ],
)
def test_what_is_no_table_of_credentials_stays(text: str) -> None:
    assert scrub_tables(text) == text


@pytest.mark.parametrize("piece", ["password,token\n", "<table ", "<tr><td>password</td></tr>", "a|b|pin\n"])
def test_a_long_text_takes_no_time_to_speak_of(piece: str) -> None:
    text = f"{piece * 2 * ROWS}<tr>"
    started = time.process_time()
    scrub_tables(text)
    assert time.process_time() - started < 0.5
