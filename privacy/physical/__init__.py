"""Records on paper and removable media: a register of where they are, found, due and destroyed as the notice says."""
