"""What the exit status of a command says; programs may rely on it."""

from __future__ import annotations

OK = 0
FAILED = 1
WRONG_USE = 2
"""click's own status for a wrong command line; `try`, `compare` and `validate` give it another meaning, see below."""
SHORT = 2
NOT_CONFIRMED = 3
INTERRUPTED = 130

MEANINGS = {
    OK: "what was asked for is there",
    FAILED: "it is not there: refused, failed, not found, nothing answers; `validate`: some rows are not valid;"
    " `doctor`: something does not work",
    WRONG_USE: "the command line is wrong; but `try`: a plan is not executable; `compare`: a threshold is missed (with"
    " both a wrong command line is 1); `validate`: the file or its catalog cannot be used",
    NOT_CONFIRMED: "a question was answered with no, or could not be asked: nothing was spent, nothing deleted",
    INTERRUPTED: "interrupted by Ctrl-C (129, 143: by SIGHUP, SIGTERM)",
}
