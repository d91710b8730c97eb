"""Names that become paths are checked; run ids depend on identity alone."""

from __future__ import annotations

import pytest

from shared import names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hub", "hub"),
        ("Ünïcode & Söhne", "unicode-sohne"),
        ("../../etc/passwd", "etc-passwd"),
        ("***", "catalog"),
        ("a" * 80, "a" * 48),
        ("x" * 47 + "--y", "x" * 47),
    ],
)
def test_a_slug_is_words_joined_by_hyphens(text: str, expected: str) -> None:
    assert names.slug(text) == expected


def test_one_identity_is_one_run_whatever_the_order_of_its_keys() -> None:
    assert names.run_id("Hub", {"a": 1, "b": 2}) == names.run_id("Hub", {"b": 2, "a": 1})


def test_another_identity_is_another_run() -> None:
    assert names.run_id("Hub", {"etag": "1"}) != names.run_id("Hub", {"etag": "2"})


def test_a_run_id_is_recognised() -> None:
    assert names.is_run_id(names.run_id("Ünïcode " * 20, {}))


@pytest.mark.parametrize(
    "text", ["", "hub", "hub-xyz", "../hub-0123456789", "Hub-0123456789", "_open", "hub-0123456789/x"]
)
def test_anything_else_is_no_run_id(text: str) -> None:
    assert not names.is_run_id(text)


@pytest.mark.parametrize("path", ["a.json", "a/b c.json", "ü/x", "..a/b"])
def test_a_relative_path_is_accepted(path: str) -> None:
    assert names.is_relative_path(path)


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\\b", "a\nb", "x" * 513]
)
def test_a_path_that_could_leave_its_prefix_is_refused(path: str) -> None:
    assert not names.is_relative_path(path)


def test_every_work_queue_has_its_poison_queue() -> None:
    assert {f"{queue}-poison" for queue in names.WORK_QUEUES} <= set(names.QUEUES)
