"""Things side by side: what an address asks to compare, its words, and its tables."""
