"""Pages of `docs/` that are written from the code: `python -m local.docs` writes all of them."""
