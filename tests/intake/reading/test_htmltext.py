"""HTML as text."""

import pytest

from intake.reading.htmltext import to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("a  \n b&nbsp;c", "a b c"),
        ("<b>bo</b>ld", "bold"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<script>x</script><style>y</style>z<!-- w -->", "z"),
        ("<head><title>t</title></head><body>b</body>", "b"),
        ("1 < 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ('<a title="a > b" href="x">link</a>', "link"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("hi<blockquote>old<br>older</blockquote>", "hi\n\n> old\n> older"),
        ("&#99999999999999999999;x", "\ufffdx"),
        ("unfinished <a href='", "unfinished <a href='"),
        ("<!-- never closed", "<!-- never closed"),
        ("I <3 you", "I <3 you"),
        ("<<<b>x</b>", "<<x"),
        ("a </ b <c", "a </ b <c"),
        ("<TD\n>a</TD ><td>b", "a b"),
    ],
)
def test_a_page_reads_as_text(source: str, text: str) -> None:
    assert to_text(source).text.strip() == text


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="gmail_quote">',
        '<div class="x gmail_quote_container">',
        '<div id="divRplyFwdMsg" dir="ltr">',
        "<div class='moz-cite-prefix'>",
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">',
        '<div class="protonmail_quote">',
        '<hr id="stopSpelling">',
    ],
)
def test_the_place_where_a_mail_program_put_the_history_is_marked(opening: str) -> None:
    page = to_text(f"<div>new</div>{opening}old</div>")
    assert page.text[: page.history[0]].strip() == "new"


def test_the_pictures_that_a_page_uses_are_named() -> None:
    assert to_text('<img src="cid:a@x.example"><img src="https://x.example/b.png">').pictures == {"a@x.example"}
