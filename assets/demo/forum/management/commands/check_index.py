import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from haystack.query import SearchQuerySet

from forum.models import Post


class Command(BaseCommand):
    help = "Fails unless the search index holds exactly the posts that the database holds."

    def handle(self, **options):
        path = settings.HAYSTACK_CONNECTIONS["default"].get("PATH")
        if path and not os.path.isdir(path):
            # A look at a missing index would create an empty one.
            raise CommandError(f"There is no search index at {path}: run rebuild_index.")

        posts = set(Post.objects.values_list("pk", flat=True))
        indexed = SearchQuerySet().models(Post).values_list("pk", flat=True)
        # In one slice: one by one it would search again for every ten of them.
        documents = [int(pk) for pk in indexed[: indexed.count()]]
        missing = posts - set(documents)
        stale = set(documents) - posts
        summary = f"{len(documents)} documents in the index, {len(posts)} posts in the database"
        if missing or stale or len(documents) != len(posts):
            raise CommandError(f"{summary} ({len(missing)} missing, {len(stale)} stale): run rebuild_index.")
        self.stdout.write(f"{summary}.")
