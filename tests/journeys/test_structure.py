"""What is seen of a page without a browser: each trouble is found where it is, and nowhere else."""

import pytest

from tests.journeys.structure import parts_of, tree_of, unreadable

PAGE = "<header><a href='/'>Home</a></header><main><h1>Title</h1>{}</main><footer><p>Foot</p></footer>"


def troubles(html: str) -> list[str]:
    return unreadable(tree_of(PAGE.format(html)))


@pytest.mark.parametrize(
    "html",
    [
        "<label for='a'>Name</label><input id='a'>",
        "<label>Name <input></label>",
        "<input aria-label='Name'><input type='hidden'><input type='submit'>",
        "<fieldset><legend>Which</legend><label for='b'>One</label><input type='radio' id='b'></fieldset>",
        "<a href='/'><img src='x' alt='Home'></a><img src='y' alt=''>",
        "<button><span aria-hidden='true'>x</span><span>Close</span></button>",
        "<a id='place'></a>",
        "<h2>One</h2><h3>Two</h3><h2>Three</h2>",
        "<div hidden><input><a href='/'></a></div>",
        "<p id='hint'>Hint</p><input aria-label='Name' aria-describedby='hint'>",
        "<p>One<p>Two<ul><li>Three</ul>",
        "<svg><path d='M0'/></svg><br><a href='/'>After</a>",
    ],
)
def test_what_can_be_read_is_no_trouble(html: str) -> None:
    assert troubles(html) == []


@pytest.mark.parametrize(
    ("html", "trouble"),
    [
        ("<input name='n'>", "has no name: input[] n"),
        ("<label for='b'>Name</label><input id='a' name='n'>", "for names b, which is not there: label[]"),
        ("<select name='s' class='c'></select>", "has no name: select[class=c] s"),
        ("<label for='a'></label><textarea id='a' name='t'></textarea>", "has no name: textarea[] t"),
        ("<a href='/there/'> </a>", "has no name: a[] /there/"),
        ("<button type='submit'></button>", "has no name: button[type=submit] "),
        ("<details><summary></summary>x</details>", "has no name: summary[] "),
        ("<img src='x'>", "has no name: img[] "),
        ("<p id='a'>x</p><p id='a'>y</p>", "two are called a"),
        ("<b aria-controls='a c'>x</b><b id='a'>y</b>", "aria-controls names c, which is not there: b[aria-controls]"),
        ("<h3>x</h3>", "h3 follows h1"),
        ("<h1>Again</h1>", "2 headings of the first level"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_found_with_its_element(html: str, trouble: str) -> None:
    assert trouble in troubles(html)


def test_a_shape_is_how_an_element_is_built() -> None:
    box = "<div class='box' data-of='3'><a href='/1/' aria-current='page'>One</a></div>"
    parts = parts_of(tree_of(PAGE.format(box)))
    assert parts["head"] == {"[]", "header[]", "a[]."}
    assert "a[aria-current]." in parts["main"]
    assert "p[]." in parts["foot"]
    assert not any("One" in shape or "/1/" in shape for shape in parts["main"])


def test_pages_that_differ_in_names_alone_have_the_same_shapes() -> None:
    one, other = (parts_of(tree_of(PAGE.format(f"<p id='{name}' title='{name}'>{name}</p>"))) for name in ("Ann", "Bo"))
    assert one == other
    assert one != parts_of(tree_of(PAGE.format("<p class='warning'>Ann</p>")))
    assert one != parts_of(tree_of(PAGE.format("<p></p>")))
