from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TestCase, TransactionTestCase, override_settings

from forum.models import Post, SiteText, Vote

from . import run

INITIALIZE, LOAD = ["initialize_site"], ["loaddata initial"]


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
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
        for commands in INITIALIZE + LOAD + INITIALIZE + LOAD, LOAD + INITIALIZE:
            with self.subTest(commands=commands):
                for command in commands:
                    run(*command.split())
                self.assertEqual(get_user_model().objects.count(), 16)
                self.assertEqual(Post.objects.count(), 354)
                self.assertEqual(Vote.objects.count(), 494)
                get_user_model().objects.all().delete()
                self.assertFalse(Post.objects.exists())


class MigrationTests(TransactionTestCase):
    def test_no_migration_is_missing(self):
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)

    def test_the_posts_of_an_older_version_survive(self):
        executor = MigrationExecutor(connection)
        executor.migrate([("forum", "0001_initial")])
        apps = executor.loader.project_state([("forum", "0001_initial")]).apps
        author = apps.get_model("auth", "User").objects.create(username="mira")
        posts = apps.get_model("forum", "Post").objects
        question = posts.create(author=author, title="Old question", body="Old body")
        posts.create(author=author, parent=question, body="Old answer")

        call_command("migrate", verbosity=0)
        page = self.client.get(f"/p/{question.pk}/")
        self.assertContains(page, "Old answer")
        self.assertEqual(Post.objects.for_lists().get(pk=question.pk).answer_count, 1)
