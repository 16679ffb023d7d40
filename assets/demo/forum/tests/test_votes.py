from django.db import IntegrityError, transaction
from django.test import Client, TestCase

from forum.models import Post, Vote

from . import make_answer, make_question, make_user

JSON = {"Accept": "application/json"}


class VoteTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira, cls.lin = make_user("mira"), make_user("lin")
        cls.question = make_question(cls.mira)
        cls.answer = make_answer(cls.question, cls.mira)
        cls.address = f"/p/{cls.question.pk}/vote/"

    def setUp(self):
        self.client.force_login(self.lin)

    def test_a_vote_counts_once_however_often_it_is_sent(self):
        for _ in range(3):
            response = self.client.post(self.address, {"value": "1"})
            self.assertRedirects(response, f"/p/{self.question.pk}/")
        self.assertEqual(Post.objects.with_score().get(pk=self.question.pk).score, 1)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Vote.objects.create(post=self.question, user=self.lin)

    def test_a_vote_can_be_taken_back(self):
        Vote.objects.create(post=self.question, user=self.lin)
        other = Vote.objects.create(post=self.question, user=make_user("other"))
        for _ in range(2):
            self.client.post(self.address, {"value": "0"})
        self.assertEqual(Vote.objects.get(), other)

    def test_the_button_shows_what_it_will_do(self):
        page = self.question.get_absolute_url()
        self.assertContains(self.client.get(page), 'value="1" aria-pressed="false"', 2)
        Vote.objects.create(post=self.answer, user=self.lin)
        self.assertContains(self.client.get(page), 'value="0" aria-pressed="true"', 1)

    def test_a_vote_for_an_answer_leads_back_to_it(self):
        response = self.client.post(f"/p/{self.answer.pk}/vote/", {"value": "1"})
        self.assertRedirects(response, f"/p/{self.question.pk}/#p{self.answer.pk}")

    def test_a_script_gets_the_numbers_and_no_page(self):
        response = self.client.post(self.address, {"value": "1"}, headers=JSON)
        self.assertEqual(response.json(), {"score": 1, "voted": True})
        response = self.client.post(self.address, {"value": "0"}, headers=JSON)
        self.assertEqual(response.json(), {"score": 0, "voted": False})

    def test_nobody_votes_for_their_own_posts(self):
        self.client.force_login(self.mira)
        self.assertNotContains(self.client.get(self.question.get_absolute_url()), "/vote/")
        response = self.client.post(self.address, {"value": "1"}, follow=True)
        self.assertContains(response, "Your own posts are for others")
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.post(self.address, {"value": "1"}, headers=JSON).status_code, 403)
        self.assertFalse(Vote.objects.exists())

    def test_voting_needs_a_login(self):
        self.client.logout()
        log_in = f"/login/?next=%2Fp%2F{self.question.pk}%2F"
        self.assertRedirects(self.client.post(self.address, {"value": "1"}), log_in)
        with self.assertLogs("django.request", "WARNING"):
            response = self.client.post(self.address, {"value": "1"}, headers=JSON)
        self.assertEqual((response.status_code, response.json()["login"]), (401, log_in))
        self.assertNotContains(self.client.get(self.question.get_absolute_url()), "/vote/")
        self.assertFalse(Vote.objects.exists())

    def test_voting_is_no_matter_of_a_link(self):
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.get(self.address).status_code, 405)
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.lin)
        with self.assertLogs("django.security.csrf", "WARNING"):
            self.assertEqual(client.post(self.address, {"value": "1"}).status_code, 403)
        self.assertFalse(Vote.objects.exists())

    def test_the_posts_of_a_page_cost_no_more_queries_with_a_login(self):
        page = self.question.get_absolute_url()
        with self.assertNumQueries(7):  # five as without, the session, the user
            self.client.get(page)
        for _ in range(5):
            Vote.objects.create(post=make_answer(self.question, self.mira), user=self.lin)
        with self.assertNumQueries(7):
            self.client.get(page)


class AcceptTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.mira, cls.lin = make_user("mira"), make_user("lin")
        cls.question = make_question(cls.mira)
        cls.first, cls.second = make_answer(cls.question, cls.lin), make_answer(cls.question, cls.mira)

    def accepted(self):
        return list(self.question.answers.filter(accepted=True))

    def test_who_asked_accepts_one_answer_or_another_or_none(self):
        self.client.force_login(self.mira)
        for answer, value, accepted in (
            (self.first, "1", [self.first]),
            (self.first, "1", [self.first]),
            (self.second, "1", [self.second]),
            (self.second, "0", []),
        ):
            response = self.client.post(f"/p/{answer.pk}/accept/", {"value": value}, follow=True)
            self.assertEqual(self.accepted(), accepted)
            self.assertContains(response, "Accepted answer", len(accepted))

    def test_nobody_else_does(self):
        address = f"/p/{self.first.pk}/accept/"
        self.assertRedirects(
            self.client.post(address, {"value": "1"}),
            f"/login/?next=%2Fp%2F{self.question.pk}%2F%23p{self.first.pk}",
        )
        self.client.force_login(self.lin)
        self.assertNotContains(self.client.get(self.question.get_absolute_url()), "/accept/")
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.post(address, {"value": "1"}).status_code, 403)
        self.assertEqual(self.accepted(), [])

    def test_only_answers_are_accepted(self):
        self.client.force_login(self.mira)
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.post(f"/p/{self.question.pk}/accept/", {"value": "1"}).status_code, 404)
            self.assertEqual(self.client.get(f"/p/{self.first.pk}/accept/").status_code, 405)
