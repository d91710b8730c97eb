"""The record and its plan: schema, wire form, references, validation, dry run; pure."""
