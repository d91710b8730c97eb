"""The ports in memory; proved by the same contract tests as the real ones."""
