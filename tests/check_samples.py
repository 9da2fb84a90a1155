"""A small book without a fault, and for every code of `articlekit check` a way to spoil it."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from PIL import Image

Files = dict[str, bytes]
Spoil = Callable[[Files], Files]

OPF = "EPUB/content.opf"
NAV = "EPUB/nav.xhtml"
NCX = "EPUB/toc.ncx"
CSS = "EPUB/style.css"
ONE = "EPUB/one.xhtml"
TWO = "EPUB/two.xhtml"
COVER = "EPUB/cover.jpg"
PICTURE = "EPUB/picture.png"
CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"

UUID = "urn:uuid:7f5f1a7e-93e5-4a4e-8f0e-3c5e7c2b9d10"

PACKAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{UUID}</dc:identifier>
<dc:title id="title">A good book</dc:title>
<meta refines="#title" property="title-type">main</meta>
<dc:language>en</dc:language>
<dc:creator>Somebody</dc:creator>
<dc:date>2024-05-01</dc:date>
<meta property="dcterms:modified">2024-05-01T12:00:00Z</meta>
<meta name="cover" content="cover-image"/>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Every image is described.</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="css" href="style.css" media-type="text/css"/>
<item id="front" href="front.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml" properties="mathml svg"/>
<item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>
<item id="picture" href="picture.png" media-type="image/png"/>
<item id="cover-image" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>
</manifest>
<spine toc="ncx">
<itemref idref="front"/>
<itemref idref="one"/>
<itemref idref="two"/>
</spine>
<guide><reference type="text" title="Start" href="one.xhtml"/></guide>
</package>
"""

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en"
 xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>{body}</body>
</html>
"""

BODY_ONE = """<h1 id="top">One</h1>
<h2 id="part">Part</h2>
<p>See <a href="two.xhtml#second">two</a>, <a href="https://example.org/">the web</a>.</p>
<p><img src="picture.png" alt="A red square"/></p>
<table><tr><th>a</th></tr><tr><td>1</td></tr></table>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Dot</title>
<circle cx="0" cy="0" r="1"/></svg>
<p><math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"><mi>x</mi></math></p>
<aside epub:type="footnote" role="doc-footnote" id="note"><p>A note.</p></aside>"""

BODY_TWO = '<h1 id="first">Two</h1><p id="second">The end.</p>'

NAV_BODY = """<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1><ol>
<li><a href="one.xhtml">One</a><ol><li><a href="one.xhtml#part">Part</a></li></ol></li>
<li><a href="two.xhtml">Two</a></li>
</ol></nav>
<nav epub:type="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>
<li><a epub:type="bodymatter" href="one.xhtml">Start</a></li></ol></nav>"""

CONTENTS = f"""<?xml version="1.0" encoding="UTF-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">
<head><meta name="dtb:uid" content="{UUID}"/></head>
<docTitle><text>A good book</text></docTitle>
<navMap>
<navPoint id="p1" playOrder="1"><navLabel><text>One</text></navLabel><content src="one.xhtml"/>
</navPoint>
<navPoint id="p2" playOrder="2"><navLabel><text>Two</text></navLabel><content src="two.xhtml"/>
</navPoint>
</navMap></ncx>
"""

CONTAINER_XML = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""


# Five million bytes that do not pack.
NOISE = random.Random(0).randbytes(5_000_001)


@cache
def picture(kind: str, width: int, height: int, mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    colour: object = {"CMYK": (0, 0, 0, 0), "1": 1}.get(mode, "red")
    Image.new(mode, (width, height), colour).save(target, kind)
    return target.getvalue()


def page(body: str, title: str = "A page") -> bytes:
    return PAGE.format(title=title, body=body).encode()


def good() -> Files:
    """The files of a book of which no check says anything, and epubcheck neither."""
    return {
        "mimetype": b"application/epub+zip",
        CONTAINER: CONTAINER_XML.encode(),
        OPF: PACKAGE.encode(),
        NAV: page(NAV_BODY, "Contents"),
        NCX: CONTENTS.encode(),
        CSS: b"p { margin: 0 0 1em; font-family: Georgia, serif; }\n",
        "EPUB/front.xhtml": page(
            '<section epub:type="cover"><img src="cover.jpg" alt="A good book"/></section>', "Cover"
        ),
        ONE: page(BODY_ONE, "One"),
        TWO: page(BODY_TWO, "Two"),
        PICTURE: picture("PNG", 10, 10),
        COVER: picture("JPEG", 1600, 2560),
    }


def pack(files: Mapping[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, 0 if name == "mimetype" else 8)
    return path


# ways to spoil it


def edit(name: str, old: str, new: str) -> Spoil:
    """Replace a text that must be there, once or more often."""

    def spoil(files: Files) -> Files:
        assert old.encode() in files[name], (name, old)
        return {**files, name: files[name].replace(old.encode(), new.encode())}

    return spoil


def add(name: str, data: bytes) -> Spoil:
    return lambda files: {**files, name: data}


def drop(*names: str) -> Spoil:
    return lambda files: {name: data for name, data in files.items() if name not in names}


def both(*spoils: Spoil) -> Spoil:
    def spoil(files: Files) -> Files:
        for each in spoils:
            files = each(files)
        return files

    return spoil


def opf(old: str, new: str = "") -> Spoil:
    return edit(OPF, old, new)


def item(markup: str) -> Spoil:
    return edit(OPF, "</manifest>", f"{markup}</manifest>")


def meta(markup: str) -> Spoil:
    return edit(OPF, "</metadata>", f"{markup}</metadata>")


def two(markup: str) -> Spoil:
    """Add to the body of the second page."""
    return edit(TWO, "</body>", f"{markup}</body>")


def one(old: str, new: str = "") -> Spoil:
    return edit(ONE, old, new)


def nav(old: str, new: str = "") -> Spoil:
    return edit(NAV, old, new)


def css(rules: str) -> Spoil:
    return edit(CSS, "p {", f"{rules}\np {{")


def image(name: str, kind: str, data: bytes) -> Spoil:
    """Add an image that the second page shows."""
    return both(
        add(f"EPUB/{name}", data),
        item(f'<item id="more" href="{name}" media-type="{kind}"/>'),
        two(f'<p><img src="{name}" alt="More of it"/></p>'),
    )


def cover(data: bytes) -> Spoil:
    return add(COVER, data)


def extra_page(name: str, body: str) -> Spoil:
    """Add a page at the end of the spine."""
    return both(
        add(f"EPUB/{name}", page(body)),
        item(f'<item id="extra" href="{name}" media-type="application/xhtml+xml"/>'),
        edit(OPF, "</spine>", '<itemref idref="extra"/></spine>'),
    )


def many_pages(files: Files) -> Files:
    for number in range(30):
        files = both(
            add(f"EPUB/p{number}.xhtml", page(f"<p>{number}</p>")),
            item(
                f'<item id="p{number}" href="p{number}.xhtml" media-type="application/xhtml+xml"/>'
            ),
            edit(OPF, "</spine>", f'<itemref idref="p{number}"/></spine>'),
        )(files)
    return files


def as_epub_2(files: Files) -> Files:
    return opf('version="3.0"', 'version="2.0"')(files)


def encrypted(algorithm: str) -> Spoil:
    return add(
        ENCRYPTION,
        f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
 xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
<enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>
<enc:CipherReference URI="EPUB/picture.png"/></enc:CipherData></enc:EncryptedData></encryption>
""".encode(),
    )


ITEM_TWO = '<item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>'
REF_TWO = '<itemref idref="two"/>'
PNG = 'href="picture.png" media-type="image/png"'
GUIDE = '<guide><reference type="text" title="Start" href="one.xhtml"/></guide>'
FIXED = meta('<meta property="rendition:layout">pre-paginated</meta>')

SAMPLES: Mapping[str, Spoil] = MappingProxyType(
    {
        # the zip, as far as files alone spoil it
        "zip-mimetype-missing": drop("mimetype"),
        "zip-mimetype-not-first": lambda files: {"a.txt": b"", **files},
        "zip-mimetype-content": add("mimetype", b"application/epub+zip\n"),
        "zip-bomb": add("EPUB/zeros", bytes(3_000_000)),
        "zip-name-case": add("EPUB/ONE.xhtml", b"x"),
        "zip-name-leaves": add("../out.txt", b"x"),
        "zip-name-forbidden": add("EPUB/a?b.txt", b"x"),
        "zip-name-long": add(f"EPUB/{'n' * 256}", b"x"),
        "zip-name-space": add("EPUB/a b.txt", b"x"),
        "zip-name-not-ascii": add("EPUB/书.txt", b"x"),
        "zip-folder-empty": add("EPUB/nothing/", b""),
        "zip-litter": add("__MACOSX/._one", b"x"),
        # the container
        "container-missing": drop(CONTAINER),
        "container-broken": edit(CONTAINER, "</rootfiles>", ""),
        "container-version": edit(CONTAINER, ' version="1.0" xmlns', " xmlns"),
        "container-no-rootfile": edit(CONTAINER, "application/oebps-package+xml", "text/xml"),
        "container-rootfile-missing": edit(CONTAINER, "content.opf", "other.opf"),
        "container-several-packages": edit(
            CONTAINER,
            "</rootfiles>",
            '<rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles>",
        ),
        "container-encryption-broken": add(ENCRYPTION, b"<encryption>"),
        "container-encrypted": encrypted("http://www.w3.org/2001/04/xmlenc#aes128-cbc"),
        "container-obfuscated-other": encrypted("http://www.idpf.org/2008/embedding"),
        "container-font-obfuscated": both(
            encrypted("http://www.idpf.org/2008/embedding"),
            edit(ENCRYPTION, "picture.png", "own.ttf"),
            add("EPUB/own.ttf", b"scrambled"),
            item('<item id="own" href="own.ttf" media-type="font/ttf"/>'),
            css("@font-face { font-family: Own; src: url(own.ttf) }"),
        ),
        # the package
        "package-broken": opf("</metadata>"),
        "package-encoding": opf("UTF-8", "ISO-8859-1"),
        "package-utf-16": lambda files: {
            **files,
            OPF: files[OPF].replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"),
        },
        "package-version": opf(' version="3.0"', ' version="4.0"'),
        "package-old-version": as_epub_2,
        "package-no-identifier": opf(f'<dc:identifier id="id">{UUID}</dc:identifier>'),
        "package-identifier-unnamed": opf('unique-identifier="id"', 'unique-identifier="other"'),
        "package-identifier-uuid": meta("<dc:identifier>urn:uuid:123</dc:identifier>"),
        "package-identifier-isbn": meta("<dc:identifier>urn:isbn:9780000000000</dc:identifier>"),
        "package-no-title": both(
            opf('<dc:title id="title">A good book</dc:title>'),
            opf('<meta refines="#title" property="title-type">main</meta>'),
        ),
        "package-no-language": opf("<dc:language>en</dc:language>"),
        "package-language-invalid": opf("<dc:language>en<", "<dc:language>en_US<"),
        "package-language-unknown": opf("<dc:language>en<", "<dc:language>und<"),
        "package-no-modified": opf(
            '<meta property="dcterms:modified">2024-05-01T12:00:00Z</meta>'
        ),
        "package-modified-format": opf("T12:00:00Z", "T12:00:00+02:00"),
        "package-date": opf("<dc:date>2024-05-01<", "<dc:date>May 2024<"),
        "package-no-creator": opf("<dc:creator>Somebody</dc:creator>"),
        "package-metadata-empty": opf("<dc:creator>Somebody<", "<dc:creator> <"),
        "package-refines-nothing": opf('refines="#title"', 'refines="#none"'),
        "package-prefix-unknown": meta('<meta property="my:own">x</meta>'),
        "package-property-unknown": meta('<meta property="own">x</meta>'),
        "package-id-repeated": opf('<item id="css"', '<item id="title"'),
        "package-no-manifest": lambda files: {
            **files,
            OPF: files[OPF].split(b"<manifest>")[0]
            + b"<manifest></manifest>"
            + files[OPF].split(b"</manifest>")[1],
        },
        "package-no-spine": lambda files: {
            **files,
            OPF: files[OPF].split(b"<itemref")[0] + b"</spine></package>",
        },
        "package-prefix-broken": opf("<package ", '<package prefix="my" '),
        "package-shape": opf("<manifest>", '<manifest own="x">'),
        "package-link-type": both(
            add("EPUB/record.xml", b"<record/>"), meta('<link rel="record" href="record.xml"/>')
        ),
        "package-link-dead": meta('<link rel="record" href="no.xml" media-type="text/xml"/>'),
        # the manifest
        "manifest-item-incomplete": opf('media-type="image/png"'),
        "manifest-href-invalid": opf('href="picture.png"', 'href="../../picture.png"'),
        "manifest-href-fragment": opf('href="picture.png"', 'href="picture.png#x"'),
        "manifest-href-repeated": item(f'<item id="again" {PNG}/>'),
        "manifest-file-missing": drop(PICTURE),
        "manifest-file-undeclared": add("EPUB/more.txt", b"x"),
        "manifest-in-meta-inf": both(
            add("META-INF/x.png", picture("PNG", 10, 10)),
            item('<item id="x" href="../META-INF/x.png" media-type="image/png"/>'),
        ),
        "manifest-lists-package": item(
            '<item id="x" href="content.opf" media-type="application/oebps-package+xml"/>'
        ),
        "manifest-remote": item(
            '<item id="x" href="https://example.org/x.png" media-type="image/png"/>'
        ),
        "manifest-media-type-invalid": opf('media-type="image/png"', 'media-type="png"'),
        "manifest-media-type-wrong": opf('media-type="image/png"', 'media-type="image/gif"'),
        "manifest-media-type-old": opf('media-type="image/jpeg"', 'media-type="image/jpg"'),
        "manifest-suffix-wrong": image("more.gif", "image/png", picture("PNG", 10, 10)),
        "manifest-foreign": image("more.bmp", "image/bmp", picture("BMP", 10, 10)),
        "manifest-fallback-missing": opf(PNG, f'{PNG} fallback="none"'),
        "manifest-fallback-circle": opf(PNG, f'{PNG} fallback="picture"'),
        "manifest-property-missing": opf(' properties="mathml svg"', ' properties="svg"'),
        "manifest-property-needless": opf(
            ITEM_TWO, ITEM_TWO.replace("/>", ' properties="scripted"/>')
        ),
        "manifest-property-unknown": opf(ITEM_TWO, ITEM_TWO.replace("/>", ' properties="own"/>')),
        "manifest-property-misplaced": opf(PNG, f'{PNG} properties="cover-image"'),
        "manifest-item-unused": both(
            add("EPUB/more.png", picture("PNG", 10, 10)),
            item('<item id="more" href="more.png" media-type="image/png"/>'),
        ),
        "manifest-overlay": opf(ITEM_TWO, ITEM_TWO.replace("/>", ' media-overlay="css"/>')),
        # the spine
        "spine-item-missing": opf(REF_TWO, f'{REF_TWO}<itemref idref="none"/>'),
        "spine-item-repeated": opf(REF_TWO, REF_TWO * 2),
        "spine-not-a-page": opf(REF_TWO, f'{REF_TWO}<itemref idref="picture"/>'),
        "spine-none-linear": opf("<itemref ", '<itemref linear="no" '),
        "spine-unreachable": opf('idref="front"', 'idref="front" linear="no"'),
        "spine-direction": opf("<spine ", '<spine page-progression-direction="up" '),
        "spine-direction-rtl": opf("<dc:language>en<", "<dc:language>ar<"),
        # navigation
        "nav-missing": both(
            opf(' properties="nav"'), opf(REF_TWO, f'{REF_TWO}<itemref idref="nav"/>')
        ),
        "nav-no-toc": nav('epub:type="toc"', 'epub:type="loi"'),
        "nav-toc-empty": lambda files: {
            **files,
            NAV: page('<nav epub:type="toc"><h1>Contents</h1><ol></ol></nav>'),
        },
        "nav-shape": nav('<li><a href="two.xhtml">Two</a></li>', '<li><p>Two</p></li>'),
        "nav-label-empty": nav(">Two</a>", "></a>"),
        "nav-link-dead": nav('href="two.xhtml"', 'href="three.xhtml"'),
        "nav-order": nav('<a href="one.xhtml">One</a>', '<a href="one.xhtml#note">One</a>'),
        "nav-sparse": many_pages,
        "nav-label-repeated": nav(">Two<", ">One<"),
        "nav-no-landmarks": nav('epub:type="landmarks"', 'epub:type="loi"'),
        "nav-landmark": nav('epub:type="bodymatter" '),
        "nav-no-page-list": two('<span epub:type="pagebreak" role="doc-pagebreak" id="p1"/>'),
        "nav-no-heading": nav("<h1>Contents</h1>"),
        "ncx-missing": both(
            drop(NCX),
            opf(' toc="ncx"'),
            opf('<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'),
        ),
        "ncx-unnamed": opf('toc="ncx"', 'toc="css"'),
        "ncx-broken": edit(NCX, "</navMap>", ""),
        "ncx-identifier": edit(NCX, UUID, "other"),
        "ncx-link-dead": edit(NCX, "two.xhtml", "three.xhtml"),
        "ncx-differs": edit(
            NCX, 'src="two.xhtml"', 'src="one.xhtml#part"'
        ),
        "ncx-shape": edit(NCX, "<navLabel><text>Two</text></navLabel>", ""),
        "ncx-play-order": edit(NCX, 'playOrder="2"', 'playOrder="1"'),
        # pages
        "page-broken": two("<p>"),
        "page-encoding": lambda files: {
            **files,
            TWO: files[TWO].replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"),
        },
        "page-root": lambda files: {**files, TWO: b"<p>no page</p>"},
        "page-doctype": edit(
            TWO,
            "<!DOCTYPE html>",
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
            '"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">',
        ),
        "page-doctype-missing": edit(TWO, "<!DOCTYPE html>", ""),
        "page-entity": edit(TWO, "<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY me SYSTEM "x">]>'),
        "page-no-title": edit(TWO, "<title>Two</title>", ""),
        "page-title-empty": edit(TWO, "<title>Two</title>", "<title></title>"),
        "page-no-lang": edit(TWO, ' lang="en"\n xml:lang="en"', ""),
        "page-lang-differs": edit(TWO, 'xml:lang="en"', 'xml:lang="de"'),
        "page-lang-invalid": two('<p lang="en_US" xml:lang="en_US">x</p>'),
        "page-empty": extra_page("more.xhtml", "<p> </p>"),
        "page-large": two(f"<p>{'word ' * 61_000}</p>"),
        "page-script": both(
            two("<script>1</script>"),
            opf(ITEM_TWO, ITEM_TWO.replace("/>", ' properties="scripted"/>')),
        ),
        "page-handler": two('<p onclick="x()">x</p>'),
        "page-element-unknown": two("<para>x</para>"),
        "page-element-obsolete": two("<center>x</center>"),
        "page-attribute-obsolete": two('<p align="center">x</p>'),
        "page-attribute-unknown": two('<p own="x">x</p>'),
        "page-attribute-value": two('<p dir="up">x</p>'),
        "page-idref-dead": two('<p aria-labelledby="none">x</p>'),
        "page-type": two('<p epub:type="my:own">x</p>'),
        "page-xml-version": edit(TWO, '<?xml version="1.0"', '<?xml version="1.1"'),
        "page-misplaced": two("<ul><p>x</p></ul>"),
        "page-id-repeated": two('<p id="second">x</p>'),
        "page-id-invalid": two('<p id="a b">x</p>'),
        "page-heading-empty": two("<h2> </h2>"),
        "page-heading-skips": two("<h3>x</h3>"),
        "page-embed": two('<iframe src="one.xhtml"></iframe>'),
        "page-form": two('<p><input type="checkbox"/></p>'),
        "page-refresh": edit(TWO, "<head>", '<head><meta http-equiv="refresh" content="1"/>'),
        "page-characters": two("<p>lost: \ufffd</p>"),
        "page-viewport": FIXED,
        # links
        "link-dead": two('<p><a href="none.xhtml">x</a></p>'),
        "link-fragment-dead": two('<p><a href="one.xhtml#none">x</a></p>'),
        "link-not-in-spine": two('<p><a href="nav.xhtml">x</a></p>'),
        "link-undeclared": both(
            add("EPUB/more.png", picture("PNG", 10, 10)),
            two('<p><img src="more.png" alt="More"/></p>'),
        ),
        "link-leaves": two('<p><a href="../../one.xhtml">x</a></p>'),
        "link-local": two('<p><a href="file:///home/me/x.html">x</a></p>'),
        "link-nowhere": two('<p><a href="#">x</a></p>'),
        "link-data": two('<p><a href="data:text/plain,x">x</a></p>'),
        "link-script": two('<p><a href="javascript:x()">x</a></p>'),
        "link-scheme": two('<p><a href="htttp://example.org/">x</a></p>'),
        "link-invalid": two('<p><a href="https://example.org/a b">x</a></p>'),
        "link-query": two('<p><a href="one.xhtml?x=1">x</a></p>'),
        "link-empty": two('<p><a href="one.xhtml"></a></p>'),
        "link-to-resource": two('<p><a href="picture.png">x</a></p>'),
        "resource-fragment": edit(TWO, 'href="style.css"', 'href="style.css#x"'),
        "resource-missing": two('<p><img src="none.png" alt="None"/></p>'),
        "resource-remote": two('<p><img src="https://example.org/x.png" alt="Far"/></p>'),
        # images
        "image-no-alt": one(' alt="A red square"'),
        "image-alt-file-name": one("A red square", "IMG_2034.jpg"),
        "image-alt-word": one("A red square", "Image"),
        "image-broken": lambda files: {**files, PICTURE: files[PICTURE][:40]},
        "image-pixels": image("more.png", "image/png", picture("PNG", 3000, 2000, "1")),
        "image-bytes": image("more.gif", "image/gif", picture("GIF", 9, 9) + NOISE),
        "image-format": image("more.webp", "image/webp", picture("WEBP", 9, 9)),
        "image-cmyk": image("more.jpg", "image/jpeg", picture("JPEG", 9, 9, "CMYK")),
        # style sheets
        "css-broken": css("h1 { color }"),
        "css-utf-16": add(CSS, "p { margin: 0 }".encode("utf-16")),
        "css-encoding": add(CSS, b'@charset "iso-8859-1"; p { margin: 0 }'),
        "css-forbidden": css("p { direction: rtl }"),
        "css-position": css("p { position: fixed }"),
        "css-layout": css("p { display: flex }"),
        "css-font-size": css("p { font-size: 12px }"),
        "css-line-height": css("p { line-height: 14pt }"),
        "css-colour-alone": css("p { color: #333 }"),
        "css-font-undefined": css("p { font-family: Papyrus }"),
        "css-font-face": css("@font-face { font-family: Own }"),
        # accessibility
        "access-no-mode": opf("schema:accessMode\"", "schema:genre\""),
        "access-no-feature": opf("schema:accessibilityFeature", "schema:genre"),
        "access-no-hazard": opf("schema:accessibilityHazard", "schema:genre"),
        "access-no-summary": opf("schema:accessibilitySummary", "schema:genre"),
        "access-no-sufficient": opf("schema:accessModeSufficient", "schema:genre"),
        "access-value-unknown": opf(">alternativeText<", ">altText<"),
        "access-hazard-contradicts": meta(
            '<meta property="schema:accessibilityHazard">flashing</meta>'
        ),
        "access-alt-claimed": one(' alt="A red square"'),
        "access-conforms-unknown": meta(
            '<meta property="dcterms:conformsTo">EPUB-A11Y, WCAG AA</meta>'
        ),
        "access-conforms-uncertified": meta(
            '<meta property="dcterms:conformsTo">EPUB Accessibility 1.1 - WCAG 2.1 Level AA</meta>'
        ),
        "access-no-role": one(' role="doc-footnote"'),
        "access-table-headers": one("<th>a</th>", "<td>a</td>"),
        "access-svg-unnamed": one("<title>Dot</title>"),
        "access-math-unnamed": one(' alttext="x"'),
        "access-zoom": edit(
            TWO,
            "<head>",
            '<head><meta name="viewport" content="width=9, height=9, user-scalable=no"/>',
        ),
        # covers and stores
        "cover-missing": both(
            opf(' properties="cover-image"'), opf('<meta name="cover" content="cover-image"/>')
        ),
        "cover-legacy": opf('<meta name="cover" content="cover-image"/>'),
        "cover-small": cover(picture("JPEG", 400, 640)),
        "cover-modest": cover(picture("JPEG", 1000, 1600)),
        "cover-ratio": cover(picture("JPEG", 2600, 2600)),
        "cover-format": both(
            drop(COVER),
            add("EPUB/cover.gif", picture("GIF", 1600, 2560)),
            opf(
                'href="cover.jpg" media-type="image/jpeg"',
                'href="cover.gif" media-type="image/gif"',
            ),
            edit("EPUB/front.xhtml", "cover.jpg", "cover.gif"),
        ),
        "guide-dead": opf('title="Start" href="one.xhtml"', 'title="Start" href="none.xhtml"'),
        "guide-missing": opf(GUIDE),
        "store-font-large": both(
            add("EPUB/own.ttf", b"\0\1\0\0" + NOISE),
            item('<item id="own" href="own.ttf" media-type="font/ttf"/>'),
            css("@font-face { font-family: Own; src: url(own.ttf) }"),
        ),
        "store-no-text": lambda files: {
            **files,
            ONE: page('<p><img src="picture.png" alt="A red square"/></p>'),
            TWO: page('<p><img src="picture.png" alt="A red square"/></p>'),
        },
        # the check itself
        "check-cut-short": two("<p onclick='x'>x</p>\n" * 501),
    }
)  # fmt: skip


# what only the zip itself can spoil: each writes the whole file


def truncated(path: Path) -> None:
    data = pack(good(), path).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def bad_bytes(path: Path) -> None:
    """One bit of a stored file is another than its checksum says."""
    data = bytearray(pack(good(), path).read_bytes())
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo(TWO).header_offset
    data[offset + 30 + len(TWO) + 20] ^= 0xFF
    path.write_bytes(data)


def password(path: Path) -> None:
    """The flag of encryption on every entry but the first two."""
    data = bytearray(pack(good(), path).read_bytes())
    at = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\1\2", at + 4)
    path.write_bytes(data)


def other_method(path: Path) -> None:
    pack(good(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("EPUB/more.txt", b"x" * 100, zipfile.ZIP_BZIP2)


def packed_mimetype(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in good().items():
            archive.writestr(name, data)


def extra_field(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in good().items():
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<HHI", 0xCAFE, 4, 0) if name == "mimetype" else b""
            archive.writestr(info, data, 0 if name == "mimetype" else 8)


def repeated(path: Path) -> None:
    """Two entries of one name, which zipfile itself would warn of."""
    data = pack({**good(), "EPUB/twx.xhtml": good()[TWO]}, path).read_bytes()
    path.write_bytes(data.replace(b"EPUB/twx.xhtml", b"EPUB/two.xhtml"))


def symlink(path: Path) -> None:
    pack(good(), path)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("EPUB/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "one.xhtml")


def many_files(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in good().items():
            archive.writestr(zipfile.ZipInfo(name), data)
        for number in range(65_530):
            archive.writestr(zipfile.ZipInfo(f"EPUB/x/{number}"), b"")


def _sparse(path: Path, size: int) -> None:
    """A book of a size that is not written to the disk: a hole in front of the zip."""
    data = pack(good(), path).read_bytes()
    with path.open("wb") as file:
        file.seek(size)
        file.write(data)


ZIPS: Mapping[str, Callable[[Path], None]] = MappingProxyType(
    {
        "zip-unreadable": truncated,
        "zip-entry-broken": bad_bytes,
        "zip-encrypted": password,
        "zip-compression": other_method,
        "zip-mimetype-packed": packed_mimetype,
        "zip-mimetype-extra": extra_field,
        "zip-name-repeated": repeated,
        "zip-symlink": symlink,
        "zip-many-files": many_files,
        "store-size": lambda path: _sparse(path, 51_000_000),
        "store-size-limit": lambda path: _sparse(path, 651_000_000),
    }
)
