"""The readings that the notice's data mark as ours, as a checklist for the privacy officer."""
