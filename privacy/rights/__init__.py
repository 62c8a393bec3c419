"""What individuals may ask, and what the agency owes them then: requests, packages, amendments, by their clocks."""
