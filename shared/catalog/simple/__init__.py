"""The simple form, and tool lists of model vendors."""
