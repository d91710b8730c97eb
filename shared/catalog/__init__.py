"""Reads any API catalog into one model; pure, and never opens or fetches what a document names."""
