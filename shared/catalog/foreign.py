"""Recognises what people upload by mistake and says what to export instead."""

from __future__ import annotations

import re
from typing import Any

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
    (r"<(?:[\w.-]+:)?definitions\b[^>]*wsdl|schemas\.xmlsoap\.org/wsdl|ns/wsdl", "a WSDL service description"),
    (r"<(?:[\w.-]+:)?application\b[^>]*wadl|wadl\.dev\.java\.net", "a WADL description"),
    (r"<(?:[\w.-]+:)?Edmx\b", "an OData metadata document"),
    (r"<jmeterTestPlan", "a JMeter test plan"),
    (r"soapui-project", "a SoapUI project"),
    (r"(?i)<!doctype html|<html", "an HTML page; save the document it shows, not the page"),
    (r"<(?:[\w.-]+:)?schema\b", "an XML schema"),
)
_TEXTS = (
    (r"#%RAML", "a RAML document", _OPENAPI),
    (r"FORMAT:\s*1A|# Group |## \w[^\n\[]*\[(?:/|GET|POST|PUT|DELETE|PATCH)", "an API Blueprint", _OPENAPI),
    (r"syntax\s*=\s*\"proto[23]\"", "a Protocol Buffers file", _OPENAPI),
    (r"(?:import\s+\"@typespec|using TypeSpec)", "a TypeSpec file", "Compile it to OpenAPI 3."),
    (r"\$version:\s*\"?[12]", "a Smithy model", _OPENAPI),
    (
        r"meta\s*\{\s*\n\s*name:", "a Bruno request",
        "Export the collection from Bruno as a Postman collection.",
    ),
    (
        r"(?:#[^\n]*\n|\s|\"\"\"[\s\S]*?\"\"\")*(?:extend\s+)?(?:schema|type|input|enum|interface|scalar|union|directive)\s+@?\w*[^:\n=]*[{=@\n]",
        "a GraphQL schema", "Upload a Postman collection with the GraphQL requests, or the simple form.",
    ),
    (
        r"(?:query|mutation|subscription)\b[^:\n]*\{", "a GraphQL request",
        "Upload a Postman collection with the GraphQL requests, or the simple form.",
    ),
    (r"curl\s", "a curl command", "Import it in Postman and export the collection as v2.1."),
    (
        r"(?:###[^\n]*\n|@\w+\s*=[^\n]*\n|\s)*(?:GET|POST|PUT|PATCH|DELETE)\s+(?:https?:|/|\{\{)", "an .http request file",
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


def foreign_kind(root: dict[str, Any]) -> tuple[str, str] | None:
    """What a JSON or YAML object of a known other kind is and what to do; None if it is none."""
    log = root.get("log")
    if isinstance(log, dict) and "entries" in log:
        return "an HTTP archive (HAR)", "Import it in Postman and export the collection as v2.1."
    if str(root.get("_type")) == "export" or "__export_format" in root or "insomnia" in str(root.get("type", "")).lower():
        return "an Insomnia export", "Import it in Postman and export the collection as v2.1, or export OpenAPI."
    if "_postman_variable_scope" in root:
        return "a Postman environment", "Export the collection instead, as Collection v2.1."
    if isinstance(root.get("requests"), list) and ("order" in root or "folders" in root or "timestamp" in root):
        if "v" in root:
            return "a Hoppscotch collection", "Export it as OpenAPI or import it in Postman."
        return "a Postman collection v1", _POSTMAN
    if isinstance(root.get("collections"), list) and ("environments" in root or "version" in root):
        return "a Postman data dump", "Export the one collection as Collection v2.1."
    if "swaggerVersion" in root:
        return "a Swagger 1.x document", "Convert it to OpenAPI 3."
    for key, what in _KEYS:
        if key in root:
            return what, _OPENAPI
    if root.get("kind") == "discovery#restDescription" or "discoveryVersion" in root:
        return "a Google API discovery document", _OPENAPI
    if root.get("clientName") == "Thunder Client":
        return "a Thunder Client collection", "Export it from Thunder Client as a Postman collection."
    if isinstance(root.get("items"), list) and "version" in root and ("environments" in root or "brunoConfig" in root):
        return "a Bruno collection", "Export the collection from Bruno as a Postman collection."
    data = root.get("data")
    if "__schema" in root or (isinstance(data, dict) and "__schema" in data):
        return "a GraphQL introspection result", "Upload a Postman collection with the GraphQL requests."
    if "deploymentTemplate" in str(root.get("$schema", "")):
        return "an Azure deployment template", "Upload the API's OpenAPI document."
    if "json-schema.org" in str(root.get("$schema", "")) and "paths" not in root:
        return "a JSON Schema without operations", "Upload the API's OpenAPI document."
    return None


_KEYS = (
    ("asyncapi", "an AsyncAPI document, which describes messages and not calls"),
    ("openrpc", "an OpenRPC document"),
    ("arazzo", "an Arazzo workflow"),
    ("overlay", "an OpenAPI overlay"),
    ("smithy", "a Smithy model"),
    ("apiVersion", "a deployment manifest"),
)
