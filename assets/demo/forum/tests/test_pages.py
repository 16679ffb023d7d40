from datetime import timedelta

from django.core.management import call_command
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from forum.models import Post, Profile, Tag, Vote
from forum.views import POSTS_PER_PAGE

from . import make_answer, make_question, make_user

LIST_QUERIES = 4  # the count of the pages, the posts, their tags, the texts


class FixtureTests(TestCase):
    fixtures = ["initial"]

    def test_the_front_page_lists_the_newest_questions(self):
        page = self.client.get("/").context["page"]
        newest = Post.objects.questions().order_by("-created")[:POSTS_PER_PAGE]
        self.assertEqual([post.pk for post in page], [post.pk for post in newest])
        self.assertEqual(page.paginator.count, Post.objects.questions().count())

    def test_the_front_page_shows_a_post_that_other_tests_know(self):
        self.assertContains(self.client.get("/"), "Assembling an axolotl transcriptome: Trinity runs out of memory")
        self.assertEqual(Post.objects.get(title__contains="axolotl").pk, 5)
        self.assertEqual(Post.objects.filter(body__contains="axolotl").count(), 0)

    def test_lists_have_the_same_number_of_queries_for_any_number_of_posts(self):
        for address in ("/", "/?sort=votes", "/?sort=unanswered", "/?page=3", "/?page=99"):
            with self.subTest(address=address), self.assertNumQueries(LIST_QUERIES):
                self.client.get(address)
        with self.subTest("a tag"), self.assertNumQueries(LIST_QUERIES + 1):
            self.client.get("/t/rna-seq/")
        with self.subTest("a user"), self.assertNumQueries(LIST_QUERIES + 5):  # the user, four numbers
            self.client.get("/u/101/")
        with self.subTest("users"), self.assertNumQueries(3):
            self.client.get("/users/")
        with self.subTest("tags"), self.assertNumQueries(3):
            self.client.get("/tags/")

    def test_a_question_has_the_same_number_of_queries_for_any_number_of_answers(self):
        questions = Post.objects.questions().for_lists().order_by("answer_count")
        for question in (questions.first(), questions.last()):
            with self.assertNumQueries(5):  # the post, with its score, its answers, its tags, the texts
                self.client.get(question.get_absolute_url())

    def test_pages_of_the_fixture_can_be_read(self):
        for post in Post.objects.questions().order_by("pk")[::9]:
            self.assertContains(self.client.get(post.get_absolute_url()), "<article", 1 + post.answers.count())
        for tag in Tag.objects.all()[::9]:
            self.assertEqual(self.client.get(tag.get_absolute_url()).status_code, 200)

    def test_the_fixture_keeps_the_rules_of_the_forms(self):
        self.assertFalse(Post.objects.questions().filter(tags=None).exists())
        self.assertFalse(Post.objects.exclude(parent=None).exclude(tags=None).exists())
        self.assertFalse(Post.objects.filter(parent__parent__isnull=False).exists())
        for vote in Vote.objects.select_related("post"):
            self.assertNotEqual(vote.user_id, vote.post.author_id)
            self.assertGreaterEqual(vote.created, vote.post.created)
        for answer in Post.objects.exclude(parent=None).select_related("parent", "author"):
            self.assertGreater(answer.created, answer.parent.created)
            self.assertGreater(answer.created, answer.author.date_joined)

    def test_a_new_post_does_not_collide_with_those_of_the_fixture(self):
        question = make_question(make_user("new"))
        self.assertEqual(Post.objects.first(), question)

    def test_loading_it_again_leaves_the_votes_and_posts_of_others(self):
        reader = make_user("reader")
        Vote.objects.create(post_id=5, user=reader)
        question = make_question(reader, tags=["trees"])
        before = Post.objects.with_score().get(pk=5).score
        call_command("loaddata", "initial", verbosity=0)
        self.assertEqual(Post.objects.with_score().get(pk=5).score, before)
        self.assertEqual(Post.objects.get(pk=question.pk).tags.get().name, "trees")


class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira, cls.lin = make_user("mira", first_name="Mira", last_name="Okafor"), make_user("lin")
        cls.question = make_question(cls.mira, tags=["bam", "samtools"])
        cls.answer = make_answer(cls.question, cls.lin)

    def test_a_question_is_shown_with_its_answers_and_tags(self):
        response = self.client.get(self.question.get_absolute_url())
        self.assertContains(response, self.question.title)
        self.assertContains(response, f'id="p{self.answer.pk}"')
        self.assertContains(response, 'href="/t/samtools/"')
        self.assertContains(response, f'<a href="/u/{self.mira.pk}/">Mira Okafor</a>')

    def test_the_address_of_an_answer_leads_to_its_question(self):
        response = self.client.get(reverse("post", args=[self.answer.pk]))
        self.assertRedirects(response, f"/p/{self.question.pk}/#p{self.answer.pk}")

    def test_answers_come_accepted_first_then_by_votes_then_by_age(self):
        worst = make_answer(self.question, self.mira)
        voted = make_answer(self.question, self.mira)
        Vote.objects.create(post=voted, user=self.lin)
        accepted = make_answer(self.question, self.mira, accepted=True)
        answers = self.client.get(self.question.get_absolute_url()).context["answers"]
        self.assertEqual(list(answers), [accepted, voted, self.answer, worst])

    def test_what_does_not_exist_is_404(self):
        for address in ("/p/9999/", "/p/99999999999999999999999/", "/t/none/", "/u/9999/", "/p/9999/edit/", "/none/"):
            with self.subTest(address=address), self.assertLogs("django.request", "WARNING"):
                self.client.force_login(self.mira)
                self.assertContains(self.client.get(address), "Not found", status_code=404)

    def test_boom_is_there_for_developers_only(self):
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.get("/boom/").status_code, 404)
            with override_settings(DEBUG=True), self.assertRaisesMessage(RuntimeError, "boom"):
                self.client.get("/boom/")

    def test_markup_in_texts_of_users_is_text_everywhere(self):
        markup = "<script>alert('x')</script>"
        self.mira.first_name = markup
        self.mira.save()
        Profile.objects.create(user=self.mira, location=markup, about=markup)
        question = make_question(self.mira, title=markup, body=markup, tags=["bam"])
        make_answer(question, self.mira, body=markup)
        for address in ("/", "/t/bam/", "/users/", f"/u/{self.mira.pk}/", question.get_absolute_url()):
            with self.subTest(address=address):
                response = self.client.get(address)
                self.assertContains(response, "&lt;script&gt;")
                self.assertNotContains(response, "<script>")

    def test_the_page_links_to_the_style_and_the_script(self):
        self.assertContains(self.client.get("/"), "/static/forum/style.css")
        self.assertContains(self.client.get("/"), "/static/forum/vote.js")


class ListTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira, cls.lin = make_user("mira"), make_user("lin")
        now = timezone.now()
        cls.old, cls.middle, cls.new = (
            make_question(cls.mira, title=f"Question {n}", created=now - timedelta(days=10 - n), tags=tags)
            for n, tags in enumerate([["bam"], ["bam", "vcf"], []])
        )
        make_answer(cls.new, cls.lin)
        make_answer(cls.middle, cls.lin, accepted=True)
        make_answer(cls.middle, cls.mira)
        for user in (cls.mira, cls.lin):
            Vote.objects.create(post=cls.middle, user=user)
        Vote.objects.create(post=cls.old, user=cls.lin)

    def listed(self, address):
        return list(self.client.get(address).context["page"])

    def test_questions_are_sorted_as_asked_for(self):
        self.assertEqual(self.listed("/"), [self.new, self.middle, self.old])
        self.assertEqual(self.listed("/?sort=votes"), [self.middle, self.old, self.new])
        self.assertEqual(self.listed("/?sort=unanswered"), [self.old])
        self.assertEqual(self.listed("/?sort=none"), self.listed("/"))

    def test_votes_and_answers_do_not_multiply_each_other(self):
        post = self.listed("/?sort=votes")[0]
        self.assertEqual((post.score, post.answer_count, post.is_solved), (2, 2, True))

    def test_a_tag_lists_its_questions_only(self):
        self.assertEqual(self.listed("/t/bam/"), [self.middle, self.old])
        self.assertEqual(self.listed("/t/bam/?sort=votes"), [self.middle, self.old])
        self.assertEqual(self.listed("/t/vcf/?sort=unanswered"), [])

    def test_the_cloud_is_sorted_by_name_and_sized_by_use(self):
        Tag.objects.create(name="unused")
        cloud = self.client.get("/tags/").context["cloud"]
        self.assertEqual([(tag.name, tag.count) for tag in cloud], [("bam", 2), ("vcf", 1)])
        self.assertGreater(cloud[0].size, cloud[1].size)

    def test_a_page_of_a_user_counts_and_lists_their_posts(self):
        Profile.objects.create(user=self.lin, about="About me.", location="Utrecht")
        response = self.client.get(f"/u/{self.lin.pk}/")
        self.assertContains(response, "<p>About me.</p>")
        self.assertContains(response, "Utrecht")
        self.assertEqual(response.context["counts"], {"questions": 0, "answers": 2, "accepted": 1, "score": 0})
        self.assertEqual({post.parent for post in response.context["page"]}, {self.new, self.middle})

    def test_users_are_sorted_by_the_votes_for_their_posts(self):
        users = self.listed("/users/")
        self.assertEqual([(user.username, user.score, user.post_count) for user in users], [("mira", 3, 4), ("lin", 0, 2)])

    def test_the_links_to_other_pages_keep_the_order(self):
        for number in range(POSTS_PER_PAGE):
            make_question(self.mira, title=f"One more, {number}")
        response = self.client.get("/?sort=votes")
        self.assertContains(response, "?sort=votes&amp;page=2")
        self.assertEqual(len(self.listed("/?sort=votes&page=2")), 3)
