"""The page of a server that does not start."""
import unittest

import paths  # noqa: F401: where page is
import page


class Words(unittest.TestCase):
    def test_a_terminals_colours_and_html_are_text(self):
        words = u"\x1b[31;1m?: (x.E1) <b> & caf\xe9\x1b[0m"
        head, _, body = page.answer(words).decode("utf-8").partition("\r\n\r\n")
        self.assertIn(u"<pre>?: (x.E1) &lt;b&gt; &amp; caf\xe9</pre>", body)
        self.assertIn("Content-Length: %d\r\n" % len(body.encode("utf-8")), head)


if __name__ == "__main__":
    unittest.main()
