"""The settings of the program with the pages of `raising_urls`, for a web process of the tests."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.config.raising_urls"
