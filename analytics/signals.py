"""What exports tell the floors above: sent after the commit, with the row."""

from django.dispatch import Signal

export_ready = Signal()  # `export`: its file can be downloaded
