"""Learns the weights of `shared/catalog/postman/likelihood.json` from a folder of OpenAPI and Swagger documents.

    .venv/bin/python -m benchmarks.learn_required [FOLDER --without WORD]

Documents whose path has the word (a pattern) are left out, so that they can be used to measure. Of the documents in
JSON those count that require something of a third of their POST bodies or more, a publisher (the first folder) with 120
bodies. Each counts with all fields, the required ones first, as generators do; in alphabetical order, if that keeps
them first; and as the documentation's example or, where there is none, without some of the fields that are not
required. `--test` leaves out one publisher in five, and says how well each threshold does on these.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from local.checkout import ROOT
from shared.catalog.postman.likelihood import features
from testing.described_bodies import described_bodies

OUT = ROOT / "shared" / "catalog" / "postman" / "likelihood.json"
MOST_BYTES = 6_000_000
BODIES, BODIES_OF_PUBLISHER, PUBLISHERS = 60, 120, 30
ROUNDS, RATE, DECAY = 15, 0.015, 1e-4

type Row = tuple[list[str], bool]


def rows(folder: Path, without: str, rng: random.Random) -> Iterator[tuple[str, list[Row]]]:
    """The publisher and the rows of each body, whole, in order where that tells nothing, and as an example."""
    taken: dict[str, int] = defaultdict(int)
    for file in sorted(folder.rglob("*.json")):
        publisher = file.relative_to(folder).parts[0].removesuffix(".json")
        left_out = without and re.search(without, str(file.relative_to(folder)))
        if left_out or file.stat().st_size > MOST_BYTES or taken[publisher] >= BODIES_OF_PUBLISHER:
            continue
        found = {str((one.method, one.path, one.fields)): one for one in described_bodies(file.read_bytes())}
        for described in rng.sample([*found.values()], min(BODIES, len(found))):
            taken[publisher] += 1
            needed = {name for name, _, needed in described.fields if needed}
            for body in (described.whole(), described.in_order(), described.sample(rng)):
                if body is not None and body.fields:
                    told = zip(features(body), body.fields, strict=True)
                    yield publisher, [(one, name in needed) for one, (name, _) in told]


def learnt(known: list[tuple[str, list[Row]]], rng: random.Random) -> dict[str, float]:
    """Weights by stochastic gradient descent, those that stay near nothing left out.

    What a body or a publisher with many rows weighs grows less than their number.
    """
    publishers: dict[str, set[str]] = defaultdict(set)
    for publisher, body in known:
        for found, _ in body:
            for feature in found:
                publishers[feature].add(publisher)
    common = {feature for feature, those in publishers.items() if len(those) >= PUBLISHERS}
    count = Counter(publisher for publisher, _ in known)
    samples = [
        (
            [feature for feature in found if feature in common],
            needed,
            len(body) ** -0.3 * count[publisher] ** -0.5,
        )
        for publisher, body in known
        for found, needed in body
    ]
    mean = sum(weight for _, _, weight in samples) / len(samples)
    weights = dict.fromkeys(common, 0.0)
    for turn in range(ROUNDS):
        rng.shuffle(samples)
        rate = RATE * (1 - turn / ROUNDS)
        for found, needed, weight in samples:
            step = rate * weight / mean * (needed - likelihood(sum(weights[feature] for feature in found)))
            for feature in found:
                weights[feature] += step - rate * DECAY * weights[feature]
    return {feature: round(weight, 2) for feature, weight in sorted(weights.items()) if abs(weight) >= 0.05}


def likelihood(odds: float) -> float:
    """The probability of odds, given as their logarithm."""
    return 1 / (1 + math.exp(-odds))


def tested(known: list[tuple[str, list[Row]]], rng: random.Random) -> None:
    """Precision and recall of each threshold on one publisher in five, by the weights that the others give."""
    left_out = set(sorted({publisher for publisher, _ in known})[::5])
    weights = learnt([one for one in known if one[0] not in left_out], rng)
    print("| bodies | threshold | precision | recall |\n|---|---|---|---|")
    for form in ("whole", "sorted", "example"):
        told = [
            (likelihood(sum(weights.get(feature, 0.0) for feature in found)), needed)
            for publisher, body in known
            for found, needed in body
            if publisher in left_out and found[1].startswith(form)
        ]
        for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
            read = [needed for chance, needed in told if chance >= threshold]
            needs = sum(needed for _, needed in told)
            print(f"| {form} | {threshold} | {sum(read) / len(read):.2f} | {sum(read) / needs:.2f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--without", default="")
    parser.add_argument("--test", action="store_true")
    options = parser.parse_args()
    if options.folder is None:
        print("a folder of OpenAPI documents is needed to learn from")
        return 0
    rng = random.Random(0)
    known = list(rows(options.folder, options.without, rng))
    if options.test:
        tested(known, rng)
        return 0
    weights = learnt(known, rng)
    OUT.write_text(json.dumps(weights, indent=0, ensure_ascii=False) + "\n")
    publishers = {publisher for publisher, _ in known}
    print(f"{len(known)} bodies of {len(publishers)} publishers, {len(weights)} weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
