from django.db import IntegrityError, transaction
from django.test import Client, SimpleTestCase, TestCase

from forum.forms import LONGEST_BODY
from forum.models import Post, Tag
from forum.templatetags.forum_text import body_html

from . import make_answer, make_question, make_user

QUESTION = {"title": "Which aligner for short reads?", "body": "They have 36 bases.", "tags": "alignment"}


class RuleTests(TestCase):
    """What the database itself refuses."""

    @classmethod
    def setUpTestData(cls):
        cls.mira = make_user("mira")

    def test_a_question_needs_a_title(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            Post.objects.create(author=self.mira, body="Why?")

    def test_a_question_cannot_be_an_accepted_answer(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_question(self.mira, accepted=True)

    def test_one_answer_is_accepted_and_not_two(self):
        question = make_question(self.mira)
        make_answer(question, self.mira, accepted=True)
        make_answer(make_question(self.mira), self.mira, accepted=True)
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_answer(question, self.mira, accepted=True)


class AskTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira = make_user("mira")

    def setUp(self):
        self.client.force_login(self.mira)

    def test_asking_needs_a_login(self):
        self.client.logout()
        for response in (self.client.get("/ask/"), self.client.post("/ask/", QUESTION)):
            self.assertRedirects(response, "/login/?next=/ask/")
        self.assertFalse(Post.objects.exists())

    def test_asking_needs_the_token_of_the_form(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.mira)
        with self.assertLogs("django.security.csrf", "WARNING"):
            self.assertEqual(client.post("/ask/", QUESTION).status_code, 403)

    def test_a_question_is_kept_with_its_author_and_tags_and_shown(self):
        Tag.objects.create(name="alignment", description="kept")
        response = self.client.post("/ask/", {**QUESTION, "tags": "New-One,  alignment new-one"}, follow=True)
        post = Post.objects.get()
        self.assertEqual((post.author, post.title, post.edited), (self.mira, QUESTION["title"], None))
        self.assertEqual([tag.name for tag in post.tags.all()], ["alignment", "new-one"])
        self.assertEqual(Tag.objects.get(pk="alignment").description, "kept")
        self.assertRedirects(response, post.get_absolute_url())
        self.assertContains(response, QUESTION["body"])

    def test_code_in_the_first_line_keeps_its_indent(self):
        self.client.post("/ask/", {**QUESTION, "body": "\r\n    bwa mem\r\n      -t 4\r\n\r\n"})
        self.assertEqual(Post.objects.get().body, "    bwa mem\n      -t 4")

    def test_what_a_form_does_not_offer_cannot_be_set(self):
        other = make_user("other")
        self.client.post("/ask/", {**QUESTION, "author": other.pk, "accepted": "on", "created": "2001-01-01"})
        post = Post.objects.get()
        self.assertEqual((post.author, post.accepted, post.parent), (self.mira, False, None))
        self.assertGreater(post.created.year, 2001)

    def test_bad_input_comes_back_with_the_reason_and_nothing_is_kept(self):
        bad = {
            "title": ["", " " * 20, "Short", "x" * 201, "A title with a\0 in it"],
            "body": ["", " " * 50, "\n" * 50, "a        ", "x" * (LONGEST_BODY + 1), "Ten letters\0"],
            "tags": ["", " , ", "a b c d e f", "c++", "x" * 51, "<b>", "ä"],
        }
        for field, values in bad.items():
            for value in values:
                with self.subTest(field=field, value=value[:20]):
                    response = self.client.post("/ask/", {**QUESTION, field: value})
                    self.assertEqual(list(response.context["form"].errors), [field])
                    self.assertContains(response, 'class="errorlist"')
        self.assertFalse(Post.objects.exists() or Tag.objects.exists())


class AnswerTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira, cls.lin = make_user("mira"), make_user("lin")
        cls.question = make_question(cls.mira, tags=["bam"])
        cls.address = f"/p/{cls.question.pk}/answer/"

    def test_answering_needs_a_login_that_leads_back_to_the_question(self):
        response = self.client.post(self.address, {"body": "samtools collate"})
        self.assertRedirects(response, f"/login/?next=%2Fp%2F{self.question.pk}%2F")
        self.assertNotContains(self.client.get(self.question.get_absolute_url()), "<textarea")

    def test_an_answer_is_kept_and_shown(self):
        self.client.force_login(self.lin)
        response = self.client.post(self.address, {"body": "samtools collate"})
        answer = self.question.answers.get()
        self.assertRedirects(response, f"/p/{self.question.pk}/#p{answer.pk}")
        self.assertEqual((answer.author, answer.title), (self.lin, ""))

    def test_an_answer_that_is_refused_stays_in_the_form(self):
        self.client.force_login(self.lin)
        response = self.client.post(self.address, {"body": "Yes <b>"})
        self.assertContains(response, "Yes &lt;b&gt;</textarea>")
        self.assertContains(response, "at least 10 characters")
        self.assertFalse(self.question.answers.exists())

    def test_only_questions_are_answered(self):
        answer = make_answer(self.question, self.mira)
        self.client.force_login(self.lin)
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.post(f"/p/{answer.pk}/answer/", {"body": "samtools"}).status_code, 404)
            self.assertEqual(self.client.get(self.address).status_code, 405)


class EditTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira, cls.lin = make_user("mira"), make_user("lin", is_staff=True)
        cls.question = make_question(cls.mira, tags=["bam", "samtools"])
        cls.answer = make_answer(cls.question, cls.mira, accepted=True)

    def test_authors_edit_their_questions(self):
        self.client.force_login(self.mira)
        address = f"/p/{self.question.pk}/edit/"
        self.assertContains(self.client.get(self.question.get_absolute_url()), address)
        self.assertContains(self.client.get(address), 'value="bam samtools"')
        response = self.client.post(address, {**QUESTION, "tags": "bam vcf"})
        self.assertRedirects(response, self.question.get_absolute_url())
        post = Post.objects.get(pk=self.question.pk)
        self.assertEqual([post.title, post.author, post.created], [QUESTION["title"], self.mira, self.question.created])
        self.assertEqual({tag.name for tag in post.tags.all()}, {"bam", "vcf"})
        self.assertIsNotNone(post.edited)

    def test_authors_edit_their_answers(self):
        self.client.force_login(self.mira)
        response = self.client.post(f"/p/{self.answer.pk}/edit/", {"body": "Now it is better.", "title": "No"})
        self.assertRedirects(response, self.answer.get_absolute_url())
        self.answer.refresh_from_db()
        self.assertEqual((self.answer.body, self.answer.title, self.answer.accepted), ("Now it is better.", "", True))

    def test_an_edit_that_is_refused_changes_nothing(self):
        self.client.force_login(self.mira)
        response = self.client.post(f"/p/{self.question.pk}/edit/", {**QUESTION, "title": ""})
        self.assertContains(response, "This field is required")
        self.assertIsNone(Post.objects.get(pk=self.question.pk).edited)

    def test_nobody_else_edits_them(self):
        self.client.force_login(self.lin)
        self.assertNotContains(self.client.get(self.question.get_absolute_url()), "/edit/")
        with self.assertLogs("django.request", "WARNING"):
            response = self.client.post(f"/p/{self.question.pk}/edit/", QUESTION)
        self.assertContains(response, "Not allowed", status_code=403)
        self.client.logout()
        response = self.client.get(f"/p/{self.question.pk}/edit/")
        self.assertRedirects(response, f"/login/?next=/p/{self.question.pk}/edit/")


class BodyTests(SimpleTestCase):
    def test_paragraphs_and_code_are_told_apart(self):
        self.assertEqual(
            body_html("Run this:\r\n\r\n    a > b\r\n      c"),
            "<p>Run this:</p>\n<pre><code>a &gt; b\n  c</code></pre>",
        )

    def test_markup_in_a_body_is_text(self):
        self.assertNotIn("<script>", body_html("<script>alert(1)</script>\n\n    <script>"))

    def test_nothing_is_nothing(self):
        self.assertEqual(body_html(""), "")
