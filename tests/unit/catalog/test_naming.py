"""Names of operations that a person can read, whatever their length and script."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from shared.catalog.naming import API_NAME, NameHints, assign_names
from shared.teacher.api_lines import api_line
from tests.builders.documents import codes, collection, folder, openapi, read, request

ROOT = Path(__file__).parents[3]
HASH = re.compile(r"_[0-9a-f]{8}(?=$|_)")


def names(root: Any) -> list[str]:
    return [api.name for api in read(root).apis]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Список клиентов", "Spisok_klientov"),
        ("Zürich löschen", "Zurich_loschen"),
        ("v2: Удалить", "v2_Udalit"),
        ("💻 Get users", "Get_users"),
        ("Πελάτες", "Pelates"),
        ("💻", "get_things"),
    ],
)
def test_a_name_in_any_script_says_something(title: str, name: str) -> None:
    assert names(collection(request(title))) == [name]


@pytest.mark.parametrize("title", ["注文一覧", "고객 목록", "قائمة العملاء", "รายการ", "ग्राहक सूची", "לקוחות"])
def test_other_scripts_are_written_in_latin_letters(title: str) -> None:
    (name,) = names(collection(folder("Shop", request(title))))
    assert re.fullmatch(r"Shop\.[A-Za-z_]{3,}", name)


def test_the_teacher_sees_the_original_of_a_transliterated_name() -> None:
    cyrillic, latin = read(collection(request("Создать"), request("Create"))).apis
    assert '"original_name":"Создать"' in api_line(cyrillic)
    assert "original_name" not in api_line(latin)


def test_operations_of_openapi_are_named_alike() -> None:
    paths = {"/orders": {"get": {"operationId": "получитьЗаказы"}, "post": {"operationId": "📦"}}}
    assert names(openapi(paths)) == ["poluchitZakazy", "post_orders"]


def test_html_is_no_part_of_a_name() -> None:
    (api,) = read(collection(folder("<i>Shop</i>", request("<b>Get</b> one &amp; all")))).apis
    assert (api.name, api.tags, api.original_name) == ("Shop.Get_one_all", ("Shop",), "Get one & all")


LONG = "Given a set of identities and a target namespace, return all of the corresponding linked identities in the cluster"


def test_a_long_name_is_shortened_word_by_word_without_a_hash() -> None:
    (name,) = names(collection(request(LONG)))
    assert API_NAME.fullmatch(name)
    assert not HASH.search(name)
    assert all(word in name.lower() for word in ("set", "namespace", "return", "cluster"))


def test_the_folder_that_tells_names_apart_is_kept_before_the_words_are_whole() -> None:
    title = "Read the whole history of this customer account"
    found = names(
        collection(
            folder("Administration of accounts", request(title)), folder("Self service", request(title))
        )
    )
    assert len(set(found)) == 2
    assert not any(map(HASH.search, found))
    assert [name[:3] for name in found] == ["Adm", "Sel"]


def test_equal_names_are_told_apart_by_verb_path_and_what_is_sent() -> None:
    def named(*items: Any) -> list[str]:
        return names(collection(*items))

    assert named(request("x"), request("x", method="PUT")) == ["x_get", "x_put"]
    assert named(request("x", "{{b}}/a"), request("x", "{{b}}/c")) == ["x_get_a", "x_get_c"]
    assert named(request("x", "{{b}}/a?p=1"), request("x", "{{b}}/a?q=1")) == ["x_get_a_p", "x_get_a_q"]


def test_a_clash_that_takes_folder_and_path_is_solved_without_a_hash() -> None:
    items = [request("x", f"{{{{b}}}}/{path}/{'y' * 30}/{'z' * 20}") for path in ("orders", "customers")]
    found = names(collection(folder("One" * 9, *items), folder("Two" * 9, *items)))
    assert len(set(found)) == 4
    assert not any(map(HASH.search, found))


def test_a_hash_is_left_where_nothing_else_tells() -> None:
    one, other = assign_names(
        [NameHints(("x",), content=lambda: "a"), NameHints(("x",), content=lambda: "b")]
    )
    assert one != other
    assert HASH.search(one)


def test_a_request_that_stands_twice_is_one_operation_with_all_its_examples() -> None:
    one = request("Login", method="POST", body={"user": "ann", "size": 1})
    other = {
        **request("Login", method="POST", body={"size": 1, "user": "ann"}),
        "response": [{"code": 200, "body": '{"ok": true}'}],
    }
    catalog = read(collection(one, other, one))
    assert [api.name for api in catalog.apis] == ["Login"]
    assert codes(catalog) == ["repeated_request", "repeated_request"]
    assert catalog.apis[0].responses["properties"]["ok"]["type"] == "boolean"


def test_the_same_request_in_two_folders_is_two_operations_whose_lines_say_the_folder() -> None:
    apis = read(
        collection(
            folder("Shop", request("List")),
            folder("Stock", request("List")),
            folder("New", request("Other", "{{b}}/o")),
        )
    ).apis
    assert [api.name for api in apis] == ["Shop.List", "Stock.List", "New.Other"]
    assert ['"folder":' in api_line(api) for api in apis] == [True, True, False]


def test_thousands_of_requests_to_one_url_are_told_apart_in_linear_time() -> None:
    items = [request(f"Do {i}", "{{b}}/hub", "POST", body={"op": f"do-{i}"}) for i in range(4_000)]
    root = collection(folder("f", *items))
    started = time.process_time()
    assert len(read(root).apis) == 4_000
    assert time.process_time() - started < 4.0


def test_the_tables_of_scripts_are_not_loaded_for_latin_names() -> None:
    code = (
        "import sys; from shared.catalog.naming import sanitize; sanitize('Zürich'); "
        "assert 'anyascii' not in sys.modules; sanitize('Заказ'); assert 'anyascii' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
