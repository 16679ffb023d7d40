from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone


def count_of(related, field):
    """
    The number of `related` objects whose `field` is the outer query's object. A
    subquery, because two counts by joins in one query multiply each other.
    """
    related = related.filter(**{field: OuterRef("pk")}).order_by().values(field)
    count = related.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count, output_field=models.IntegerField()), Value(0))


class Tag(models.Model):
    """What a question is about. Its name is its key, so that a fixture and a site agree on it."""

    name = models.SlugField(primary_key=True)
    description = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("tag", args=[self.name])


class PostQuerySet(models.QuerySet):
    def questions(self):
        return self.filter(parent=None)

    def unanswered(self):
        return self.questions().filter(~Exists(Post.objects.filter(parent=OuterRef("pk"))))

    def with_score(self):
        """
        Every post with its number of votes. Counted and not kept in a column: a
        fixture that is loaded again must not take the votes of a site away.
        """
        return self.annotate(score=count_of(Vote.objects, "post"))

    def for_lists(self):
        """Everything that a list shows of its posts."""
        accepted = Post.objects.filter(parent=OuterRef("pk"), accepted=True)
        return (
            self.with_score()
            .annotate(answer_count=count_of(Post.objects, "parent"), is_solved=Exists(accepted))
            .select_related("author", "parent")
            .prefetch_related("tags")
        )

    def with_vote_of(self, user):
        """Every post with whether this user has voted for it."""
        return self.annotate(is_voted=Exists(Vote.objects.filter(post=OuterRef("pk"), user=user.pk)))


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
    edited = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False, help_text="The answer that solved the problem of the one who asked.")
    tags = models.ManyToManyField(Tag, related_name="posts", blank=True, help_text="Of a question; an answer has none.")

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="questions_have_a_title",
                condition=Q(parent__isnull=False) | ~Q(title=""),
                violation_error_message="A question needs a title.",
            ),
            models.CheckConstraint(
                name="only_answers_are_accepted",
                condition=Q(accepted=False) | Q(parent__isnull=False),
                violation_error_message="Only an answer can be accepted.",
            ),
            models.UniqueConstraint(
                name="one_accepted_answer_per_question",
                fields=["parent"],
                condition=Q(accepted=True),
                violation_error_message="Another answer is accepted already.",
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


class Vote(models.Model):
    """One user's vote for one post. There are none against."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_vote_per_user_and_post",
                fields=["post", "user"],
                violation_error_message="This user has voted for this post already.",
            ),
        ]

    def __str__(self):
        return f"{self.user} for {self.post}"


class Profile(models.Model):
    """What users tell about themselves; those who tell nothing have none."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    location = models.CharField(max_length=100, blank=True)
    about = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["user__username"]

    def __str__(self):
        return self.user.get_username()

    def get_absolute_url(self):
        return reverse("user", args=[self.pk])


class SiteText(models.Model):
    """A text of the site that is edited in the admin, not in a template."""

    name = models.SlugField(primary_key=True)
    text = models.TextField()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
