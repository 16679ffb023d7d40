from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

from forum.models import SiteText

ADMIN_NAME = "admin"
ADMIN_PASSWORD = "admin"

SITE_TEXTS = {
    "title": "Demo forum",
    "tagline": "Questions and answers about bioinformatics",
    "footer": "A demo. The people are made up, the problems are not.",
}


class Command(BaseCommand):
    help = "Creates the admin account and the site's texts. What is there already is left as it is."

    @transaction.atomic
    def handle(self, **options):
        User = get_user_model()
        if User.objects.filter(username=ADMIN_NAME).exists():
            self.stdout.write(f"The account {ADMIN_NAME!r} exists: left as it is.")
        else:
            User.objects.create_superuser(ADMIN_NAME, "admin@example.org", ADMIN_PASSWORD)
            self.stdout.write(
                f"Created the account {ADMIN_NAME!r} with the password {ADMIN_PASSWORD!r}: "
                "change it before anybody else can reach this site."
            )

        for name, text in SITE_TEXTS.items():
            _, created = SiteText.objects.get_or_create(name=name, defaults={"text": text})
            self.stdout.write(f"Text {name!r}: {'created' if created else 'exists, left as it is'}.")
