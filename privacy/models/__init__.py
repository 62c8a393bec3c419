from privacy.models.access import Capability, User
from privacy.models.api import ApiAnswer, ApiKey
from privacy.models.changes import Change
from privacy.models.log import AccessEntry

__all__ = ["AccessEntry", "ApiAnswer", "ApiKey", "Capability", "Change", "User"]
