"""The dashboard: one self-contained page that reads the HTTP API with the key it was opened with."""

from importlib import resources

PAGE = resources.files("shared.http").joinpath("dashboard.html").read_bytes()
"""The page; it loads nothing from elsewhere."""
