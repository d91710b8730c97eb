"""Recognises what people upload by mistake and says what to export instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from shared.catalog.simple.entries import LISTS
from shared.errors import CatalogError

ACCEPTED = (
    "Accepted are Postman collections v2.0 and v2.1, OpenAPI 3.x, Swagger 2.0 and the simple form "
    '{"apis": […]}, as JSON or YAML, or a zip of several.'
)
_OPENAPI = "Export or convert it to OpenAPI 3 (JSON or YAML)."
_POSTMAN = "Export it from Postman as Collection v2.1."

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive; upload the file itself or a zip"),
    (b"Rar!", "a RAR archive; upload a zip"),
    (b"7z\xbc\xaf", "a 7z archive; upload a zip"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
_XML = (
    (
        r"<(?:[\w.-]+:)?definitions\b[^>]*wsdl|schemas\.xmlsoap\.org/wsdl|ns/wsdl",
        "a WSDL service description",
    ),
    (r"<(?:[\w.-]+:)?application\b[^>]*wadl|wadl\.dev\.java\.net", "a WADL description"),
    (r"<(?:[\w.-]+:)?Edmx\b", "an OData metadata document"),
    (r"<jmeterTestPlan", "a JMeter test plan"),
    (r"soapui-project", "a SoapUI project"),
    (r"(?i)<!doctype html|<html", "an HTML page; save the document it shows, not the page"),
    (r"<(?:[\w.-]+:)?schema\b", "an XML schema"),
)
_TEXTS = (
    (r"#%RAML", "a RAML document", _OPENAPI),
    (
        r"FORMAT:\s*1A|# Group |(?:#[^\n]*\n(?:[^\n]*\n)*?)?##+ \w[^\n\[]*\[(?:/|GET|POST|PUT|DELETE|PATCH)",
        "an API Blueprint", _OPENAPI,
    ),
    (r"syntax\s*=\s*\"proto[23]\"", "a Protocol Buffers file", _OPENAPI),
    (r"(?:import\s+\"@typespec|using TypeSpec)", "a TypeSpec file", "Compile it to OpenAPI 3."),
    (r"\$version:\s*\"?[12]", "a Smithy model", _OPENAPI),
    (
        r"meta\s*\{\s*\n\s*name:", "a Bruno request",
        "Export the collection from Bruno as a Postman collection.",
    ),
    (
        r"(?:#[^\n]*\n|\s|\"\"\"[\s\S]*?\"\"\")*(?:extend\s+)?"
        r"(?:schema|type|input|enum|interface|scalar|union|directive)\s+@?\w*[^:\n=]*[{=@\n]",
        "a GraphQL schema", "Upload a Postman collection with the GraphQL requests, or the simple form.",
    ),
    (
        r"(?:query|mutation|subscription)\b[^:\n]*\{", "a GraphQL request",
        "Upload a Postman collection with the GraphQL requests, or the simple form.",
    ),
    (r"curl\s", "a curl command", "Import it in Postman and export the collection as v2.1."),
    (
        r"(?:###[^\n]*\n|@\w+\s*=[^\n]*\n|\s)*(?:GET|POST|PUT|PATCH|DELETE)\s+(?:https?:|/|\{\{)",
        "an .http request file",
        "Import it in Postman and export the collection as v2.1.",
    ),
)  # fmt: skip


def refuse_foreign_bytes(data: bytes, where: str) -> None:
    """CatalogError `unsupported_format` for archives, pictures and other binary files known by their first bytes."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise CatalogError(f"{where} is {what}. {ACCEPTED}", code="unsupported_format")
    if data[257:262] == b"ustar":
        raise CatalogError(f"{where} is a tar archive; upload a zip. {ACCEPTED}", code="unsupported_format")


def refuse_foreign_text(head: str, where: str) -> None:
    """CatalogError `unsupported_format` for text of a known other kind; `head` is its first few thousand characters."""
    text = head.lstrip()
    if text.startswith("<"):
        for pattern, what in _XML:
            if re.search(pattern, text[:4000]):
                raise CatalogError(f"{where} is {what}. {_OPENAPI} {ACCEPTED}", code="unsupported_format")
        raise CatalogError(f"{where} is an XML document. {_OPENAPI} {ACCEPTED}", code="unsupported_format")
    for pattern, what, advice in _TEXTS:
        if re.match(pattern, text[:4000]):
            raise CatalogError(f"{where} is {what}. {advice} {ACCEPTED}", code="unsupported_format")


def refuse_commented(head: str, where: str) -> None:
    """As `refuse_foreign_text`, for a text that starts with comments of a programming language."""
    refuse_foreign_text(re.sub(r"\A(?:\s|//[^\n]*\n|/\*[\s\S]*?\*/)*", "", head), where)


def foreign_kind(root: dict[str, Any]) -> tuple[str, str] | None:
    """The kind of a JSON or YAML object that is known and is no API description, and what to do; None if unknown."""
    return next(((what, advice) for is_kind, what, advice in _OBJECTS if is_kind(root)), None)


def _has(*keys: str) -> Callable[[dict[str, Any]], bool]:
    return lambda root: all(key in root for key in keys)


def _lists(key: str, *any_of: str) -> Callable[[dict[str, Any]], bool]:
    """The value at `key` is a list, and one of the other keys is there."""
    return lambda root: isinstance(root.get(key), list) and any(other in root for other in any_of)


def _says(key: str, word: str) -> Callable[[dict[str, Any]], bool]:
    return lambda root: word in str(root.get(key, "")).lower()


def _inside(key: str, inner: str) -> Callable[[dict[str, Any]], bool]:
    return lambda root: isinstance(root.get(key), dict) and inner in root[key]


def _requests(root: dict[str, Any]) -> list[Any]:
    found = root.get("requests")
    return found[:20] if isinstance(found, list) else []


_VIA_POSTMAN = "Import it in Postman and export the collection as v2.1, or upload the API's OpenAPI document."
_REQUESTS = "Upload a Postman collection with the GraphQL requests, or the simple form. OpenAPI is read too."
# In this order: the first that fits is said.
_OBJECTS: tuple[tuple[Callable[[dict[str, Any]], bool], str, str], ...] = (
    (_has("$kind"), "a file of a Postman collection v3, the form that Postman keeps in folders", _POSTMAN),
    (_inside("log", "entries"), "an HTTP archive (HAR)", _VIA_POSTMAN),
    (_says("_type", "export"), "an Insomnia export", _VIA_POSTMAN),
    (_has("__export_format"), "an Insomnia export", _VIA_POSTMAN),
    (_says("type", "insomnia"), "an Insomnia export", _VIA_POSTMAN),
    (
        _has("_postman_variable_scope"),
        "a Postman environment",
        "Export the collection instead, as Collection v2.1.",
    ),
    (
        lambda root: "v" in root and _lists("requests", "folders")(root),
        "a Hoppscotch collection",
        "Export it as OpenAPI or import it in Postman.",
    ),
    (_lists("requests", "order", "folders", "timestamp"), "a Postman collection v1", _POSTMAN),
    (
        _lists("collections", "environments", "version"),
        "a Postman data dump",
        "Export the one collection as Collection v2.1.",
    ),
    (_has("swaggerVersion"), "a Swagger 1.x document", _OPENAPI),
    (_has("asyncapi"), "an AsyncAPI document, which describes messages and not calls", _OPENAPI),
    (_has("openrpc"), "an OpenRPC document", _OPENAPI),
    (_has("arazzo"), "an Arazzo workflow", "Upload the OpenAPI document that it refers to."),
    (_has("overlay"), "an OpenAPI overlay", "Upload the OpenAPI document that it changes."),
    (_has("smithy"), "a Smithy model", _OPENAPI),
    (_has("apiVersion", "kind"), "a deployment manifest", "Upload the API's OpenAPI document."),
    (_says("kind", "discovery#restdescription"), "a Google API discovery document", _OPENAPI),
    (_has("discoveryVersion"), "a Google API discovery document", _OPENAPI),
    (
        _says("clientName", "thunder client"),
        "a Thunder Client collection",
        "Export it as a Postman collection.",
    ),
    (
        _lists("items", "environments", "brunoConfig"),
        "a Bruno collection",
        "Export it from Bruno as a Postman collection.",
    ),
    (_has("opencollection"), "a Bruno collection", "Export it from Bruno as a Postman collection."),
    (_has("apidogProject"), "an Apidog project", "Export it as OpenAPI 3 or as a Postman collection."),
    (_has("yaakVersion"), "a Yaak workspace", _VIA_POSTMAN),
    (_has("name_for_model"), "a plugin manifest", "Upload the OpenAPI document that it names."),
    (_has("__schema"), "a GraphQL introspection result", _REQUESTS),
    (_inside("data", "__schema"), "a GraphQL introspection result", _REQUESTS),
    (
        _says("$schema", "deploymenttemplate"),
        "an Azure deployment template",
        "Upload the API's OpenAPI document.",
    ),
    (
        lambda root: (
            _says("$schema", "json-schema.org")(root)
            and "paths" not in root
            and not any(isinstance(root.get(word), list) for word in LISTS)
        ),
        "a JSON Schema without operations",
        "Upload the API's OpenAPI document.",
    ),
    (
        lambda root: any(isinstance(one, dict) and "url" in one for one in _requests(root)),
        "a Postman collection v1, or a list of requests of another tool",
        _POSTMAN,
    ),
)
