"""Azure Storage behind the storage ports."""
