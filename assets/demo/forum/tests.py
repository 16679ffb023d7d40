from io import StringIO

import haystack
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import reverse

from .models import Post, SiteText
from .templatetags.forum_text import body_html

INDEX_IN_MEMORY = {
    "default": {
        "ENGINE": "forum.search_engine.WhooshEngine",
        "STORAGE": "ram",
        "SILENTLY_FAIL": False,
    },
}


def run(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


class PageTests(TestCase):
    fixtures = ["initial"]

    def test_the_front_page_lists_the_questions_newest_first(self):
        page = self.client.get("/").context["page"]
        created = [post.created for post in page]
        self.assertEqual(len(created), Post.objects.questions().count())
        self.assertEqual(created, sorted(created, reverse=True))

    def test_the_front_page_has_the_same_number_of_queries_for_any_number_of_posts(self):
        with self.assertNumQueries(3):  # the count of the pages, the questions, the texts
            self.client.get("/")

    def test_a_question_is_shown_with_its_answers(self):
        question = Post.objects.questions().filter(answers__isnull=False).first()
        response = self.client.get(question.get_absolute_url())
        self.assertContains(response, question.title)
        for answer in question.answers.all():
            self.assertContains(response, f'id="p{answer.pk}"')

    def test_the_address_of_an_answer_leads_to_its_question(self):
        answer = Post.objects.exclude(parent=None).first()
        response = self.client.get(reverse("post", args=[answer.pk]))
        self.assertRedirects(response, f"/p/{answer.parent_id}/#p{answer.pk}")

    def test_a_post_that_does_not_exist_is_404(self):
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.get("/p/9999/").status_code, 404)

    def test_boom_is_there_for_developers_only(self):
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.get("/boom/").status_code, 404)
            with override_settings(DEBUG=True), self.assertRaisesMessage(RuntimeError, "boom"):
                self.client.get("/boom/")


class PostTests(TestCase):
    def test_a_question_needs_a_title(self):
        author = get_user_model().objects.create_user("mira")
        with self.assertRaises(IntegrityError), transaction.atomic():
            Post.objects.create(author=author, body="Why?")

    def test_a_new_post_does_not_collide_with_those_of_the_fixture(self):
        call_command("loaddata", "initial", verbosity=0)
        author = get_user_model().objects.create_user("new")
        post = Post.objects.create(author=author, title="New", body="New")
        self.assertEqual(Post.objects.first(), post)


@override_settings(HAYSTACK_CONNECTIONS=INDEX_IN_MEMORY)
class SearchTests(TestCase):
    fixtures = ["initial"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        haystack.connections.reload("default")
        cls.addClassCleanup(haystack.connections.reload, "default")

    def setUp(self):
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

    def test_nothing_is_found_where_nothing_is(self):
        self.assertEqual(self.found("zymurgy"), [])
        self.assertEqual(self.client.get("/search/").status_code, 200)

    def test_queries_that_mean_something_to_the_engine_are_harmless(self):
        for query in ['"', "*", "(", "a AND", "title:", "[x TO", "-", "~", "<b>", "Ü"]:
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


class InitializeSiteTests(TestCase):
    def test_it_creates_an_admin_who_can_log_in_and_says_so(self):
        self.assertIn("'admin' with the password 'admin'", run("initialize_site"))
        self.assertTrue(self.client.login(username="admin", password="admin"))
        self.assertEqual(self.client.get("/admin/forum/post/?q=x").status_code, 200)

    def test_a_second_run_changes_nothing(self):
        run("initialize_site")
        get_user_model().objects.update(password="changed")
        SiteText.objects.update(text="Edited")
        run("initialize_site")
        self.assertEqual(get_user_model().objects.get().password, "changed")
        self.assertEqual(set(SiteText.objects.values_list("text", flat=True)), {"Edited"})

    def test_it_and_the_fixture_go_together_in_either_order_and_again(self):
        for commands in (["initialize_site"], ["loaddata", "initial"]), (["loaddata", "initial"], ["initialize_site"]):
            with self.subTest(commands=commands):
                for command in commands + commands:
                    run(*command)
                self.assertEqual(get_user_model().objects.count(), 6)
                self.assertEqual(Post.objects.count(), 26)
                Post.objects.all().delete()
                get_user_model().objects.all().delete()


class BodyTests(SimpleTestCase):
    def test_paragraphs_and_code_are_told_apart(self):
        self.assertEqual(
            body_html("Run this:\r\n\r\n    a > b\r\n      c"),
            "<p>Run this:</p>\n<pre><code>a &gt; b\n  c</code></pre>",
        )

    def test_markup_in_a_body_is_text(self):
        self.assertNotIn("<script>", body_html("<script>alert(1)</script>\n\n    <script>"))
