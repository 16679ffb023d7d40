"""What live reload does to answers, and to settings."""
import sys
import types
import unittest
import zlib

import paths
import biostar_tui_live as live

PAGE = b"<html><body><p>a</p></BODY></html>"


class Response(dict):
    """As much of Django's as is looked at."""

    def __init__(self, content=PAGE, kind="text/html; charset=utf-8", **headers):
        dict.__init__(self, {"Content-Type": kind})
        self.update((key.replace("_", "-"), value) for key, value in headers.items())
        self.content = content

    has_header = dict.__contains__


class Request(object):
    """The same of a request."""

    def __init__(self, method="GET"):
        self.method = method


def through(response, method="GET"):
    """The answer behind the middleware of a server of ours."""
    serving = types.ModuleType("biostar_tui_serving")
    serving.name = lambda: "7-8"
    sys.modules["biostar_tui_serving"] = serving
    try:
        return live.LiveReload(lambda _request: response)(Request(method))
    finally:
        del sys.modules["biostar_tui_serving"]


class Pages(unittest.TestCase):
    def assertAdded(self, response, element=live.TAG % ""):
        self.assertEqual(through(response).content, PAGE.replace(b"</BODY>", element.encode("ascii") + b"</BODY>"))

    def assertLeft(self, response, method="GET"):
        before = (response.content, dict(response))
        after = through(response, method)
        self.assertEqual((after.content, dict(after)), before)

    def test_a_page_gets_the_script(self):
        self.assertAdded(Response())
        sized = Response(Content_Length=str(len(PAGE)))
        self.assertAdded(sized)
        self.assertEqual(sized["Content-Length"], str(len(sized.content)))

    def test_a_compressed_page_stays_one(self):
        response = Response(live.compressed(PAGE), Content_Encoding="gzip", Content_Length="1")
        content = through(response).content
        self.assertIn(b"live.js", zlib.decompress(content, live.GZIP))
        self.assertEqual(response["Content-Length"], str(len(content)))

    def test_what_is_no_page_is_left(self):
        for response in (Response(kind="application/json"), Response(b"<p>a part</p>"), Response(b""),
                         Response(Content_Disposition="attachment; filename=a.html"),
                         Response(b"x", Content_Encoding="br"), Response(b"broken", Content_Encoding="gzip")):
            self.assertLeft(response)
        self.assertLeft(Response(), "POST")
        stream = Response()
        stream.streaming = True
        self.assertLeft(stream)
        del stream.content
        through(stream)

    def test_without_our_server_nothing_is_added(self):
        response = live.LiveReload(lambda _request: Response())(Request())
        self.assertEqual(response.content, PAGE)

    def test_policies(self):
        def policy(text):
            return Response(Content_Security_Policy=text)
        for text in ("default-src 'self'", "img-src x", "script-src 'self' cdn.example; connect-src *", ""):
            self.assertAdded(policy(text))
        nonce = live.TAG % ' nonce="aGk="'
        self.assertAdded(policy("script-src 'nonce-aGk=' 'strict-dynamic'; connect-src 'self'"), nonce)
        self.assertAdded(policy("script-src 'self' 'strict-dynamic' 'nonce-aGk='"), nonce)
        for text in ("default-src 'none'", "script-src cdn.example", "default-src 'self'; connect-src api.example",
                     "default-src 'self', script-src 'none'", "script-src 'self' 'strict-dynamic'"):
            self.assertLeft(policy(text))


class Settings(unittest.TestCase):
    def laid(self, django, **settings):
        live.lay(settings, django)
        live.lay(settings, django)
        return settings

    def test_it_is_the_outermost_and_there_once(self):
        self.assertEqual(self.laid((5, 2), MIDDLEWARE=["a"])["MIDDLEWARE"], [live.NAME, "a"])
        self.assertEqual(self.laid((1, 8), MIDDLEWARE_CLASSES=("a",))["MIDDLEWARE_CLASSES"], (live.NAME, "a"))
        old = self.laid((1, 11), MIDDLEWARE=None, MIDDLEWARE_CLASSES=["a"])
        self.assertEqual(old["MIDDLEWARE_CLASSES"], [live.NAME, "a"])
        both = self.laid((4, 2), MIDDLEWARE=["a"], MIDDLEWARE_CLASSES=["b"])
        self.assertEqual(both, {"MIDDLEWARE": [live.NAME, "a"], "MIDDLEWARE_CLASSES": ["b"]})


if __name__ == "__main__":
    unittest.main()
