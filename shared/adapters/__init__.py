"""Implementations of the ports; the only place that imports SDKs, and only at first use."""
