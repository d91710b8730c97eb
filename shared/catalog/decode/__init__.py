"""Bytes to values: JSON and YAML as people write them, archives, templated texts, foreign formats by name."""
