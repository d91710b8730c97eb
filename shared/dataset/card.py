"""The dataset card: README.md of a published dataset, for whoever wants to train on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.dataset.coverage import Coverage
from shared.dataset.duplicates import DEFAULT_THRESHOLD
from shared.dataset.hub import front_matter
from shared.dataset.manifest import Facts, durations
from shared.dataset.quality import figures, quality
from shared.tokens import Tokens

_TOP_REASONS = 20
_LISTED = 30

_FILES = (
    ("dataset.jsonl", "accepted records in index order: task, plan, what it may be confused with, metadata"),
    ("rejected.jsonl", "every other planned index: why, its attempts and tokens"),
    ("sft/instructions.jsonl", "`instruction`, `input`, `response`"),
    (
        "sft/train.jsonl, sft/validation.jsonl, sft/test.jsonl",
        "chat `messages`; the assistant answers with the plan as JSON",
    ),
    ("coverage.json", "each operation and parameter: how often it is taught, or why not"),
    ("decontamination.json", "the search for held-out tasks that are nearly training tasks"),
    ("promptfoo/", "the test split for Promptfoo: configuration, prompt, tests"),
    ("croissant.json", "the dataset for machines: files, columns, where it comes from (Croissant 1.1)"),
    ("manifest.json", "options, counts, tokens, cost, files with their digests"),
)
_ASKED_FILES = {
    "tools": (
        "sft/tools-train.jsonl, sft/tools-validation.jsonl, sft/tools-test.jsonl",
        "`messages` and `tools`; the assistant calls tools",
    ),
    "agent": (
        "sft/agent-train.jsonl, sft/agent-validation.jsonl, sft/agent-test.jsonl",
        "`messages` and `tools` of many turns: calls, their (made up) answers, the next calls, what is done",
    ),
    "dpo": (
        "sft/dpo-train.jsonl, sft/dpo-validation.jsonl, sft/dpo-faults.jsonl",
        "the accepted plan preferred to a wrong attempt or to a copy with one planted fault, and which fault it is",
    ),
}


def readme(
    facts: Facts,
    coverage: Coverage,
    split: Mapping[str, Any],
    charts: Iterable[str],
    rows: Mapping[str, int] | None = None,
) -> bytes:
    """The card as Markdown; `split` is the selection's report, `charts` the paths of the drawings,
    `rows` those of each file.
    """
    sections = [
        _head(facts, rows or {}),
        _section("What it holds", _figures(facts, coverage, split)),
        _section("How it was made", _making(facts)),
        *([_section("Review", _reviewed(facts.revision))] if facts.revision else []),
        _section("Quality", _quality(facts)),
        _section("Distributions", [f"![{_words(path)}]({path})" for path in charts], gap="\n\n"),
        _section("Coverage of the catalog", _covered(coverage)),
        _section("Why records were not accepted", _reasons(facts)),
        _section("Split", _divided(split)),
        *([_section("Preference pairs", _preferences(facts))] if facts.tally.preferences else []),
        _section("Tokens and price", _spent(facts)),
        _section("Files", _files(facts)),
        _section("Known limits", _limits(facts)),
        _section(
            "Licence",
            ["Not set. Whoever publishes this dataset names the licence here and in the front matter."],
        ),
    ]
    return ("\n\n".join(sections) + "\n").encode()


def _head(facts: Facts, rows: Mapping[str, int]) -> str:
    tags = "\n".join(f"  - {tag}" for tag in ("api-planning", "tool-use", "synthetic"))
    lines = [
        "\n".join(["---", "license: unknown", f"tags:\n{tags}", *front_matter(rows), "---"]),
        f"# {_plain(facts.catalog.name)}: tasks and plans of API calls",
    ]
    if facts.is_emulated:
        lines.append(
            "> **The teacher was an emulator.** Tasks and plans in this dataset are the emulator's, made by rules; "
            "no language model wrote them. Use it to try the pipeline, not to judge a model."
        )
    lines.append(
        f"Each record pairs a task in a person's words with a validated plan of calls to the {len(facts.catalog.apis)} "
        f"operations of **{_plain(facts.catalog.name)}**. Run `{facts.run_id}`."
    )
    return "\n\n".join(lines)


def _figures(facts: Facts, coverage: Coverage, split: Mapping[str, Any]) -> list[str]:
    tally = facts.tally
    linked = tally.shapes["chain"] + tally.shapes["fan_out"] + tally.shapes["join"]
    duplicates = tally.reasons["duplicate"]
    told = tally.accepted + duplicates
    return _table(
        ("", ""),
        [
            ("records planned", f"{tally.planned:,}"),
            ("accepted", f"{tally.accepted:,} ({_share(tally.accepted, tally.planned)})"),
            (
                "training / validation / test rows",
                f"{split['train']:,} / {split['validation']:,} / {split['test']:,}",
            ),
            ("distinct tasks", _share(tally.accepted, tally.accepted)),
            ("valid records dropped as near-duplicates", f"{duplicates:,} ({_share(duplicates, told)})"),
            (
                "distinct plan signatures",
                f"{split['families']:,} ({_share(split['families'], tally.accepted)})",
            ),
            ("plans whose steps pass data on", f"{linked:,} ({_share(linked, tally.accepted)})"),
            (
                "difficulties present",
                ", ".join(d for d in ("XS", "S", "M", "L", "XL") if tally.difficulties[d]) or "none",
            ),
            ("operations taught", f"{coverage.taught:,} of {len(facts.catalog.apis):,}"),
        ],
    )


def _making(facts: Facts) -> list[str]:
    options, tally = facts.options, facts.tally
    models = ", ".join(f"`{_plain(model)}`" for model in tally.models) or "unknown"
    return [
        f"For each index a blueprint chose operations, shape, variation and difficulty; the teacher ({models}) wrote "
        "the task and the plan; the plan was checked against the catalog and run dry on typed fake responses; what "
        f"failed went back with its errors, up to {options.get('max_attempts', 3)} attempts. Near-duplicates were "
        f"dropped in index order (threshold {options.get('near_duplicate_threshold', DEFAULT_THRESHOLD)}).",
        "",
        f"App version {facts.app_version}, seed {options.get('seed', 0)}, "
        f"answers as {facts.response_mode or 'unknown'}, started {facts.started_at or 'unknown'}.",
        *_shown(options.get("examples_from")),
    ]


def _shown(source: str | None) -> list[str]:
    """Which rows the teacher saw as examples."""
    if not source:
        return []
    shown = f"The teacher was shown up to three rows of `{_plain(source)}` a prompt"
    return ["", f"{shown}; what repeats one of them was dropped."]


def _reviewed(revision: Mapping[str, Any]) -> list[str]:
    """What people did to the rows; `revision` is what the manifest says of it."""
    parent, changes = revision["parent"]["revision"], revision["changes"]
    people = {decision["author"] for decision in revision["decisions"]}
    before = f"revision {parent}" if parent else "the first publication"
    note = f": {_plain(revision['note'])}" if revision["note"] else ""
    return [
        f"Revision {revision['number']}, on from {before}, published by {_plain(revision['author'])}{note}. By "
        f"{len(revision['decisions'])} decisions of {len(people)} people {changes['approved']:,} rows stand approved, "
        f"{changes['rejected']:,} rejected, {changes['edited']:,} edited, and {changes['own']:,} were added.",
        "",
        "Every row was validated again. Edited rows have the source `mixed`, added ones `human`; `manifest.json` lists "
        "the decisions, `rejected.jsonl` who rejected a row and why.",
    ]


def _quality(facts: Facts) -> list[str]:
    found = quality(facts.tally)
    if found is None:
        return ["No record was judged (`judge_sample` 0), so nothing is known of it beyond the checks."]
    whose = "the emulator, by rules" if facts.is_emulated else "the teacher itself"
    how = (
        "Every record had to pass the judge"
        if facts.options.get("judge")
        else f"{found['judged']:,} accepted records drawn at random were judged"
    )
    head = f"{how}, by {whose}, from 1 to 5 on three questions; the least counts."
    return [head, "", *_table(("", ""), figures(found))]


def _covered(coverage: Coverage) -> list[str]:
    report = coverage.to_dict()
    required = report["required_parameters"]
    untaught = [o for o in report["by_operation"] if not o["taught"]]
    lines = [
        f"{report['operations']['taught']:,} of {report['operations']['total']:,} operations and "
        f"{required['taught']:,} of {required['total']:,} required parameters are taught; `coverage.json` has each."
    ]
    if untaught:
        lines += ["", *(f"- not taught: `{o['api']}` ({_why(o['why_not'])})" for o in untaught[:_LISTED])]
    if len(untaught) > _LISTED:
        lines.append(f"- and {len(untaught) - _LISTED:,} more")
    return lines


def _why(why: str | Mapping[str, Any]) -> str:
    if isinstance(why, str):
        return why.replace("_", " ")
    parts = []
    for kind, found in why.items():
        inner = ", ".join(f"{code} {n}" for code, n in found.items()) if isinstance(found, Mapping) else found
        parts.append(f"{kind.replace('_', ' ')}: {inner}")
    return "; ".join(parts) or "unknown"


def _reasons(facts: Facts) -> list[str]:
    reasons = facts.tally.reasons.most_common()
    if not reasons:
        return ["Every planned record was accepted."]
    ordered = sorted(reasons, key=lambda pair: (-pair[1], pair[0]))[:_TOP_REASONS]
    return _table(("reason", "indices"), [(f"`{_plain(reason)}`", f"{count:,}") for reason, count in ordered])


def _divided(split: Mapping[str, Any]) -> list[str]:
    check = split["decontamination"]
    nearest = (
        f"the nearest of {check['compared']:,} compared pairs has {check['highest_similarity']:.2f}"
        if check["compared"]
        else "no pair was alike enough to be compared word by word"
    )
    lines = [
        f"Plans of one signature stay on one side ({split['families']:,} families, the largest has "
        f"{split['largest_family']:,} records); operations and difficulties are balanced. Validation holds "
        f"{split['fraction']:.1%} of the rows, {split['fraction_wanted']:.1%} were asked for; test holds "
        f"{split['test_fraction']:.1%}, {split['test_fraction_wanted']:.1%} were asked for. Test is for measuring "
        "alone: it is not uploaded with a training and chooses no checkpoint.",
        *(f"\n{note}" for note in split["notes"]),
        "",
        f"Decontamination: {check['pairs_above_threshold']} pairs across the split at or above "
        f"{check['threshold']}; {nearest}.",
    ]
    if split["left_out"]:
        lines += [
            "",
            f"{split['left_out']:,} accepted records are in `dataset.jsonl` only: the caps of the run left them out.",
        ]
    return lines


def _preferences(facts: Facts) -> list[str]:
    found = sorted(facts.tally.preferences.items(), key=lambda pair: (-pair[1], pair[0]))
    table = _table(
        ("what is wrong with the non-preferred answer", "pairs"), [(f"`{k}`", f"{n:,}") for k, n in found]
    )
    asked = facts.tally.base_answers
    if not asked:
        return table
    deployment = _plain(str(facts.options.get("dpo_base_model") or ""))
    said = (
        f"The base model `{deployment}` was put {asked.total():,} of the accepted tasks as a student is: "
        f"{asked['wrong']:,} answers were wrong (`base_model`, its own faults), {asked['right']:,} stood the "
        f"checks and are no pair, {asked['unanswered']:,} could not be had or shown."
    )
    return [*table, "", said]


def _spent(facts: Facts) -> list[str]:
    tally, tokens = facts.tally, facts.tally.all_tokens
    cost = facts.cost_usd
    each = tokens.total / tally.accepted if tally.accepted else 0
    table = facts.price_table
    price = (
        f"{cost:,.4f} (list prices of {table.get('as_of', 'unknown date')}; what is billed may differ)"
        if cost is not None
        else "no price is known for the teacher's model"
    )
    elapsed = durations(tally, facts.started_at)["elapsed_s"]
    return _table(
        ("", ""),
        [
            ("attempts", f"{tally.attempts.total():,}"),
            ("prompt tokens", f"{tokens.prompt:,}, of which {tokens.cached:,} cached"),
            ("completion tokens", _answered(tokens)),
            ("tokens per accepted record", f"{each:,.0f}"),
            ("US dollars", price),
            ("seconds from start to last answer", "unknown" if elapsed is None else f"{elapsed:,.0f}"),
        ],
    )


def _answered(tokens: Tokens) -> str:
    thought = f", of which {tokens.reasoning:,} thought" if tokens.reasoning else ""
    guess = "; partly estimated, as the service did not count" if tokens.estimated else ""
    return f"{tokens.completion:,}{thought}{guess}"


def _files(facts: Facts) -> list[str]:
    formats = facts.options.get("formats") or ()
    asked = [entry for name, entry in _ASKED_FILES.items() if name in formats]
    return _table(("file", "holds"), [(f"`{path}`", what) for path, what in (*_FILES, *asked)])


def _limits(facts: Facts) -> list[str]:
    limits = [
        "Plans are proved against the documented catalog, not against the live service: no call was ever made.",
        "Where the catalog documents no response, a reference into it was checked by its declared output only.",
        "Tasks are synthetic; their wording and their mix follow the teacher and the blueprints, not logged use.",
        "Values (ids, names, dates) are invented.",
    ]
    if facts.is_emulated:
        limits.insert(0, "The answers are an emulator's; see the note at the top.")
    return [f"- {limit}" for limit in limits]


def _section(title: str, lines: Sequence[str], gap: str = "\n") -> str:
    return f"## {title}\n\n" + gap.join(lines)


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"


def _words(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".svg")


def _plain(text: str) -> str:
    """One line without characters that Markdown tables or HTML would read."""
    return " ".join(text.split()).replace("|", "/").replace("<", "‹").replace(">", "›").replace("`", "'")
