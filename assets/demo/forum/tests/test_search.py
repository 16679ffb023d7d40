import haystack
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.test import TestCase, override_settings

from forum.models import Post
from forum.views import POSTS_PER_PAGE

from . import run

INDEX_IN_MEMORY = {
    "default": {
        "ENGINE": "forum.search_engine.WhooshEngine",
        "STORAGE": "ram",
        "SILENTLY_FAIL": False,
    },
}


@override_settings(HAYSTACK_CONNECTIONS=INDEX_IN_MEMORY)
class SearchTests(TestCase):
    fixtures = ["initial"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        haystack.connections.reload("default")
        cls.addClassCleanup(haystack.connections.reload, "default")
        run("rebuild_index", "--noinput", "--verbosity=0")

    def found(self, query):
        response = self.client.get("/search/", {"q": query})
        self.assertEqual(response.status_code, 200)
        return [result.object for result in response.context["page"]]

    def test_a_word_of_a_title_finds_its_post(self):
        self.assertEqual(self.found("axolotl"), [Post.objects.get(title__contains="axolotl")])

    def test_a_word_of_an_answer_finds_the_answer(self):
        [post] = self.found("kraken2")
        self.assertFalse(post.is_question)

    def test_a_tag_finds_its_questions(self):
        question = Post.objects.questions().filter(tags="gff").exclude(body__icontains="gff").first()
        self.assertIn(question, self.found("gff"))
        self.assertTrue(self.found("rna-seq"))

    def test_all_words_have_to_be_there(self):
        self.assertEqual([post.pk for post in self.found("trinity memory")], [5])

    def test_a_page_of_results_has_the_same_number_of_queries_for_any_number(self):
        for query in ("axolotl", "reads"):
            with self.subTest(query=query), self.assertNumQueries(3):  # the posts, their tags, the texts
                self.client.get("/search/", {"q": query})

    def test_results_come_in_pages(self):
        pages = [self.client.get(f"/search/?q=reads&page={number}").context["page"] for number in (1, 2)]
        first, second = ({result.object for result in page} for page in pages)
        self.assertEqual(len(first), POSTS_PER_PAGE)
        self.assertTrue(second)
        self.assertFalse(first & second)

    def test_nothing_is_found_where_nothing_is(self):
        self.assertEqual(self.found("zymurgy"), [])
        self.assertEqual(self.client.get("/search/").status_code, 200)

    def test_queries_that_mean_something_to_the_engine_are_harmless(self):
        for query in ['"', "*", "(", "a AND", "title:", "[x TO", "-", "~", "<b>", "Ü", "a\0b"]:
            with self.subTest(query=query):
                self.found(query)

    def test_check_index_accepts_a_fresh_index_and_names_what_is_missing_or_stale(self):
        posts = Post.objects.count()
        self.assertIn(f"{posts} documents in the index, {posts} posts", run("check_index"))

        author = get_user_model().objects.first()
        Post.objects.create(author=author, title="Not indexed", body="yet")
        with self.assertRaisesMessage(CommandError, "1 missing, 0 stale"):
            run("check_index")

        Post.objects.exclude(parent=None).first().delete()
        with self.assertRaisesMessage(CommandError, "1 missing, 1 stale"):
            run("check_index")

    def test_an_engine_that_fails_costs_the_search_and_not_the_site(self):
        broken = {"default": {**INDEX_IN_MEMORY["default"], "STORAGE": "file", "PATH": "/dev/null/index"}}
        with override_settings(HAYSTACK_CONNECTIONS=broken):
            haystack.connections.reload("default")
            with self.assertLogs("forum.views", "ERROR"), self.assertLogs("django.request", "ERROR"):
                response = self.client.get("/search/", {"q": "axolotl"})
        haystack.connections.reload("default")
        self.assertContains(response, "does not work at the moment", status_code=503)
