"""Recommendation models learnt from one file of pairs and held against another."""

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from analytics.insight.evaluating.base import Found, Kind, csv_file, plain, rows
from analytics.insight.recommending.choosing import Chosen, choose
from analytics.insight.recommending.files import read_pairs

SHOWN_RECALL, SHOWN_NDCG = (20, 50), (10,)


def add_arguments(parser: ArgumentParser) -> None:
    csv_file(parser, "train", "test")
    parser.add_argument("--user", default="", metavar="COLUMN", help="the first column without it")
    parser.add_argument("--item", default="", metavar="COLUMN", help="the second column without it")


def run(options: Mapping[str, Any]) -> Found:
    train, test = (read_pairs(options[part], options["user"], options["item"]) for part in ("train", "test"))
    chosen = choose(train, test)
    return Found(plain(chosen), list(lines(chosen)))


def lines(chosen: Chosen) -> Iterator[str]:
    measured = chosen.candidates[0].measured
    yield (
        f"{chosen.users:,} users, {chosen.items:,} items, {chosen.pairs:,} pairs to learn from; {chosen.test_pairs:,} "
        f"pairs of {measured.users:,} users held back"
    )
    heads = (*(f"Recall@{at}" for at in SHOWN_RECALL), *(f"NDCG@{at}" for at in SHOWN_NDCG))
    yield from rows([("model", *heads, "seconds"), *(
        (f"{one.name}{' (chosen)' if one.name == chosen.best else ''}",
         *(f"{one.measured.recall[at]:.4f}" for at in SHOWN_RECALL),
         *(f"{one.measured.ndcg[at]:.4f}" for at in SHOWN_NDCG), f"{one.seconds:.1f}")
        for one in chosen.candidates
    )])  # fmt: skip


KIND = Kind("recommendations", "what somebody wants next: models on pairs of user and item", add_arguments, run)
