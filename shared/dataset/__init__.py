"""From outcomes to published bytes; pure, a stream where it can be, deterministic always."""
