"""Descriptions are plain text: what their HTML and Markdown show, and nothing where nothing remains."""

from __future__ import annotations

import time

import pytest

from shared.catalog.decode.prose import prose, without_html
from tests.builders.documents import collection, folder, only, openapi, read, request


def shown(text: str) -> str:
    return " ".join(prose(text).split())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("# Orders\nLists *all* **open** `orders`.", "Orders Lists all open orders."),
        ("See [the guide](https://h.test/a) or <https://h.test/b>.", "See the guide or https://h.test/b."),
        ("* one\n* two", "one two"),
        ("1. first\n2. second", "first second"),
        ("| name | kind |\n|---|---|\n| id | text |", "name kind id text"),
        ('```json\n{"a": 1}\n```\nThen.', '{"a": 1} Then.'),
        ("<p>Returns <b>all</b> orders.</p><ul><li>one</li><li>two</li></ul>", "Returns all orders. one two"),
        ("    <p>Set in,\n      in two lines.</p>", "Set in, in two lines."),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>**Both** at once</p>", "Both at once"),
        ("one<br/>two", "one two"),
        ("<script>run()</script>Hi<!-- not shown -->", "Hi"),
        ("fish &amp; chips &lt;b&gt;", "fish & chips <b>"),
        ("<p>unclosed", "unclosed"),
    ],
)
def test_what_a_description_shows_is_kept(text: str, plain: str) -> None:
    assert shown(text) == plain


@pytest.mark.parametrize(
    "text", ["<p></p>", "<br>", "![logo](a.png)", "<!-- to do -->", "***", "<div>\n</div>", "-"]
)
def test_a_description_that_shows_nothing_is_empty(text: str) -> None:
    assert only(openapi({"/a": {"get": {"description": text}}})).description == ""


@pytest.mark.parametrize(
    "text",
    [
        "Send <token> to <order id> if a < b && c > d.",
        "GET /users/<time>/x",
        "The snake_case_name of 2 * 3 * 4, [sic] {id} {{base}} ~ $5 #1",
        "x <= y and y >= z",
        "C:\\orders\\open",
        "<input> and <select>",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert prose(text) == text


@pytest.mark.parametrize("text", ["Use `<b>` tags.", "Use `a&b` and `<id>`."])
def test_code_is_kept_as_it_stands(text: str) -> None:
    assert prose(text) == text.replace("`", "")


def test_names_lose_tags_and_keep_everything_else() -> None:
    assert without_html("<b>Get</b> __all__ *orders* of <id>") == "Get __all__ *orders* of <id>"
    api = only(collection(folder("<i>Shop</i>", request("<b>List</b> orders"))))
    assert (api.name, api.tags, api.original_name) == ("Shop.List_orders", ("Shop",), "List orders")


def test_parameters_and_answers_are_described_in_plain_text_too() -> None:
    row = {"name": "q", "in": "query", "description": "<p>A *word*.</p>", "schema": {"type": "string"}}
    assert only(openapi({"/a": {"get": {"parameters": [row]}}})).parameters[0].description == "A word."
    row = {"key": "q", "value": "x", "description": {"content": "**A** word", "type": "text/markdown"}}
    url = {"raw": "https://h.test/a?q=x", "query": [row]}
    assert only(collection(request("a", url))).parameters[0].description == "A word"


@pytest.mark.parametrize(
    "text",
    ["<p>The <b>password</b> is <code>V1oletHarb0r77</code></p>", "Log in as ann /&nbsp;V1oletHarb0r77",
     "**password:** `V1oletHarb0r77`", "<p>Use pw <i>V1oletHarb0r77</i></p>"],
)  # fmt: skip
def test_markup_hides_no_credential(text: str) -> None:
    catalog = read(openapi({"/a": {"get": {"description": text}}}))
    assert "Harb0r" not in repr(catalog)


@pytest.mark.parametrize("unit", ["<p>", "*a", "[a](", "`", "<a", "&a;", "| a ", "\n- a", "<p name='", "> "])
def test_reading_markup_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    prose((unit * 20_000)[:20_000])
    assert time.process_time() - started < 2.0


def test_a_description_that_begins_with_nothing_for_long_is_read() -> None:
    api = only(openapi({"/a": {"get": {"description": f"{' ' * 20_000}Lists orders."}}}))
    assert api.description == "Lists orders."
