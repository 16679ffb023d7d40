"""A middleware that puts our script into pages: it loads them anew when another
server answers (biostar_tui_pages.py has the other half). What it cannot add to
without harm is left as it is: streams, files, answers of other kinds, pages whose
policy forbids the script. Django 1.4 and later, Python 2.7 and 3.
"""
import re
import sys
import zlib

NAME = "biostar_tui_live.LiveReload"
TAG = '<script src="/.biostar-tui/live.js"%s async></script>'
END = re.compile(br"</body\s*>|</html\s*>", re.IGNORECASE)
NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]+)'")
GZIP = 16 + zlib.MAX_WBITS


def is_served_by_us():
    """Whether this process has the hooks that answer to the script."""
    serving = sys.modules.get("biostar_tui_serving")
    return serving is not None and bool(serving.name())


def sources(policy, *names):
    """The sources of the first of these directives that a policy has; None where
    it has none, and all may be loaded."""
    found = {}
    for directive in policy.split(";"):
        words = directive.split()
        if words:
            found.setdefault(words[0].lower(), words[1:])
    return next((found[name] for name in names if name in found), None)


def is_own_allowed(listed):
    """Whether a list of sources has the page's own place."""
    return listed is None or "'self'" in listed or "*" in listed


def tag(policies):
    """The script's element for a page with this Content-Security-Policy; None where
    it would not be run, or not reach the server."""
    nonce = None
    for policy in (policies or "").split(","):
        if not is_own_allowed(sources(policy, "connect-src", "default-src")):
            return None
        scripts = sources(policy, "script-src-elem", "script-src", "default-src")
        if is_own_allowed(scripts) and "'strict-dynamic'" not in (scripts or ()):
            continue
        match = NONCE.search(" ".join(scripts))
        if match is None or nonce not in (None, match.group(1)):
            return None
        nonce = match.group(1)
    return TAG % ("" if nonce is None else ' nonce="%s"' % nonce)


def with_tag(content, element):
    """The page with the element before its end; None where it is no whole page."""
    ends = list(END.finditer(content))
    bodies = [end for end in ends if end.group().lower().startswith(b"</body")] or ends
    if not bodies:
        return None
    at = bodies[-1].start()
    return content[:at] + element.encode("ascii") + content[at:]


def compressed(content):
    """As gzip."""
    packer = zlib.compressobj(1, zlib.DEFLATED, GZIP)
    return packer.compress(content) + packer.flush()


def is_page(request, response):
    """Whether an answer is a page that may be loaded again and that can be changed."""
    return (request.method == "GET" and not getattr(response, "streaming", False)
            and hasattr(response, "content")
            and response.get("Content-Type", "").lower().startswith("text/html")
            and not response.get("Content-Disposition", "").startswith("attachment")
            and response.get("Content-Encoding", "gzip") == "gzip")


def add(response):
    """Puts the script into a page."""
    element = tag(response.get("Content-Security-Policy"))
    if element is None:
        return
    is_packed = response.has_header("Content-Encoding")
    try:
        content = zlib.decompress(response.content, GZIP) if is_packed else response.content
    except zlib.error:
        return
    content = with_tag(content, element)
    if content is None:
        return
    response.content = compressed(content) if is_packed else content
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


class LiveReload(object):
    """The middleware, in both of Django's forms. It is the outermost: what others
    do with a page they have done."""

    def __init__(self, get_response=None):
        self.get_response = get_response

    def __call__(self, request):
        return self.process_response(request, self.get_response(request))

    def process_response(self, request, response):
        """Django before 1.10 calls this one."""
        if is_served_by_us() and is_page(request, response):
            add(response)
        return response


def lay(settings, django):
    """Adds the middleware to a namespace of settings, once."""
    key = "MIDDLEWARE"
    if settings.get(key) is None and (django < (1, 10) or (django < (2, 0) and "MIDDLEWARE_CLASSES" in settings)):
        key = "MIDDLEWARE_CLASSES"
    own = settings.get(key)
    if own is None:
        from django.conf import global_settings
        own = getattr(global_settings, key, None) or []
    if NAME not in own:
        settings[key] = type(own)([NAME]) + own
