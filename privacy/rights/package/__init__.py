"""The access package: everything about a person, by the declarations of what is held, as one JSON file and as PDF."""
