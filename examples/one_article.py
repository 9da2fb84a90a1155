"""Read one article, look at it, and write it in three formats.

python examples/one_article.py [FOLDER]     the files go to FOLDER, or to build/
"""

import sys
from pathlib import Path

import articlekit

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    source = HERE / "column" / "04-footnotes.html"

    article = articlekit.read(source)
    print(f"{article.meta.title!r} by {', '.join(article.meta.authors)}, {article.meta.language}")
    images = list(article.body.iter("img"))
    print(f"{len(article.body.findall('.//p'))} paragraphs, {len(images)} images")

    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / f"one.{suffix}" for suffix in ("epub", "md", "pdf")]
    report = articlekit.convert(source, *targets)

    for found in report.diagnostics:
        print(f"{found.level}: {found.message}")
    print(f"wrote {', '.join(path.name for path in targets)}; losses: {len(report.losses)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build"))
