import logging

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from haystack.query import SearchQuerySet

from .models import Post

logger = logging.getLogger(__name__)

POSTS_PER_PAGE = 30


def post_list(request):
    questions = Post.objects.questions().select_related("author").annotate(answer_count=Count("answers"))
    questions = questions.order_by("-created", "-pk")  # a query that groups has no default order
    page = Paginator(questions, POSTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "forum/post_list.html", {"page": page})


def post(request, pk):
    post = get_object_or_404(Post.objects.select_related("author"), pk=pk)
    if not post.is_question:
        return redirect(post)
    answers = post.answers.select_related("author").order_by("created", "pk")
    return render(request, "forum/post.html", {"post": post, "answers": answers})


def search(request):
    query = request.GET.get("q", "").strip()
    context = {"query": query}
    if not query:
        return render(request, "forum/search.html", context)
    try:
        results = SearchQuerySet().models(Post).auto_query(query).load_all()
        context["page"] = Paginator(results, POSTS_PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "forum/search.html", context)
    except Exception:
        # Every search engine has errors of its own. The forum outlives them all.
        logger.exception("The search for %r failed", query)
        return render(request, "forum/search.html", {"query": query, "failed": True}, status=503)


def boom(request):
    """An error on purpose, for those who want to see a traceback."""
    if not settings.DEBUG:
        raise Http404
    raise RuntimeError("boom: this view raises on purpose")
