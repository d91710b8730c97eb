"""What can be switched while the emulator runs: latency, limits, faults and the pace of jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta

from shared.contracts.options import accepted

RetryStyle = Literal["ms", "seconds", "date", "reset", "text", "day", "none"]
Window = Literal["fixed", "sliding", "bucket"]
AwayStyle = Literal["refuse", "reset", "503"]
AnswerShape = Literal[
    "completion", "no_choices", "null_choices", "no_message", "error", "html", "empty", "array", "broken_off"
]
ContentShape = Literal["text", "parts", "null", "number", "reasoning_content", "reasoning", "think"]
RefusalShape = Literal["field", "part", "finish"]
UsageShape = Literal["whole", "missing", "null", "null_counts", "float", "text", "zero"]
Format = Literal["json_schema", "json_object", "text"]
ErrorShape = Literal["object", "list", "text", "plain", "detail", "detail_list", "message_object", "html"]

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0)]

Fault = Literal[
    "truncated_json",
    "prose",
    "python_repr",
    "wrong_type",
    "missing_required",
    "unknown_argument",
    "invented_api",
    "dangling_reference",
    "forward_reference",
    "bad_enum",
    "cycle",
    "undeclared_output",
    "secret",
    "leaked_ids",
    "refusal",
    "length",
    "content_filter",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
"""Classes of faulty answers; `malformed_share` mixes those listed in `malformed_classes`."""


@dataclass(slots=True)
class Switches:
    """Every switch with its neutral value.

    Attributes:
        seed: what the faults depend on besides the request.
        deterministic: faults by hash of seed, request and the request's attempt, not at random.
        latency_s: wait before every chat answer.
        latency_jitter_s: up to this much more, evenly spread.
        tail_share: share of answers (0 to 1) that take `tail_s` instead.
        tail_s: latency of the tail.
        rpm: requests a minute, 0 for no limit.
        rpm_window_s: length of the request window; each holds `rpm * rpm_window_s / 60` requests.
        tpm: tokens a minute (prompt and `max_completion_tokens`, estimated at arrival), 0 for no limit.
        tpm_window_s: length of the token window.
        window: `fixed` windows on a common clock, `sliding` ones, or a token `bucket` of one window's size.
        rejected_tokens_count: whether refused requests use up tokens, as in the service.
        retry_after_style: how a 429 tells the wait: `ms` (both headers), `seconds`, `date`, `reset` (only
            `x-ratelimit-reset-*`), `text` (only the message), `day` (24 hours), `none`.
        retry_after_s: the wait a 429 asks for; 0 for the time until the window opens.
        storm_share: share of requests answered 429 for lack of capacity.
        error_500_share: share answered 500.
        drop_share: share of connections dropped without an answer.
        malformed_share: share of answers spoiled.
        malformed_classes: classes of `FAULTS` to mix; empty for all.
        malformed_only_first: whether repair turns are spared.
        prompt_filter_share: share of prompts refused by the content filter (HTTP 400).
        base_fault_share: share of the plans that a base model makes with the catalog in its prompt that are wrong.
        teacher_fault_share: the same of teachers; both are labels of the emulator, not measurements.
        unauthorized_calls: number of calls yet to be answered 401.
        deployment_not_found_calls: number of calls after a deployment's creation that do not find it yet.
        response_formats: formats the deployments know, of `json_schema`, `json_object`, `text`.
        file_processing_s: from upload to processed.
        job_queue_s: from creation to running.
        job_step_s: least time of a training step, to watch a job.
        deployment_s: from PUT to Succeeded.
        running_jobs: jobs that train at once.
        away_style: how `away_s` looks: `refuse` (nothing listens), `reset`, `503`.
        slots: calls answered at once; the others wait in line; 0 for any number.
        odd_share: share of answers (0 to 1) that the four shapes below apply to.
        answer_shape: what a 200 holds: a `completion`, `no_choices`, `null_choices`, `no_message`, an `error` object,
            `html`, an `empty` body, an `array`, or a completion that is `broken_off`.
        content_shape: the answer as `text`, as a list of `parts`, `null`, a `number`, only in `reasoning_content` or
            `reasoning`, or as text after a `think` block.
        refusal_shape: a refusal in the `field` of that name, in a content `part`, or as a `finish` reason.
        usage_shape: `whole`, `missing`, `null`, `null_counts`, `float`, `text` or `zero` counts.
        reasoning_tokens: counted in `completion_tokens` and told in their details.
        served_model: the model named in answers; empty for the emulator's own name.
        error_shape: errors of chat calls as an `object`, a `list`, `text` (a string under `error`), `plain` text,
            FastAPI's `detail` (a string) or `detail_list`, a `message_object` or `html`.
        refused_fields: fields of a request that are refused, `seed` or `response_format` for instance.
        refused_fields_status: the status of that refusal.
        answers_left: chat calls that are still answered before all are refused; -1 for no such bound.
        refusal_status, refusal_code, refusal_message: what comes after that.
    """

    seed: Count = 0
    deterministic: bool = True
    latency_s: Seconds = 0.0
    latency_jitter_s: Seconds = 0.0
    tail_share: Share = 0.0
    tail_s: Seconds = 5.0
    rpm: Count = 0
    rpm_window_s: Seconds = 1.0
    tpm: Count = 0
    tpm_window_s: Seconds = 60.0
    window: Window = "fixed"
    rejected_tokens_count: bool = True
    retry_after_style: RetryStyle = "ms"
    retry_after_s: Seconds = 0.0
    storm_share: Share = 0.0
    error_500_share: Share = 0.0
    drop_share: Share = 0.0
    malformed_share: Share = 0.0
    malformed_classes: list[Fault] = field(default_factory=list)
    malformed_only_first: bool = False
    prompt_filter_share: Share = 0.0
    base_fault_share: Share = 0.45
    teacher_fault_share: Share = 0.12
    unauthorized_calls: Count = 0
    deployment_not_found_calls: Count = 0
    response_formats: list[Format] = field(default_factory=lambda: ["json_schema", "json_object", "text"])
    file_processing_s: Seconds = 0.2
    job_queue_s: Seconds = 0.3
    job_step_s: Seconds = 0.0
    deployment_s: Seconds = 0.3
    running_jobs: Count = 3
    away_style: AwayStyle = "refuse"
    slots: Count = 0
    odd_share: Share = 1.0
    answer_shape: AnswerShape = "completion"
    content_shape: ContentShape = "text"
    refusal_shape: RefusalShape = "field"
    usage_shape: UsageShape = "whole"
    reasoning_tokens: Count = 0
    served_model: str = ""
    error_shape: ErrorShape = "object"
    refused_fields: list[str] = field(default_factory=list)
    refused_fields_status: Count = 400
    answers_left: Annotated[int, Meta(ge=-1)] = -1
    refusal_status: Count = 429
    refusal_code: str = "insufficient_quota"
    refusal_message: str = "You exceeded your current quota, please check your plan and billing details."

    def update(self, changes: Mapping[str, Any]) -> None:
        """Set the given switches. ValueError names an unknown one or a bad value; then nothing is set."""
        kinds = get_type_hints(Switches, include_extras=True)
        found = {}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"unknown switch {name!r}; known: {', '.join(sorted(kinds))}")
            try:
                found[name] = msgspec.convert(value, kinds[name])
            except msgspec.ValidationError as exc:
                accepts = accepted(msgspec.json.schema(kinds[name]))
                raise ValueError(f"switch {name} accepts {accepts}, not {value!r}") from exc
        for name, value in found.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """All switches and their values."""
        return asdict(self)


def switch_types() -> dict[str, Any]:
    """Name and type of every switch, for the command line."""
    hints = get_type_hints(Switches)
    return {item.name: hints[item.name] for item in fields(Switches)}
