from io import StringIO

from django.contrib.auth import get_user_model
from django.core.management import call_command

from forum.models import Post, Tag


def run(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def make_user(name, **fields):
    """Without a password: that is slow to make, and `force_login` needs none."""
    return get_user_model().objects.create_user(name, **fields)


def make_question(author, title="How do I sort a BAM file?", body="By name, not by position.", tags=(), **fields):
    question = Post.objects.create(author=author, title=title, body=body, **fields)
    question.tags.set([Tag.objects.get_or_create(name=name)[0] for name in tags])
    return question


def make_answer(question, author, body="samtools sort -n does that.", **fields):
    return Post.objects.create(author=author, parent=question, body=body, **fields)
