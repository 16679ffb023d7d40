from django.contrib.auth import get_user_model
from django.test import TestCase, override_settings

from forum.models import Profile

from . import make_question, make_user

PASSWORD = "correct horse 26"


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
class AccountTests(TestCase):
    def sign_up(self, **fields):
        form = {"username": "mira", "password1": PASSWORD, "password2": PASSWORD, **fields}
        return self.client.post("/signup/", form)

    def test_who_signs_up_is_logged_in_and_comes_back(self):
        question = make_question(make_user("lin"))
        page = question.get_absolute_url()
        self.assertContains(self.client.get(f"/signup/?next={page}"), f'name="next" value="{page}"')
        self.assertRedirects(self.sign_up(next=page), page)
        self.assertContains(self.client.get(page), "Log out")
        user = get_user_model().objects.get(username="mira")
        self.assertFalse(user.is_staff or user.is_superuser)
        self.assertRedirects(self.client.get("/signup/"), "/")

    def test_nobody_is_led_to_another_site(self):
        for page in ("https://example.org/", "//example.org/", "javascript:alert(1)", ""):
            with self.subTest(page=page):
                get_user_model().objects.all().delete()
                self.client.logout()
                self.assertRedirects(self.sign_up(next=page), "/")

    def test_a_bad_sign_up_comes_back_with_the_reason(self):
        make_user("Lin")
        bad = [
            ({"username": "lin"}, "already exists"),
            ({"username": "a b"}, "valid username"),
            ({"username": ""}, "required"),
            ({"password2": "another one 27"}, "match"),
            ({"password1": "short", "password2": "short"}, "at least 8"),
            ({"password1": "password", "password2": "password"}, "too common"),
            ({"password1": "73519264", "password2": "73519264"}, "entirely numeric"),
        ]
        for fields, reason in bad:
            with self.subTest(**fields):
                self.assertContains(self.sign_up(**fields), reason)
        self.assertEqual(get_user_model().objects.count(), 1)

    def test_logging_in_and_out(self):
        make_user("lin", password=PASSWORD)
        self.assertContains(self.client.post("/login/", {"username": "lin", "password": "x"}), "correct username")
        response = self.client.post("/login/", {"username": "lin", "password": PASSWORD, "next": "/ask/"})
        self.assertRedirects(response, "/ask/")
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.get("/logout/").status_code, 405)
        self.assertRedirects(self.client.post("/logout/"), "/")
        self.assertContains(self.client.get("/"), "Log in")


class ProfileTests(TestCase):
    def test_users_edit_their_own_profile(self):
        self.assertRedirects(self.client.get("/profile/"), "/login/?next=/profile/")
        lin, mira = make_user("lin"), make_user("mira")
        self.client.force_login(lin)
        self.assertContains(self.client.get(f"/u/{lin.pk}/"), "/profile/")
        self.assertNotContains(self.client.get(f"/u/{mira.pk}/"), "/profile/")
        for about in ("First", "Second"):
            form = {"first_name": "Lin", "last_name": "Haverkamp", "location": "Utrecht", "about": about}
            response = self.client.post("/profile/", {**form, "user": mira.pk}, follow=True)
            self.assertRedirects(response, f"/u/{lin.pk}/")
            self.assertContains(response, about)
            self.assertContains(response, "<h1>Lin Haverkamp</h1>")
        self.assertEqual(Profile.objects.get().user, lin)

    def test_a_profile_that_is_too_long_is_refused(self):
        self.client.force_login(make_user("lin"))
        response = self.client.post("/profile/", {"about": "x" * 2001, "location": "x" * 101})
        self.assertEqual(set(response.context["form"].errors), {"about", "location"})
        self.assertFalse(Profile.objects.exists())
