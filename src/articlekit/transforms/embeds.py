"""Turn videos, sounds, frames and posts into figures with a poster and a link: never nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

from ada_url import URL
from lxml import etree

from articlekit.html import remove, text_of
from articlekit.model import Article, Element
from articlekit.report import Report
from articlekit.transforms.providers import Embed, load_providers, recognise

# Where each kind of embed keeps its address, in the order of trust.
_ADDRESS: Final = {
    "iframe": ("src", "data-src", "data-original", "data-lazy-src"),
    "frame": ("src",),
    "video": ("src", "data-src"),
    "audio": ("src", "data-src"),
    "embed": ("src",),
    "object": ("data",),
    "amp-iframe": ("src",),
    "amp-video": ("src",),
    "amp-audio": ("src",),
    "script": ("src",),
}
# Elements of page libraries that name a video or post by its number.
_NUMBERED: Final = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/embed/{}"),
    "lite-youtube": ("videoid", "https://www.youtube.com/embed/{}"),
    "amp-vimeo": ("data-videoid", "https://player.vimeo.com/video/{}"),
    "lite-vimeo": ("videoid", "https://player.vimeo.com/video/{}"),
    "amp-dailymotion": ("data-videoid", "https://www.dailymotion.com/embed/video/{}"),
    "amp-twitter": ("data-tweetid", "https://twitter.com/i/status/{}"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/{}/"),
    "amp-gist": ("data-gistid", "https://gist.github.com/{}"),
    "mpvoice": ("voice_encode_fileid", "https://res.wx.qq.com/voice/getvoice?mediaid={}"),
    "mp-common-mpaudio": (
        "voice_encode_fileid", "https://res.wx.qq.com/voice/getvoice?mediaid={}",
    ),
}  # fmt: skip
# Cards of WeChat that have no address, only what they show; in the order to show it.
_CARDS: Final = {
    "mp-common-profile": ("data-nickname", "data-alias", "data-signature"),
    "mp-common-videosnap": ("data-nickname", "data-desc"),
    "mp-common-miniprogram": ("data-miniprogram-nickname", "data-miniprogram-title"),
    "mp-weapp": ("data-miniprogram-nickname", "data-miniprogram-title"),
}
_FALLBACKS: Final = frozenset({"object", "video", "audio", "amp-video", "amp-audio", "amp-iframe"})
_IMAGES: Final = frozenset({"amp-img", "amp-anim"})
# Posts are quoted in full, and a script makes a frame of them: the post's own address is the
# last link in it, or one of these attributes.
_POSTS: Final = re.compile(
    r"\b(twitter-tweet|twitter-video|instagram-media|tiktok-embed|bluesky-embed|"
    r"mastodon-embed|reddit-embed-bq|reddit-card)\b"
)
_PERMALINKS: Final = ("cite", "data-instgrm-permalink", "data-bluesky-uri", "data-embed-url")
# What the players' own code calls every video.
_SAYS_NOTHING: Final = re.compile(
    r"(youtube|vimeo|bilibili|spotify|tiktok|x|twitter)?( ?(video|embed|post|tweet)s?)?"
    r"( ?(player|iframe|embed|post))?(: \w+(/\w+)*)?$",
    re.IGNORECASE,
)
_GIST: Final = re.compile(r"(?:https?:)?//gist\.github\.com/[^?#]+\.js(?:[?#]|$)")
_NUMBER: Final = re.compile(r"[\w+/=-]{1,200}$")
_POSTERS: Final = ("poster", "data-poster", "data-cover", "data-thumb", "data-thumbnail")


def replace_embeds(article: Article, report: Report) -> Article:
    """Put a `<figure>` with a link in the place of every embed that has an http(s) address.

    One without an address gives way to what stands inside it for old browsers; when
    nothing does, it is reported as lost. An embed inside another, and a twin of the one
    before it, as `<noscript>` has, is not shown twice.
    """
    _Embeds(article, report).run()
    return article


@dataclass(slots=True)
class _Embeds:
    article: Article
    report: Report
    last: str | None = None  # the address of the embed before

    def run(self) -> None:
        """Deal with every embed of the body, in document order."""
        kinds = (*_ADDRESS, *_NUMBERED, *_CARDS, *_IMAGES, "blockquote")
        for element in list(self.article.body.iter(*kinds)):
            # What stood in a replaced one is in the tree no more.
            if any(above is self.article.body for above in element.iterancestors()):
                self.replace(element, str(element.tag))

    def replace(self, element: Element, kind: str) -> None:
        """Replace one embed as its kind needs; one that says nothing stays as it is."""
        _HANDLERS.get(kind, _Embeds.frame)(self, element, kind)

    def frame(self, element: Element, kind: str) -> None:
        address = _address(element, self.article.origin.base)
        if address is not None and (element.get("type") or "").lower().startswith("image/"):
            _clear(element, "img")
            element.set("src", address)
        elif address is not None:
            self.show(element, kind, recognise(address, load_providers()))
        elif kind in _FALLBACKS and text_of(element).strip():
            element.tag = "div"
            self.tell(f"<{kind}> gave way to its fallback")

    def script(self, element: Element, _: str) -> None:
        address = (element.get("src") or "").strip()
        if _GIST.match(address):
            self.frame(element, "script")

    def numbered(self, element: Element, kind: str) -> None:
        attribute, template = _NUMBERED[kind]
        number = (element.get(attribute) or "").strip()
        if _NUMBER.match(number):
            self.show(element, kind, recognise(template.format(number), load_providers()))

    def card(self, element: Element, kind: str) -> None:
        lines = dict.fromkeys((element.get(each) or "").strip() for each in _CARDS[kind])
        words = " · ".join(each for each in lines if each)
        if not words:
            return
        _clear(element, "figure")
        etree.SubElement(element, "p").text = words
        self.tell(f"<{kind}> became its words: {words[:60]}")

    def image(self, element: Element, _: str) -> None:
        element.tag = "img"
        for child in list(element):
            remove(child)  # a spinner, or the same picture for old browsers

    def post(self, element: Element, _: str) -> None:
        if not _POSTS.search(element.get("class") or ""):
            return
        links = [each.get("href") or "" for each in element.iter("a")]
        named = [element.get(each) or "" for each in _PERMALINKS]
        found = (_resolved(each, None) for each in [*named, *reversed(links)])
        address = next((each for each in found if each), None)
        _become_quotation(element, address)
        self.tell("a post became a quotation", address)

    def show(self, element: Element, kind: str, embed: Embed) -> None:
        if embed.url == self.last and _is_twin(element):
            remove(element)
            return
        self.last = embed.url
        title = _title(element)
        poster = next((_poster(element.get(each)) for each in _POSTERS if element.get(each)), None)
        in_figure = next(element.iterancestors("figure"), None) is not None
        embed = replace(embed, poster=poster or embed.poster)
        _become_figure(element, embed, title, "div" if in_figure else "figure")
        self.tell(f"<{kind}> became a link", embed.url)

    def tell(self, message: str, url: str | None = None) -> None:
        self.report.add("embed-replaced", message, source=self.article.origin.name, url=url)


_HANDLERS: Final[dict[str, Callable[[_Embeds, Element, str], None]]] = {
    "script": _Embeds.script,
    "blockquote": _Embeds.post,
    **dict.fromkeys(_NUMBERED, _Embeds.numbered),
    **dict.fromkeys(_CARDS, _Embeds.card),
    **dict.fromkeys(_IMAGES, _Embeds.image),
}


def _address(element: Element, base: str | None) -> str | None:
    """The first http(s) address of an embed: its own, a source's, or an embed's within."""
    places = [(element, attribute) for attribute in _ADDRESS[str(element.tag)]]
    places += [(source, "src") for source in element.iter("source")]
    if element.tag == "object":
        movies = (each for each in element.iter("param") if _is_movie(each))
        places += [(each, "value") for each in movies]
        places += [(each, "src") for each in element.iter("embed", "iframe")]
    found = (_resolved(place.get(attribute) or "", base) for place, attribute in places)
    return next((each for each in found if each), None)


def _is_movie(param: Element) -> bool:
    return (param.get("name") or "").lower() in ("movie", "src", "url")


def _resolved(value: str, base: str | None) -> str | None:
    value = value.strip()
    if not value or value.startswith("about:"):
        return None
    if value.startswith("//"):
        value = "https:" + value
    try:
        url = URL(value, base=base) if base else URL(value)
    except ValueError:
        return None
    return str(url.href) if url.protocol in ("http:", "https:") else None


def _poster(value: str | None) -> str:
    """A poster's address; WeChat writes it escaped."""
    written = (value or "").strip()
    return unquote(written) if written.lower().startswith(("http%3a", "https%3a")) else written


def _title(element: Element) -> str:
    places = ("title", "aria-label") if element.tag in _ADDRESS else ("title", "name", "playlabel")
    found = (" ".join((element.get(each) or "").split()) for each in places)
    return next((each for each in found if each and not _SAYS_NOTHING.match(each)), "")


def _is_twin(element: Element) -> bool:
    """Tell whether an embed stands in a `<noscript>`, where a script's work is done again."""
    return next(element.iterancestors("noscript"), None) is not None


def _clear(element: Element, tag: str) -> None:
    tail = element.tail
    element.clear()
    element.tail = tail
    element.tag = tag


def _become_figure(element: Element, embed: Embed, title: str, tag: str) -> None:
    _clear(element, tag)
    if embed.poster:
        etree.SubElement(etree.SubElement(element, "p"), "img", src=embed.poster, alt=title)
    caption = "figcaption" if embed.poster and tag == "figure" else "p"
    link = etree.SubElement(etree.SubElement(element, caption), "a", href=embed.url)
    link.text = title or (f"{embed.name}: {_in_full(embed.url)}" if embed.name else None)
    link.text = link.text or _readable(embed.url)


def _in_full(address: str) -> str:
    """An address as people write it, so that it can be typed from paper."""
    return re.sub(r"^https?://(www\.)?", "", address).removesuffix("/")


def _become_quotation(element: Element, address: str | None) -> None:
    """Make a post a figure: its words as a quotation, what stands behind them as the caption."""
    quotation = etree.Element("blockquote")
    quotation.extend(list(element))
    quotation.text = element.text
    _clear(element, "figure")
    element.append(quotation)
    last = quotation[-1] if len(quotation) else None
    caption = etree.SubElement(element, "figcaption")
    if last is not None and last.tag == "a" and quotation[0].tag == "p":
        start = max(n for n, each in enumerate(quotation) if each.tag == "p")
        behind = list(quotation)[start + 1 :]
        caption.text, quotation[start].tail = quotation[start].tail, None
        caption.extend(behind)
    elif address is not None:
        etree.SubElement(caption, "a", href=address).text = _readable(address)
    else:
        element.remove(caption)


def _readable(address: str) -> str:
    url = URL(address)
    return f"{url.host}{url.pathname}".removesuffix("/")
