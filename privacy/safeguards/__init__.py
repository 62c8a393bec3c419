"""The notice's safeguards as they are kept: who looks after each, checks, contractors, access reviews, incidents."""
