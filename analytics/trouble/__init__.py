"""Where a customer seems to be in trouble, with evidence and a proposed solution; each detector is one file."""
