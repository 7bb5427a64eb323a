"""HTML of mails made harmless: what may stay, and the page in which it is shown.

Three walls, each enough alone: the sanitiser keeps a short list of elements; the frame's own policy loads and runs
nothing; the sandbox has no scripts. `document` and `html_response` make the frame's page.
"""

import hashlib
import html as html_text
import re
from base64 import b64encode
from collections.abc import Callable

import nh3
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from web.targets import target, with_targets

Pictures = Callable[[str], str | None]

_TAG_NAMES = (
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strike "
    "strong sub summary sup table tbody td tfoot th thead tr tt u ul var"
)
_TAGS = frozenset(_TAG_NAMES.split())
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"}
_ALIGN = {"align", "valign"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "style"},
    "a": {"href"},  # its title is ours: where it leads
    "abbr": {"title"},
    "bdo": {"dir"},
    "blockquote": {"type"},
    "col": {"span", "width"},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "p": {"align"},
    "table": {"align", "bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "width"} | _ALIGN,
    "th": {"bgcolor", "colspan", "height", "rowspan", "scope", "width"} | _ALIGN,
    "tr": {"bgcolor"} | _ALIGN,
}
# Nothing here can load, cover, move out of place or hide; colours stay, so that a table of a letter is still one.
_STYLE_NAMES = (
    "background-color border border-bottom border-collapse border-color border-left border-right border-spacing "
    "border-style border-top border-width color font-family font-size font-style font-variant font-weight "
    "letter-spacing line-height list-style-type max-width min-width padding padding-bottom padding-left padding-right "
    "padding-top text-align text-decoration text-indent text-transform vertical-align white-space width word-break "
    "word-spacing"
)
_STYLES = frozenset(_STYLE_NAMES.split())
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)

# The sanitiser builds the tree that a browser would, and some input makes that tree, or the time, grow with the square
# of its length. Measured: within these bounds the worst input takes about a second, a usual mail a millisecond.
_MOST_CHARACTERS = 5_000_000
_MOST_TAGS = 20_000
_MOST_ENTITIES = 100_000
_MOST_REOPENED = 500_000
# Elements that HTML opens again in every block until they are closed (HTML standard, 13.2.4.3); at most three alike.
_REOPENED = re.compile(
    r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])(?:(?:\s+[\w-]+=\"[^\"<>]*\")*\s*>)?",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]*>")
_TEXT_SHOWN = 500_000

_FRAME_STYLE = (
    "html{color-scheme:light;background:#fff;color:#1a2440;font:16px/1.5 system-ui,Arial,sans-serif;"
    "overflow-wrap:anywhere}body{margin:12px 16px}img{max-width:100%;height:auto}table{max-width:100%}"
    "pre{white-space:pre-wrap}a{color:#0e47cb;unicode-bidi:isolate}"
    # Where a link leads: nothing that the mail says about letters around it reaches it.
    ".target{all:initial;unicode-bidi:isolate;direction:ltr;overflow-wrap:anywhere;"
    "font:13px/1.5 ui-monospace,monospace;color:#42506b;background:#eef1f7;border-radius:3px;padding:0 4px;"
    "margin:0 0 0 4px}"
    "blockquote{margin:0 0 0 8px;padding-left:12px;border-left:2px solid #ccd}"
)
_FRAME_HASH = b64encode(hashlib.sha256(_FRAME_STYLE.encode()).digest()).decode()
# allow-same-origin lets pictures travel with the session and the page around measure the frame; without allow-scripts,
# which is never given, it gives the mail nothing.
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def sanitise(html: str, *, images: Pictures | None, remote: bool = False) -> str:
    """A fragment that runs nothing and, unless `remote`, fetches nothing from elsewhere.

    `images` gets the Content-ID of an inline picture (without `cid:`) and gives the address to show it from, or None to
    leave it out. Links open a new page and tell nobody where they came from; where they lead stands beside them, unless
    they say it themselves. Input that would take too long comes back as its text alone.
    """
    if _too_heavy(html):
        return _text_alone(html)
    return with_targets(_cleaner(images, remote).clean(html))


def has_remote_pictures(html: str) -> bool:
    """Whether `sanitise` leaves pictures out because they lie on other servers."""
    return bool(re.search(r"<img\b[^<>]{0,2000}?\bsrc\s*=\s*[\"']?\s*(?:https?:)?//", html[:_MOST_CHARACTERS], re.I))


def document(html: str) -> str:
    """A whole small page around a sanitised fragment, for the sandboxed frame."""
    language = get_language() or "en"
    title = html_text.escape(_("Message"))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_FRAME_STYLE}</style></head><body>{html}</body></html>"
    )


def html_response(html: str, *, remote: bool = False) -> HttpResponse:
    """The document of a sanitised fragment under its own strict policy. `remote` must be what `sanitise` was given."""
    pictures = "img-src 'self' data:" + (" https: http:" if remote else "")
    policy = (
        f"default-src 'none'; {pictures}; style-src-elem 'sha256-{_FRAME_HASH}'; style-src-attr 'unsafe-inline'; "
        f"script-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
    )
    return HttpResponse(
        document(html),
        headers={
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _cleaner(images: Pictures | None, remote: bool) -> nh3.Cleaner:
    leads_to = ""

    def decide(tag: str, attribute: str, value: str) -> str | None:
        """Our own title of a link comes after its href: the set attributes are appended to the element's."""
        nonlocal leads_to
        if tag == "a" and attribute == "href":
            leads_to = target(value)
            return value if leads_to else None
        if tag == "a" and attribute == "title":
            shown, leads_to = leads_to, ""
            return shown or None
        if tag == "img" and attribute == "src":
            return _picture(value, images, remote)
        return value

    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=decide,
        set_tag_attribute_values={"a": {"target": "_blank", "title": ""}},
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="pass_through",  # `decide` lets none in but what `images` gives
        filter_style_properties=_STYLES,
    )


def _picture(source: str, images: Pictures | None, remote: bool) -> str | None:
    kind = source[:6].lower()
    if kind.startswith("cid:"):
        return images(source[4:].strip().strip("<>")) if images else None
    if kind.startswith("data:"):
        return source if _DATA_PICTURE.fullmatch(source) else None
    return source if remote and kind.startswith("http") else None


def _too_heavy(html: str) -> bool:
    if len(html) > _MOST_CHARACTERS or html.count("&") > _MOST_ENTITIES:
        return True
    tags = html.count("<")
    if tags > _MOST_TAGS:
        return True
    seen: dict[str, int] = {}
    for match in _REOPENED.finditer(html):
        seen[match.group()] = seen.get(match.group(), 0) + 1
    # A tag that the pattern reads to its end is alike when its text is; one that it cannot read counts each time.
    open_at_most = sum(min(count, 3) if text.endswith(">") else count for text, count in seen.items())
    return open_at_most * tags > _MOST_REOPENED


def _text_alone(html: str) -> str:
    text = html_text.unescape(_MARKUP.sub(" ", html[: 4 * _TEXT_SHOWN]))
    notice = _("The layout of this message is too complex to show. Its text is below; the original can be downloaded.")
    return f"<p><strong>{html_text.escape(notice)}</strong></p><pre>{html_text.escape(text[:_TEXT_SHOWN])}</pre>"
