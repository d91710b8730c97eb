"""The console: pages for people over the HTTP API."""
