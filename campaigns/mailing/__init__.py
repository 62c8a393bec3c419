"""Shares sent as e-mail.

`template` and `letters` make a message, `audience` says whom it may go to, `claiming` holds the states of messages in
the database, `sending` hands them to the mail server, `running` starts and pauses, `settling` and `bounces` take in
what became of them. Source: DESIGN section 9, "Mail".
"""
