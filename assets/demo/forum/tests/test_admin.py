from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from forum.models import Post, Profile, Tag, Vote

from . import make_answer, make_question, make_user

NO_VOTES = {"votes-TOTAL_FORMS": 0, "votes-INITIAL_FORMS": 0}


class AdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.admin = make_user("admin", is_staff=True, is_superuser=True)
        cls.mira = make_user("mira")
        cls.profile = Profile.objects.create(user=cls.mira, location="Lagos")
        cls.question = make_question(cls.mira, title="One of a kind", tags=["rna-seq"])
        cls.answer = make_answer(cls.question, cls.admin)
        cls.vote = Vote.objects.create(post=cls.answer, user=cls.mira)
        for number in range(8):
            question = make_question(cls.admin, title=f"Question {number}")
            make_answer(question, cls.admin, accepted=True)
            Vote.objects.create(post=question, user=cls.mira)

    def setUp(self):
        self.client.force_login(self.admin)

    def test_every_list_can_be_seen_searched_and_filtered(self):
        for address in (
            "auth/user/?q=mira",
            "forum/post/?q=kind",
            "forum/post/?parent__isempty=1&state=unanswered",
            "forum/post/?state=accepted&o=4",
            "forum/post/?tags__name__exact=rna-seq",
            "forum/tag/?q=rna",
            "forum/vote/?q=kind",
            "forum/profile/?q=Lagos",
            "forum/sitetext/?q=x",
        ):
            with self.subTest(address=address):
                self.assertEqual(self.client.get(f"/admin/{address}").status_code, 200)

    def test_every_form_can_be_opened(self):
        for address in (
            "auth/user/add/",
            f"auth/user/{self.admin.pk}/change/",
            f"auth/user/{self.mira.pk}/change/",
            "forum/post/add/",
            f"forum/post/{self.question.pk}/change/",
            f"forum/post/{self.answer.pk}/change/",
            "forum/tag/rna-seq/change/",
            f"forum/profile/{self.mira.pk}/change/",
            f"forum/vote/{self.vote.pk}/change/",
        ):
            with self.subTest(address=address):
                self.assertEqual(self.client.get(f"/admin/{address}").status_code, 200)

    def test_the_lists_have_the_same_number_of_queries_for_any_number_of_rows(self):
        def queries(address):
            with CaptureQueriesContext(connection) as counted:
                self.client.get(address)
            return len(counted)

        for model in ("post", "vote"):
            with self.subTest(model=model):
                few, many = (queries(f"/admin/forum/{model}/?q={word}") for word in ("kind", "i"))
                self.assertEqual(few, many)

    def test_a_question_is_edited_with_its_answers_in_one_form(self):
        Tag.objects.create(name="bam")
        question, answer = self.question, self.answer
        form = {
            **NO_VOTES,
            "title": "A better title",
            "body": question.body,
            "author": self.admin.pk,
            "created_0": "2026-07-01",
            "created_1": "12:00:00",
            "tags": ["bam"],
            "answers-TOTAL_FORMS": 1,
            "answers-INITIAL_FORMS": 1,
            "answers-0-id": answer.pk,
            "answers-0-parent": question.pk,
            "answers-0-body": "Edited.",
            "answers-0-author": self.admin.pk,
            "answers-0-created_0": "2026-07-01",
            "answers-0-created_1": "13:00:00",
            "answers-0-accepted": "on",
        }
        self.assertRedirects(self.client.post(f"/admin/forum/post/{question.pk}/change/", form), "/admin/forum/post/")
        answer.refresh_from_db()
        self.assertEqual((answer.body, answer.accepted, answer.parent.title), ("Edited.", True, "A better title"))
        self.assertEqual(list(question.tags.all()), [Tag.objects.get(pk="bam")])

    def test_a_question_without_a_title_is_refused_with_the_reason(self):
        form = {
            **NO_VOTES,
            "answers-TOTAL_FORMS": 0,
            "answers-INITIAL_FORMS": 0,
            "title": "",
            "body": "Why?",
            "author": self.admin.pk,
            "created_0": "2026-07-01",
            "created_1": "12:00:00",
        }
        before = Post.objects.count()
        self.assertContains(self.client.post("/admin/forum/post/add/", form), "A question needs a title.")
        self.assertEqual(Post.objects.count(), before)

    def test_a_user_who_goes_takes_posts_votes_and_profile_along(self):
        response = self.client.post(f"/admin/auth/user/{self.mira.pk}/delete/", {"post": "yes"})
        self.assertRedirects(response, "/admin/auth/user/")
        self.assertFalse(Post.objects.filter(pk__in=[self.question.pk, self.answer.pk]).exists())
        self.assertFalse(Profile.objects.exists() or Vote.objects.exists())

    def test_it_is_for_staff(self):
        self.client.force_login(make_user("nobody"))
        self.assertRedirects(self.client.get("/admin/forum/post/"), "/admin/login/?next=/admin/forum/post/")
