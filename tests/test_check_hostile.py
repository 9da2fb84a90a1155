"""No file, however broken or malicious, makes a check crash, hang or reach outside."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articlekit.checks import check
from articlekit.html import strip_controls
from check_samples import (
    CONTAINER,
    CSS,
    ENCRYPTION,
    NAV,
    NCX,
    ONE,
    OPF,
    SAMPLES,
    TWO,
    Files,
    add,
    edit,
    good,
    item,
    nav,
    opf,
    pack,
    two,
)

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.epub"


def stored(files: Files, path: Path) -> Path:
    """Not packed, so that no file is refused for how well it packs."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


@QUICK
@given(data=st.data())
def test_flipped_bytes(data: st.DataObject, book: Path) -> None:
    whole = bytearray(pack({**good(), "EPUB/cover.jpg": b"\xff\xd8\xff"}, book).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    book.write_bytes(whole)
    check(book)


@QUICK
@given(size=st.floats(0, 1), middle=st.binary(max_size=40))
def test_cut_and_joined(size: float, middle: bytes, book: Path) -> None:
    whole = pack({**good(), "EPUB/cover.jpg": b"\xff\xd8\xff"}, book).read_bytes()
    at = int(len(whole) * size)
    book.write_bytes(whole[:at] + middle + whole[at:][:: 1 if size < 0.5 else 2])
    check(book)


@QUICK
@given(
    name=st.sampled_from([CONTAINER, OPF, NAV, NCX, CSS, ONE, TWO]),
    edits=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=20)), max_size=6
    ),
)
def test_files_with_other_bytes(
    name: str, edits: list[tuple[float, int, bytes]], book: Path
) -> None:
    files = good()
    for where, gone, put in edits:
        at = int(len(files[name]) * where)
        files[name] = files[name][:at] + put + files[name][at + gone :]
    check(pack(files, book))


@QUICK
@given(
    swaps=st.lists(st.tuples(st.sampled_from(sorted(good())), st.sampled_from(sorted(good())))),
    gone=st.sets(st.sampled_from(sorted(good())), max_size=4),
)
def test_files_gone_and_under_other_names(
    swaps: list[tuple[str, str]], gone: set[str], book: Path
) -> None:
    files = good()
    for one, other in swaps:
        files[one], files[other] = files[other], files[one]
    check(pack({name: data for name, data in files.items() if name not in gone}, book))


@QUICK
@given(spoils=st.lists(st.sampled_from(sorted(SAMPLES)), min_size=2, max_size=5))
def test_several_faults_at_once(spoils: list[str], book: Path) -> None:
    files = good()
    for code in spoils:
        try:
            files = SAMPLES[code](files)
        except (AssertionError, KeyError, IndexError, UnicodeDecodeError):
            continue  # what it spoils is gone already, or not to be read any more
    check(pack(files, book))


@QUICK
@given(text=st.text(max_size=60))
def test_any_address(text: str, book: Path) -> None:
    check(pack(two(f"<p><a href={quoteattr(strip_controls(text))}>x</a></p>")(good()), book))


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"<html/>", bytes(1000)])
def test_no_book_at_all(data: bytes, book: Path) -> None:
    book.write_bytes(data)
    assert {each.level for each in check(book)} >= {"error"}


DEEP = '<div class="x">' * 5_000 + "</div>" * 5_000
LAUGHS = (
    f'<!DOCTYPE html [<!ENTITY a "{"ha" * 1000}"><!ENTITY b "{"&a;" * 1000}">'
    f'<!ENTITY c "{"&b;" * 1000}">]>'
)

BOMBS: dict[str, Callable[[Files], Files]] = {
    "a page nested deeply": two(DEEP),
    "a package nested deeply": opf("</package>", f"{'<x>' * 5_000}{'</x>' * 5_000}</package>"),
    "many levels below the bound": two("<b>" * 150 + "<a href='x'/>" * 5_000 + "</b>" * 150),
    "entities that multiply": lambda files: two('<p title="&c;">&c;</p>')(
        edit(TWO, "<!DOCTYPE html>", LAUGHS)(files)
    ),
    "a page of many elements": two("<i/>" * 100_000),
    "one id many times": two('<p id="x"/>' * 20_000),
    "style nested deeply": add(CSS, b"p { a: " + b"(" * 100_000),
    "at-rules nested deeply": add(CSS, b"@media x {" * 20_000),
    "many addresses in style": add(CSS, b"p { a: " + b"url(x)" * 20_000 + b"}"),
    "white space in srcset": two(f'<p><img src="x" alt="y z" srcset="{" " * 500_000}x"/></p>'),
    "one long word for prefixes": opf("<package ", f'<package prefix="{"a" * 500_000}" '),
    "a long language": two(f'<p lang="{"a-" * 200_000}">x</p>'),
    "a long time": two(f'<p><time datetime="P{"1" * 200_000}">x</time></p>'),
    "a chain of fallbacks": item(
        "".join(
            f'<item id="i{n}" href="{n}.png" media-type="image/png" fallback="i{n + 1}"/>'
            for n in range(3_000)
        )
    ),
    "many lists in the contents": nav("<ol>", "<ol>" + "<li><a href='x'>y</a></li>" * 5_000),
    "encryption nested": add(
        ENCRYPTION, b"<e>" + b"<EncryptedData>" * 150 + b"<x/>" * 2_000 + b"</EncryptedData>" * 150
    ),
    "a folder in a folder in a folder": add(f"{'a/' * 30_000}x", b""),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(name: str, book: Path) -> None:
    stored(BOMBS[name](good()), book)
    began = time.process_time()
    found = check(book)
    # Most take a tenth of it; what was quadratic took minutes.
    assert time.process_time() - began < 10
    assert len(found) < 3_000


def test_no_entity_of_another_file_is_read(book: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("sesame")
    doctype = f'<!DOCTYPE html [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    files = edit(TWO, "<!DOCTYPE html>", doctype)(
        two('<p id="&s;"><a href="x&s;"/>&s;</p>')(good())
    )
    assert not any("sesame" in str(each) for each in check(pack(files, book)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_bytes_that_are_no_text(encoding: str, book: Path) -> None:
    """What is half a character, or half a pair, comes through libxml2's recovery."""
    page = good()[TWO].decode()
    bad = '<p lang="\ud800">&nope;\ud800<i/>\ud800&#xD800;</p></body>'
    page = page.replace("utf-8", encoding).replace("</body>", bad)
    codec = "utf-8" if encoding == "latin-1" else encoding
    found = check(pack({**good(), TWO: page.encode(codec, "surrogatepass")}, book))
    assert any(each.file == TWO for each in found)


def test_files_that_unpack_to_much_are_not_opened(book: Path) -> None:
    files = {**good(), TWO: b"<!-- " + b" " * 70_000_000}
    found = check(pack(files, book))
    assert "zip-bomb" in {each.code for each in found}
    assert not any(each.code == "page-broken" for each in found)


def test_noise_under_every_name(book: Path) -> None:
    noise = random.Random(1)
    files = {name: noise.randbytes(2_000) for name in good()}
    check(pack(files, book))
    check(pack({**good(), **{name: noise.randbytes(500) for name in (NAV, NCX, CSS, ONE)}}, book))
