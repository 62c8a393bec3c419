"""The blocks of a custom web page: written and read again the same, or refused with the place and the reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.webpages.blocks import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_BLOCKS,
    Block,
    BlockProblem,
    Contact,
    Link,
    MaterialBlock,
    Text,
    leads_somewhere,
    read_blocks,
    written,
)

words = st.text(min_size=1, max_size=40).map(str.strip).filter(bool)
blocks = st.lists(
    st.one_of(
        st.builds(Text, heading=words, text=words),
        st.builds(MaterialBlock, material=words, words=words),
        st.builds(Link, text=words, address=st.just("https://example.com/a?b=c")),
        st.builds(Contact, words=words),
    ),
    max_size=MOST_BLOCKS,
)


@given(blocks)
def test_what_is_written_is_read_again_the_same(page: list[Block]) -> None:
    assert read_blocks(written(page)) == page


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({"kind": "text"}, "Block 0: the page is not a list of blocks."),
        (["text"], "Block 1: block is none."),
        ([{"kind": "video"}], "Block 1: kind is not one of text, material, link, contact."),
        (
            [{"kind": "text", "text": "a", "colour": "red"}],
            "Block 1: colour is not something that a block of the kind text has.",
        ),
        ([{"kind": "text", "text": 5}], "Block 1: text is not text."),
        ([{"kind": "text", "text": "  "}], "Block 1: text is empty: write something or remove the block."),
        ([{"kind": "material"}], "Block 1: material is not chosen."),
        ([{"kind": "link", "address": "https://example.com"}], ("Block 1: text is empty: enter where the link leads.")),
        (
            [{"kind": "contact"}, {"kind": "link", "text": "x", "address": "javascript:alert(1)"}],
            "Block 2: address is not an address that begins with http:// or https://.",
        ),
        ([{"kind": "text", "heading": "h" * (LONGEST_LINE + 1)}], "Block 1: heading is longer than 300 characters."),
        ([{"kind": "text", "text": "t" * (LONGEST_TEXT + 1)}], "Block 1: text is longer than 10,000 characters."),
        ([{"kind": "contact"}] * (MOST_BLOCKS + 1), "Block 51: the page has more than 50 blocks."),
    ],
)
def test_what_is_no_block_is_refused_with_its_place_and_the_reason(stored: Any, said: str) -> None:
    with pytest.raises(BlockProblem) as problem:
        read_blocks(stored)

    assert str(problem.value) == said


def test_as_much_as_may_stand_on_a_page_does() -> None:
    most = [{"kind": "text", "heading": "h" * LONGEST_LINE, "text": "t" * LONGEST_TEXT}] * MOST_BLOCKS

    assert len(read_blocks(most)) == MOST_BLOCKS


@pytest.mark.parametrize(
    "address", ["https://example.com", "http://example.com/a b", "https://sub.example.com:8443/x?y#z"]
)
def test_address_of_the_web_leads_somewhere(address: str) -> None:
    assert leads_somewhere(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.com",
        "//example.com",
        "https://",
        "https:///x",
        "ftp://example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://you@example.com",
        "https://[::1",
        " java\nscript:alert(1)",
    ],
)
def test_any_other_address_leads_nowhere(address: str) -> None:
    assert not leads_somewhere(address)
