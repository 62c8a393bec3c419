"""Why a file cannot be shown, in words for whoever sent it."""


class Unfit(Exception):
    """The message is a sentence or two: what is wrong, where, what to do."""
