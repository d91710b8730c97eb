"""Triggers: each takes its event, hands it to one step and is done."""
