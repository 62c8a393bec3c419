"""Changing the notice: a version is drafted, its consequences are seen, its publication is recorded, and on its day it
takes effect. The words are those of a file of the notice (privacy.notice), kept in the database."""
