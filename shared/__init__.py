"""Plansmith's own code: pure packages, ports, adapters and steps."""
