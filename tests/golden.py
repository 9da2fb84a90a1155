"""Golden files: compare what came out with what was accepted, or accept it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

from articlekit.html import to_xhtml
from articlekit.model import Element
from articlekit.report import Report

_BLOCK_END = re.compile(
    r"(</(?:p|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|pre|figure|figcaption|table|thead|tbody|tr|"
    r"td|th|div|details|summary|caption)>|<hr/>|<body>|<(?:ul|ol|blockquote|table|tbody|thead|tr|"
    r"figure|dl|details)(?: [^>]*)?>)(?!$)"
)


def check(path: Path, actual: str, accept: bool) -> None:
    """Compare `actual` with the file at `path`; with `accept`, write it there instead."""
    if accept:
        path.write_text(actual, "utf-8")
    expected = path.read_text("utf-8") if path.exists() else "(no such file; run with --accept)"
    assert actual == expected, f"{path} differs; if it should, run pytest --accept and read it"


def readable(body: Element) -> str:
    """A body as XHTML with a line for each block."""
    return _BLOCK_END.sub(r"\1\n", to_xhtml(body)).strip() + "\n"


def findings(report: Report, folder: Path) -> str:
    """A report's diagnostics as JSON, without what is empty and without the machine's paths."""
    text = report.to_json().replace(f"{folder}/", "")
    rows = [
        {key: value for key, value in row.items() if value is not None}
        for row in json.loads(text)["diagnostics"]
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
