"""The app's version, written into every spec and manifest."""

VERSION = "0.2.0"
