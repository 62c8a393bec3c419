from privacy.models.access import Capability, User

__all__ = ["Capability", "User"]
