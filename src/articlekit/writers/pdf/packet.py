"""The one XMP packet of a PDF: what it is, and which standards it says it keeps to.

A packet has a single rdf:RDF (ISO 16684-1); two standards in two of them are read as none.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

import pydyf

_BEGIN: Final = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END: Final = '<?xpacket end="w"?>'
_NAMES: Final = (
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/"),
    ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
    ("pdfuaid", "http://www.aiim.org/pdfua/ns/id/"),
)
# PDF/A lets a packet use no schema that it does not describe (ISO 19005-2, 6.6.2.3).
_UA_SCHEMA: Final = """
<pdfaExtension:schemas xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>the part of ISO 14289 that is kept to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""


def put_packet(document: Any, pdf: Any, standard: str) -> None:
    """Put the packet into `pdf`, a pydyf.PDF not yet written, in place of any other."""
    text = _packet(document.metadata, str(pdf.info["Producer"].string), standard).encode()
    if (old := pdf.catalog.get("Metadata")) is not None:
        stream = pdf.objects[int(old.split(None, 1)[0])]
        stream.stream, stream.compress = [text], False
        return
    stream = pydyf.Stream([text], {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(stream)
    pdf.catalog["Metadata"] = stream.reference


def _packet(metadata: Any, producer: str, standard: str) -> str:
    family, _, level = standard.partition("-")
    names = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMES)
    fields = [
        _field("pdfuaid:part", "1"),
        _field("pdf:Producer", producer),
        _field("xmp:CreatorTool", metadata.generator),
        _field("xmp:CreateDate", metadata.created),
        _field("pdf:Keywords", ", ".join(metadata.keywords)),
        _field("dc:format", "application/pdf"),
        _list("dc:language", "Bag", [metadata.lang] if metadata.lang else []),
        _list("dc:title", "Alt", [metadata.title] if metadata.title else []),
        _list("dc:creator", "Seq", metadata.authors),
        _list("dc:description", "Alt", [metadata.description] if metadata.description else []),
    ]
    if family == "a":
        fields += [_field("pdfaid:part", level[0]), _field("pdfaid:conformance", level[1].upper())]
        fields.append(_UA_SCHEMA)
    body = "".join(fields)
    rdf = f'<rdf:RDF {names}><rdf:Description rdf:about="">{body}</rdf:Description></rdf:RDF>'
    return f'{_BEGIN}<x:xmpmeta xmlns:x="adobe:ns:meta/">{rdf}</x:xmpmeta>{_END}'


def _field(name: str, value: str | None) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _list(name: str, kind: str, values: list[str]) -> str:
    if not values:
        return ""
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    items = "".join(f"<rdf:li{language}>{escape(value)}</rdf:li>" for value in values)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"
