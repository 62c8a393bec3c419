"""When a process that serves pages looks for garbage."""

import gc


def look_seldom() -> None:
    """Leave what is loaded by now out of it, and look after 10,000 objects instead of 700.

    Looking through what is loaded took a tenth of the collector's time. Events leave no garbage behind that goes in
    circles, and looking for it after each 700 objects took a thirtieth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
