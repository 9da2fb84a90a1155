"""The container and the package document: found, well-formed, of a known version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from articlekit.checks.epub import CONTAINER_NAME, Epub
from articlekit.checks.finding import Finding, found
from articlekit.checks.parsing import CONTAINER, OPF, line_of


def container(epub: Epub) -> Iterator[Finding]:
    """META-INF/container.xml is there and can be read."""
    parsed = epub.container
    if CONTAINER_NAME not in epub.archive.by_name:
        yield found("container-missing")
    elif parsed is None or parsed.error:
        line, cause = (parsed.line, parsed.error) if parsed else (None, None)
        yield found("container-broken", cause or "", file=CONTAINER_NAME, line=line)
    elif parsed.root is None or parsed.root.tag != f"{{{CONTAINER}}}container":
        yield found("container-broken", "its root is no OCF container", file=CONTAINER_NAME)


def rootfiles(epub: Epub) -> Iterator[Finding]:
    """The container names a package document that is there."""
    if epub.container is None or epub.container.root is None:
        return
    if not epub.rootfiles:
        yield found("container-no-rootfile", file=CONTAINER_NAME)
    for each in epub.rootfiles:
        path = each.get("full-path") or ""
        if path not in epub.archive.by_name:
            cause = f"{path} is not in the book"
            yield found(
                "container-rootfile-missing", cause, file=CONTAINER_NAME, line=line_of(each)
            )
    if len(epub.rootfiles) > 1:
        yield found("container-several-packages", file=CONTAINER_NAME)


def well_formed(epub: Epub) -> Iterator[Finding]:
    """The package document is well-formed and is one."""
    document = epub.package_document
    if epub.package_name is None:
        if not epub.rootfiles:
            yield found("package-broken", "there is no package document")
    elif document is None:
        yield found("package-broken", "it cannot be read", file=epub.package_name)
    elif document.error:
        yield found("package-broken", document.error, file=epub.package_name, line=document.line)
    elif epub.package is None:
        yield found("package-broken", "its root is no OPF package", file=epub.package_name)


def encoding(epub: Epub) -> Iterator[Finding]:
    """The package is UTF-8; EPUB 3.3 lets it be UTF-16, which epubcheck warns of."""
    document = epub.package_document
    if document is not None and document.encoding == "utf-16":
        yield found("package-utf-16", file=epub.package_name)
    elif document is not None and document.encoding not in ("utf-8", "us-ascii", "ascii"):
        yield found("package-encoding", f"it says {document.encoding}", file=epub.package_name)


def version(epub: Epub) -> Iterator[Finding]:
    """The version is 3.0, or 2.0 with advice."""
    package = epub.package
    if package is None:
        return
    if package.version not in ("2.0", "3.0", "3.1"):
        cause = f"version is {package.version!r}" if package.version else "there is none"
        yield found("package-version", cause, file=package.name, line=line_of(package.root))
    elif package.is_old:
        yield found("package-old-version", file=package.name, line=line_of(package.root))


def parts(epub: Epub) -> Iterator[Finding]:
    """There is a manifest, and a spine, and neither is empty."""
    package = epub.package
    if package is None:
        return
    if not package.items:
        yield found("package-no-manifest", file=package.name)
    if not package.spine:
        yield found("package-no-spine", file=package.name)


def ids(epub: Epub) -> Iterator[Finding]:
    """No id stands twice in the package document."""
    package = epub.package
    if package is None:
        return
    met: set[str] = set()
    for each in package.root.iter(f"{{{OPF}}}*", "{http://purl.org/dc/elements/1.1/}*"):
        mark = (each.get("id") or "").strip()
        if mark in met:
            yield found(
                "package-id-repeated", f"id {mark!r}", file=package.name, line=line_of(each)
            )
        if mark:
            met.add(mark)


CHECKS: Final = (container, rootfiles, well_formed, encoding, version, parts, ids)
