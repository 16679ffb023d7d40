from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class PostQuerySet(models.QuerySet):
    def questions(self):
        return self.filter(parent=None)


class Post(models.Model):
    """A question, or an answer: a post whose parent is a question."""

    title = models.CharField(max_length=200, blank=True, help_text="Of a question; an answer has none.")
    body = models.TextField(help_text="Paragraphs; lines indented by four spaces are code.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        related_name="answers",
        limit_choices_to={"parent": None},
        null=True,
        blank=True,
        help_text="The question that this post answers.",
    )
    created = models.DateTimeField(default=timezone.now, db_index=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="questions_have_a_title",
                condition=Q(parent__isnull=False) | ~Q(title=""),
                violation_error_message="A question needs a title.",
            ),
        ]

    def __str__(self):
        return self.title if self.is_question else f"Answer to: {self.parent.title}"

    @property
    def is_question(self):
        return self.parent_id is None

    def get_absolute_url(self):
        if self.is_question:
            return reverse("post", args=[self.pk])
        return reverse("post", args=[self.parent_id]) + f"#p{self.pk}"


class SiteText(models.Model):
    """A text of the site that is edited in the admin, not in a template."""

    name = models.SlugField(primary_key=True)
    text = models.TextField()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
