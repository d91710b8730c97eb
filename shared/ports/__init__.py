"""What the steps need from the outside, as small protocols; `adapters/` implements them.

Every adapter translates its SDK's errors into `shared.errors` once: `ConflictError`, `TransientError`
(with `retry_after_s`), `ThrottledError`, `PermanentError`, `ConfigurationError`.
"""
