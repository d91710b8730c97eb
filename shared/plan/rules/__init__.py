"""Rules of sense: what a well-formed plan does that nobody would want, each by its code."""
