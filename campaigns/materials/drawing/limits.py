"""What a file may be at most, and what drawing it may take. Pixels, bytes, seconds; points are 1/72 inch."""

WIDE, NARROW, THUMBNAIL = 1600, 800, 240
TALLEST = 6400  # of the wide picture: a page that is longer is drawn narrower
MOST_PAGES = 2_000
LONGEST_SIDE = 14_400.0  # points, 200 inches: the most that PDF itself allows (ISO 32000-1, annex C.2)
MOST_PIXELS = 100_000_000  # of an image as it comes
MOST_TEXT = 100_000  # characters of a page

MEMORY = 1 << 30  # address space of the process that draws
LARGEST_PICTURE = 64 << 20
SECONDS_A_PAGE = 30
SECONDS_IN_ALL = 20 * 60

# Stamping a file with its reader's address while they wait for it.
STAMP_SECONDS = 60
LARGEST_STAMPED = 512 << 20

OFFICE_MEMORY = 4 << 30  # LibreOffice maps far more than it uses
OFFICE_SECONDS = 120
LARGEST_CONVERTED = 512 << 20
MOST_UNPACKED = 1 << 30  # of all parts of an Office file together
MOST_PARTS = 20_000
