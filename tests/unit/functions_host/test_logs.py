import json
import logging

from local.functions_host.logs import JsonLines, PlainLines


def record(name: str = "app", **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": name, "levelno": logging.INFO, "levelname": "INFO", "msg": "did %s", "args": ("it",)}
    )
    made.__dict__.update(extra)
    return made


def test_a_plain_line_names_the_function_and_ends_with_the_fields():
    line = PlainLines(colour=False).format(record(function="start_run", run_id="r-1", index=3))
    assert line[12:] == " INFO    start_run  did it run_id=r-1 index=3"


def test_a_plain_line_outside_of_a_function_names_the_host_or_the_logger():
    assert " host  did it" in PlainLines(colour=False).format(record("local.functions_host.cli", function=""))
    assert " lib  did it" in PlainLines(colour=False).format(record("lib", function=""))


def test_a_traceback_follows_its_line():
    line = PlainLines(colour=False).format(record(function="f", traceback="Traceback:\n  ValueError\n"))
    assert line.endswith("did it\nTraceback:\n  ValueError")


def test_a_json_line_is_one_object_with_the_fields():
    line = JsonLines().format(record(function="start_run", run_id="r-1", text="a\nb"))
    document = json.loads(line)
    assert "\n" not in line
    assert (document["level"], document["function"], document["message"]) == ("info", "start_run", "did it")
    assert (document["run_id"], document["text"]) == ("r-1", "a\nb")
    assert document["time"].endswith("+00:00")
