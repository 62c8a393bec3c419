"""The same person, once: sure matches merged, unsure ones put before a person, every merge undoable."""
