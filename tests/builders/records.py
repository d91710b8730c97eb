"""One good record of the shop, to be changed in one place by a test."""

from __future__ import annotations

from typing import Any

from shared.curriculum.blueprint import Blueprint
from shared.plan.record import record

CUSTOMER_ID = "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80"
TASK = (
    f"Order two lamps, L-1, for Maria, customer {CUSTOMER_ID}, bill them with 12.50 euros until 1 April 2026 and mail her "
    "the bill at maria.keller@example.com: the order is on its way"
)
CREATED_AT = "2026-03-01T09:30:00Z"


def step(index: int, api: str, arguments: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A step with its optional members filled in."""
    defaults = {"depends_on": [], "outputs": [], "reasoning": "", "failure_modes": [], "retries": 0}
    return {
        "index": index,
        "action": f"do {index}",
        "api": api,
        "arguments": arguments,
        **defaults,
        **members,
    }


def blueprint(**members: Any) -> Blueprint:
    """An assignment for the shop."""
    given: dict[str, Any] = {
        "index": 7,
        "slice": 0,
        "focus": ("create_order", "create_invoice"),
        "flows": (),
        "required": (("create_order", "note"),),
        "shape": "chain",
        "variation": "plain",
        "difficulty": "S",
        "persona": "a busy manager",
        "seed_task": "",
    }
    return Blueprint(**{**given, **members})


def decoded(**members: Any) -> dict[str, Any]:
    """The parts that a teacher writes: an order and its invoice."""
    steps = [
        step(
            1,
            "create_order",
            {"customer_id": CUSTOMER_ID, "lines": [{"sku": "L-1", "quantity": 2}], "currency": "EUR"},
            outputs=["order"],
        ),
        step(
            2,
            "create_invoice",
            {"order_id": "${steps.1.order.id}", "due_on": "2026-04-01", "amount": 12.5, "currency": "EUR"},
            depends_on=[1],
            outputs=["invoice"],
        ),
        step(
            3,
            "send_mail",
            {
                "to": "maria.keller@example.com",
                "subject": "Order ${steps.1.order.number}",
                "text": "It is on its way.",
                "link": "${steps.2.invoice.pdf_url}",
            },
            depends_on=[1, 2],
        ),
    ]
    parts: dict[str, Any] = {
        "task_nl": TASK,
        "assumptions": [],
        "plan": {
            "global_constraints": {},
            "steps": steps,
            "validation_checks": ["The mail is queued."],
            "expected_end_state": "Maria has her bill.",
        },
        "negatives": {"confusers": ["get_order"]},
        "domain": "retail",
    }
    return {**parts, **members}


def good_record() -> dict[str, Any]:
    """The whole record of `decoded`."""
    return record("shop-000007", decoded(), blueprint(), CREATED_AT, "teacher-1")
