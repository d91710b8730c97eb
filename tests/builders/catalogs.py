"""Small catalogs with valid defaults."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.model import Api, Catalog, Parameter
from tests.builders.beside import PUBLIC

OWN = Path(__file__).parents[1] / "data" / "catalogs"
"""Small documents of every form, written for the tests."""

FOLDERS = (OWN, PUBLIC) if PUBLIC.is_dir() else (OWN,)
"""Folders with an INDEX.md of whole documents: the tests' own always, the public ones where they are."""

SAMPLES = Path(__file__).parents[2] / "local" / "catalogs"


def whole_documents() -> list[Path]:
    """Every document of `FOLDERS`, by form."""
    forms = ("openapi", "postman", "simple", "swagger2")
    return [path for folder in FOLDERS for form in forms for path in sorted((folder / form).iterdir())]


def text(name: str, location: Any = "body", *, required: bool = False, **more: Any) -> Parameter:
    return Parameter(name, location, "string", required, schema={"type": "string"}, **more)


def holding(**properties: Any) -> dict[str, Any]:
    """An object schema; a word as a value is the type of a scalar."""
    return {
        "type": "object",
        "properties": {
            name: {"type": one} if isinstance(one, str) else one for name, one in properties.items()
        },
    }


def listing(name: str, **properties: Any) -> dict[str, Any]:
    return holding(**{name: {"type": "array", "items": holding(**properties)}})


def resource(noun: str, *, refers_to: str = "") -> list[Api]:
    """Five REST operations on `noun`; creating one needs the id of `refers_to`."""
    one, path = f"{noun}_id", f"/{noun}s/{{{noun}_id}}"
    needs = (text(f"{refers_to}_id", required=True),) if refers_to else ()
    handle = (text(one, "path", required=True),)
    extras = tuple(text(f"{word}_choice") for word in ("colour", "shape", "weight", "finish"))
    body = holding(id="string", label="string")
    return [
        Api(
            f"create_{noun}",
            method="POST",
            path=f"/{noun}s",
            tags=(noun,),
            parameters=needs + extras,
            responses=body,
        ),
        Api(
            f"list_{noun}s",
            method="GET",
            path=f"/{noun}s",
            tags=(noun,),
            responses=listing(f"{noun}s", id="string"),
        ),
        Api(f"get_{noun}", method="GET", path=path, tags=(noun,), parameters=handle, responses=body),
        Api(
            f"change_{noun}",
            method="PATCH",
            path=path,
            tags=(noun,),
            parameters=handle + extras,
            responses=body,
        ),
        Api(f"delete_{noun}", method="DELETE", path=path, tags=(noun,), parameters=handle),
    ]


def shop(resources: int = 4) -> Catalog:
    """`resources` nouns with five operations each, each referring to the one before."""
    nouns = [f"thing{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(resources)]
    pairs = zip(nouns, ["", *nouns], strict=False)
    return Catalog(
        "shop", apis=tuple(api for noun, before in pairs for api in resource(noun, refers_to=before))
    )


@cache
def ingested(path: Path) -> Catalog:
    """The catalog that ingestion makes of a file. CatalogError if it is unusable."""
    return ingest([Document(path.name, path.read_bytes())])
