"""Bound how deep a page nests before it is parsed, so that parsing takes linear time.

A parser looks through its stack of open elements at most tags, so a hundred thousand
levels take it 10^10 steps; and formatting elements that nobody ends are opened anew in
every block. Here a page's tags are followed as the HTML Standard's tree construction
(section 13.2.6) follows them, roughly: only as far as to know how many elements are open.
Where there are too many, end tags are written into the source, so that what would be
deeper becomes a sibling, as in Blink and WebKit. Text is never touched.
"""

from articlekit.nesting.scan import Bounded, bound_nesting

__all__ = ["Bounded", "bound_nesting"]
