"""Retention: which rule a record is under, when it is due, what holds it, and its disposal, which leaves a certificate.

The models say beside themselves what a record is held for and which date starts its clock (privacy.holdings); this
package turns that into statements of the database, so that no list of tables is written by hand.
"""
