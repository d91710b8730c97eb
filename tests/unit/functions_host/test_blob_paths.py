import pytest

from local.functions_host.blob_paths import parse_blob_path
from local.functions_host.errors import HostError


@pytest.mark.parametrize(
    ("path", "blob", "parameters"),
    [
        ("catalogs/{name}", "a.json", {"name": "a.json"}),
        ("catalogs/{name}", "in/a b.json", {"name": "in/a b.json"}),
        ("catalogs/in/{name}.json", "in/a.json", {"name": "a"}),
        ("catalogs/in/{name}.json", "out/a.json", None),
        ("catalogs/in/{name}.json", "in/a.xml", None),
        ("catalogs/{run}/{file}", "r/f", {"run": "r", "file": "f"}),
        ("catalogs/a.json", "a.json", {}),
        ("catalogs/a.json", "axjson", None),
        ("catalogs", "anything/at all", {}),
    ],
)
def test_a_blob_fits_a_path(path: str, blob: str, parameters: dict[str, str] | None):
    assert parse_blob_path("f", path).match(blob) == parameters


def test_only_blobs_below_the_fixed_part_are_listed():
    path = parse_blob_path("f", "catalogs/in/{name}.json")
    assert (path.container, path.prefix) == ("catalogs", "in/")


@pytest.mark.parametrize("path", ["", "{container}/x", "catalogs/{a-b}", "catalogs/{open"])
def test_a_path_that_cannot_be_read_is_refused(path: str):
    with pytest.raises(HostError, match=r"^f: "):
        parse_blob_path("f", path)
