"""The Typst engine: a book as pages without any library of the system.

`engine.write_pdf` does it; importing `engine` may fail, where `typst` is not installed.
"""
