"""Individuals' rights over what this floor computes of a person: it is shown, and follows from the log by itself."""

from analytics.models import CampaignViewer, DepartingFact, ViewerDay, ViewerMaterial, ViewerPage, ViewerTotal
from campaigns.rights import NAMES
from privacy.rights.people import Trace, declare_nobodys, declare_trace


def register() -> None:
    """Tell the lowest floor."""
    for model in (CampaignViewer, ViewerMaterial, ViewerPage, ViewerTotal, ViewerDay, DepartingFact):
        note = "Sums of what the person did, computed from the log of events."
        computed = Trace(is_fixed=True, names=NAMES, note=note)
        declare_trace(model._meta.label, computed)
    found = Trace(is_fixed=True, note="Found by the program in what the person did; what staff noted of it is theirs.")
    declare_trace("analytics.TroubleArea", found)
    foretold = Trace(is_fixed=True, note="Foretold by the program from what the person did, anew every night.")
    declare_trace("analytics.Likelihood", foretold)
    declare_nobodys("analytics.FrozenReport", "Sums without groups of fewer than 5 people: no row is about a person.")
