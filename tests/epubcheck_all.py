"""Run epubcheck on many books in one Java machine, as each start of it takes seconds.

python epubcheck_all.py epubcheck.jar BOOK.epub …     prints {"BOOK.epub": [messages], …}
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import jpype


def main(jar: str, books: list[str]) -> None:
    jpype.startJVM(
        "-Duser.language=en", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
        classpath=[jar, *map(str, (Path(jar).parent / "lib").glob("*.jar"))],
    )  # fmt: skip
    system = jpype.JClass("java.lang.System")
    checker = jpype.JClass("com.adobe.epubcheck.tool.EpubChecker")
    # What it says of the last book goes to files; on the streams it says it again.
    silent = jpype.JClass("java.io.PrintStream")(
        jpype.JClass("java.io.OutputStream").nullOutputStream()
    )
    system.setOut(silent)
    system.setErr(silent)
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, book in enumerate(books):
            said = Path(folder, f"{number}.json")
            checker().run([book, "-u", "--json", str(said)])
            told[book] = json.loads(said.read_text("utf-8"))["messages"]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
