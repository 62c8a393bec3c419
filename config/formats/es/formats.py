"""Numbers as 1.234,56, days as 12 de marzo de 2026, the clock as 14:03."""

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3

DATE_FORMAT = r"j \d\e F \d\e Y"
SHORT_DATE_FORMAT = "j M Y"
YEAR_MONTH_FORMAT = r"F \d\e Y"
MONTH_DAY_FORMAT = r"j \d\e F"
TIME_FORMAT = "H:i"
EXACT_TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = r"j \d\e F \d\e Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
EXACT_DATETIME_FORMAT = "j M Y, H:i:s"
ZONED_FORMAT = r"j \d\e F \d\e Y, H:i e"
EXACT_ZONED_FORMAT = r"j \d\e F \d\e Y, H:i:s e"

PICTURE_DAY_FORMAT = "%-d %b %Y"
PICTURE_MONTH_DAY_FORMAT = "%-d %b"
