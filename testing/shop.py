"""A small shop's catalog with known responses: formats, enums, limits, nested bodies, lists, ids of several kinds."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import Api, Catalog, Parameter

STRING: dict[str, Any] = {"type": "string"}
UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
EMAIL: dict[str, Any] = {"type": "string", "format": "email"}
STAMP: dict[str, Any] = {"type": "string", "format": "date-time"}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
URI: dict[str, Any] = {"type": "string", "format": "uri"}
INTEGER: dict[str, Any] = {"type": "integer"}
NUMBER: dict[str, Any] = {"type": "number"}
BOOLEAN: dict[str, Any] = {"type": "boolean"}

CURRENCIES = ("EUR", "USD", "CHF")


def obj(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """An object schema of the properties."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def rows(items: dict[str, Any]) -> dict[str, Any]:
    """A list schema."""
    return {"type": "array", "items": items}


def body(name: str, schema: dict[str, Any], *, required: bool = False) -> Parameter:
    """A body field with its type and enum taken from its schema."""
    return Parameter(
        name, "body", schema.get("type", "any"), required, tuple(schema.get("enum", ())), schema=schema
    )


def path(name: str, schema: dict[str, Any]) -> Parameter:
    """A path parameter."""
    return Parameter(name, "path", schema["type"], True, schema=schema)


def query(name: str, schema: dict[str, Any]) -> Parameter:
    """An optional query parameter."""
    return Parameter(name, "query", schema["type"], False, tuple(schema.get("enum", ())), schema=schema)


_CUSTOMER = obj(id=UUID, name=STRING, email=EMAIL, joined_at=STAMP, loyalty_points=INTEGER)
_PRODUCT = obj(id=UUID, sku=STRING, title=STRING, price=NUMBER, in_stock=BOOLEAN, tags=rows(STRING), page=URI)
_LINE = obj(
    ("sku", "quantity"), sku=STRING, quantity={"type": "integer", "minimum": 1, "maximum": 99}, gift=BOOLEAN
)
_ORDER = obj(
    id=UUID,
    number=INTEGER,
    status={"type": "string", "enum": ["open", "paid", "shipped"]},
    total=NUMBER,
    lines=rows(_LINE),
    customer_id=UUID,
    placed_at=STAMP,
)
_ADDRESS = obj(
    ("street", "city", "country"),
    street=STRING,
    city=STRING,
    country={"type": "string", "pattern": "^[A-Z]{2}$"},
)

CATALOG = Catalog(
    "shop",
    "Orders, customers and deliveries of a small shop.",
    (
        Api(
            "find_customer",
            "Find a customer by e-mail address",
            "GET",
            "/customers",
            ("customers",),
            (
                Parameter("email", "query", "string", True, schema=EMAIL),
                query("limit", {"type": "integer", "minimum": 1}),
            ),
            obj(customers=rows(_CUSTOMER), count=INTEGER),
        ),
        Api(
            "create_customer",
            "Register a customer",
            "POST",
            "/customers",
            ("customers",),
            (
                body("name", STRING, required=True),
                body("email", EMAIL, required=True),
                body("address", _ADDRESS),
                body("birthday", DATE),
                body("newsletter", BOOLEAN),
            ),
            obj(customer=_CUSTOMER),
        ),
        Api(
            "search_products",
            "Search products",
            "GET",
            "/products",
            ("products",),
            (
                query("text", STRING),
                query("max_price", NUMBER),
                query("sort", {"type": "string", "enum": ["price", "title", "newest"]}),
            ),
            obj(items=rows(_PRODUCT), next_page={"type": ["string", "null"]}),
        ),
        Api(
            "get_product",
            "Show one product",
            "GET",
            "/products/{product_id}",
            ("products",),
            (path("product_id", UUID),),
            obj(product=_PRODUCT),
        ),
        Api(
            "create_order",
            "Place an order",
            "POST",
            "/orders",
            ("orders",),
            (
                body("customer_id", UUID, required=True),
                body("lines", rows(_LINE), required=True),
                body("currency", {"type": "string", "enum": list(CURRENCIES)}, required=True),
                body("note", {"type": "string", "maxLength": 200}),
                body("deliver_after", STAMP),
            ),
            obj(order=_ORDER),
        ),
        Api(
            "get_order",
            "Show one order",
            "GET",
            "/orders/{order_id}",
            ("orders",),
            (path("order_id", UUID),),
            obj(order=_ORDER),
        ),
        Api(
            "list_orders",
            "List orders of a customer",
            "GET",
            "/orders",
            ("orders",),
            (
                Parameter("customer_id", "query", "string", True, schema=UUID),
                query("placed_from", DATE),
                query("placed_to", DATE),
                query("status", _ORDER["properties"]["status"]),
            ),
            rows(_ORDER),
        ),
        Api(
            "cancel_order",
            "Cancel an order",
            "POST",
            "/orders/{order_id}/cancel",
            ("orders",),
            (
                path("order_id", UUID),
                body("reason", {"type": "string", "enum": ["mistake", "too_late", "other"]}, required=True),
                body("refund_amount", {"type": "number", "minimum": 0}),
            ),
            obj(cancelled=BOOLEAN, refund_id=STRING),
        ),
        Api(
            "create_shipment",
            "Ship an order",
            "POST",
            "/shipments",
            ("shipments",),
            (
                body("order_id", UUID, required=True),
                body("customer_id", UUID, required=True),
                body("address", _ADDRESS, required=True),
                body("weight_grams", {"type": "integer", "minimum": 1}, required=True),
                body("express", BOOLEAN),
            ),
            obj(shipment=obj(id=UUID, order_id=UUID, tracking_url=URI, expected_on=DATE)),
        ),
        Api(
            "track_shipment",
            "Track a shipment",
            "GET",
            "/shipments/{shipment_id}",
            ("shipments",),
            (path("shipment_id", UUID),),
            obj(
                shipment=obj(
                    id=UUID, state=STRING, expected_on=DATE, events=rows(obj(at=STAMP, place=STRING))
                )
            ),
        ),
        Api(
            "send_mail",
            "Send a mail",
            "POST",
            "/mails",
            ("mails",),
            (
                body("to", EMAIL, required=True),
                body("subject", STRING, required=True),
                body("text", STRING, required=True),
                body("link", URI),
                body("send_at", STAMP),
            ),
            obj(mail_id=STRING, queued=BOOLEAN),
        ),
        Api(
            "create_invoice",
            "Write an invoice",
            "POST",
            "/invoices",
            ("invoices",),
            (
                body("order_id", UUID, required=True),
                body("due_on", DATE, required=True),
                body("amount", NUMBER, required=True),
                body("currency", {"type": "string", "enum": list(CURRENCIES)}, required=True),
            ),
            obj(invoice=obj(id=UUID, pdf_url=URI, due_on=DATE)),
        ),
        Api(
            "start_report",
            "Start a sales report",
            "POST",
            "/reports",
            ("reports",),
            (
                body("period", obj(("start", "end"), start=DATE, end=DATE), required=True),
                body("group_by", rows({"type": "string", "enum": ["day", "product", "country"]})),
            ),
        ),
    ),
)
