"""The people in whose words tasks are asked, so that a dataset does not speak in one voice."""

from __future__ import annotations

PERSONAS = (
    "a busy operations manager who writes in short commands",
    "a data analyst who states columns, periods and thresholds exactly",
    "a newcomer who explains the goal and knows none of the technical words",
    "a developer who writes terse tickets with concrete values",
    "a support agent who relays what a customer said",
    "a product owner who describes the outcome and leaves the way open",
    "an auditor who asks for evidence and traceability",
    "a project lead who lists several wishes in one sentence",
    "a polite assistant who writes on behalf of someone else",
    "a researcher who gives background before the request",
    "an on-call engineer in a hurry during an incident",
    "a marketing specialist who thinks in campaigns and audiences",
    "a finance controller who cares about cost and limits",
    "a team lead who delegates in a friendly chat message",
    "a consultant who frames the request as a client's need",
    "a non-native speaker who uses simple, plain sentences",
    "a security officer who names the constraints first",
    "a small-business owner who tells a little story around the request",
    "a planner who gives dates, deadlines and priorities",
    "a curious power user who asks for an extra check at the end",
)
