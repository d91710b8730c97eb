"""JSON Schemas of documents as small self-contained ones, and what parameters and examples say of types."""
