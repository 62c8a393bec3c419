"""The methods on published data, beside what was published: one sibling module a data set, each declaring PROOF."""

from analytics.insight.proofs import bank, cdnow, charity, citeulike, hillstrom, movielens, msweb
from analytics.insight.proofs.base import Proof

PROOFS: dict[str, Proof] = {
    module.PROOF.name: module.PROOF for module in (hillstrom, charity, citeulike, movielens, msweb, bank, cdnow)
}
