from privacy.models.access import Capability, User
from privacy.models.changes import Change
from privacy.models.disclosure import DisclosedPerson, Disclosure
from privacy.models.log import AccessEntry

__all__ = ["AccessEntry", "Capability", "Change", "DisclosedPerson", "Disclosure", "User"]
