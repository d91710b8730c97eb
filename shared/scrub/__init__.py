"""Takes credentials and personal data out of any text or value; knows no document format."""
