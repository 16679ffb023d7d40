"""Requests under waitress."""
import contextlib
import io
import unittest

import paths  # noqa: F401 (finds what is tested)
import serve


class RequestLines(unittest.TestCase):
    def test_a_request_is_one_line_whatever_is_in_its_path(self):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a b/\n\x1b\xc3\xbc", "QUERY_STRING": "q=\"", "SERVER_PROTOCOL": "HTTP/1.0"}
        line = serve.request_line(environ, "200 OK", [("Content-Length", "12")], 0.0125)
        self.assertRegex(line, r'^\[\d\d/\w{3}/\d{4} \d\d:\d\d:\d\d\] "GET /a%20b/%0A%1B%C3%BC\?q=%22 HTTP/1.0" 200 12 12.5 ms$')

    def test_the_answer_is_passed_on(self):
        def app(environ, start_response):
            start_response("404 Not Found", [])
            return [b"no"]
        started, said = [], io.StringIO()
        with contextlib.redirect_stdout(said):
            body = serve.logged(app)({"REQUEST_METHOD": "HEAD", "PATH_INFO": "/"}, lambda *answer: started.append(answer))
        self.assertEqual((body, started), ([b"no"], [("404 Not Found", [])]))
        self.assertIn('"HEAD / HTTP/1.1" 404 - ', said.getvalue())


class Sources(unittest.TestCase):
    def test_a_file_is_served_from_where_it_is_written(self):
        class WhiteNoise:
            def candidate_paths_for_url(self, url):
                yield "/collected" + url
        found = {"a.css": "/app/static/a.css"}
        paths_for = serve.with_finders(WhiteNoise, found.get, "/static/")().candidate_paths_for_url
        self.assertEqual(list(paths_for("/static/a.css")), ["/app/static/a.css", "/collected/static/a.css"])
        self.assertEqual(list(paths_for("/static/b.css")), ["/collected/static/b.css"])
        self.assertEqual(list(paths_for("/page/a.css")), ["/collected/page/a.css"])


if __name__ == "__main__":
    unittest.main()
