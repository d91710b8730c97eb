"""docs/senders.md, from the files of examples/senders."""

from __future__ import annotations

from local.checkout import ROOT

FOLDER = ROOT / "examples" / "senders"

_INTRO = """# Senders and receivers

Another system starts runs and hears of them by two queues of the data account, with nothing of Plansmith's installed.
The files are in `examples/senders/`; this page is written from them by `python -m local.docs`. The shapes are
in [Contracts](contracts.md), and, for tools, in [asyncapi.json](asyncapi.json). A message is plain UTF-8 JSON, which
is what the SDKs send by default; one in base64, as older SDKs send it, is read as well.

`PLANSMITH_STORAGE` is a connection string here. With an identity instead, give the SDK the queue's address and a
credential: `QueueClient("https://<account>.queue.core.windows.net", "run-requests",
credential=DefaultAzureCredential())`; the identity needs the role *Storage Queue Data Message Sender*, or *Processor*
to hear.

An upload to the container `catalogs` starts a run by itself, with the run options of its metadata; metadata
`start=false` keeps it from doing so, as where a request is to follow.
"""

_TITLES = (
    ("ask.py", "python", "Ask for a run, in Python"),
    ("ask.cjs", "js", "… in JavaScript"),
    ("Ask.cs", "csharp", "… in C#"),
    ("ask.sh", "sh", "… with az"),
    ("hear.py", "python", "Hear of runs, in Python"),
    ("hear.cjs", "js", "… in JavaScript"),
)


def page() -> str:
    """The page."""
    parts = [_INTRO]
    for name, language, title in _TITLES:
        text = (FOLDER / name).read_text(encoding="utf-8").rstrip()
        parts += [f"## {title}", "", f"`{name}`", "", f"```{language}", text, "```", ""]
    return "\n".join(parts)
