import logging
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from haystack.query import SearchQuerySet

from .forms import AnswerForm, ProfileForm, QuestionForm, SignUpForm
from .models import Post, Profile, Tag, Vote, count_of

logger = logging.getLogger(__name__)

POSTS_PER_PAGE = 30
USERS_PER_PAGE = 60
TAGS_PER_PAGE = 100

SORTS = {
    "newest": ["-created", "-pk"],
    "votes": ["-score", "-created", "-pk"],
    "unanswered": ["-created", "-pk"],
}


# Lists


def page_of(request, objects, size=POSTS_PER_PAGE):
    return Paginator(objects, size).get_page(request.GET.get("page"))


def show_questions(request, questions, **context):
    sort = request.GET.get("sort")
    if sort not in SORTS:
        sort = "newest"
    if sort == "unanswered":
        questions = questions.unanswered()
    page = page_of(request, questions.for_lists().order_by(*SORTS[sort]))
    return render(request, "forum/post_list.html", {"page": page, "sort": sort, "sorts": SORTS, **context})


def post_list(request):
    return show_questions(request, Post.objects.questions())


def tag_list(request):
    """The tags as a cloud, those with the most questions on the first page."""
    tags = Tag.objects.annotate(count=Count("posts")).filter(count__gt=0).order_by("-count", "name")
    page = page_of(request, tags, TAGS_PER_PAGE)
    most = max((tag.count for tag in page), default=0)
    for tag in page:
        tag.size = 1 + 4 * tag.count // (most + 1)  # 1 to 5
    cloud = sorted(page, key=lambda tag: tag.name)
    return render(request, "forum/tag_list.html", {"page": page, "cloud": cloud})


def tag(request, name):
    tag = get_object_or_404(Tag, pk=name)
    return show_questions(request, Post.objects.questions().filter(tags=tag), tag=tag)


def user_list(request):
    users = get_user_model().objects.annotate(
        post_count=count_of(Post.objects, "author"),
        score=count_of(Vote.objects, "post__author"),
    )
    page = page_of(request, users.order_by("-score", "username"), USERS_PER_PAGE)
    return render(request, "forum/user_list.html", {"page": page})


def user(request, pk):
    person = get_object_or_404(get_user_model().objects.select_related("profile"), pk=pk)
    counts = {
        "questions": person.posts.filter(parent=None).count(),
        "answers": person.posts.exclude(parent=None).count(),
        "accepted": person.posts.filter(accepted=True).count(),
        "score": Vote.objects.filter(post__author=person).count(),
    }
    page = page_of(request, person.posts.for_lists())
    return render(request, "forum/user.html", {"person": person, "counts": counts, "page": page})


def search(request):
    query = request.GET.get("q", "").strip()
    context = {"query": query}
    if not query:
        return render(request, "forum/search.html", context)
    try:
        results = SearchQuerySet().models(Post).auto_query(query).load_all()
        context["page"] = page_of(request, results)
        return render(request, "forum/search.html", context)
    except Exception:
        # Every search engine has errors of its own. The forum outlives them all.
        logger.exception("The search for %r failed", query)
        return render(request, "forum/search.html", {"query": query, "failed": True}, status=503)


# Posts


def show_question(request, question, form):
    answers = question.answers.with_score().with_vote_of(request.user).select_related("author")
    answers = answers.order_by("-accepted", "-score", "created", "pk")
    context = {"post": question, "answers": answers, "form": form}
    return render(request, "forum/post.html", context)


def question_or_404(request, pk):
    questions = Post.objects.questions().with_score().with_vote_of(request.user).select_related("author")
    return get_object_or_404(questions, pk=pk)


def post(request, pk):
    post = get_object_or_404(Post, pk=pk)
    if not post.is_question:
        return redirect(post)
    return show_question(request, question_or_404(request, pk), AnswerForm())


@login_required
def ask(request):
    form = QuestionForm(request.POST or None, instance=Post(author=request.user))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            question = form.save()
        return redirect(question)
    return render(request, "forum/post_form.html", {"form": form})


@login_required
def edit(request, pk):
    post = get_object_or_404(Post.objects.select_related("parent"), pk=pk)
    if post.author_id != request.user.pk:
        raise PermissionDenied
    kind = QuestionForm if post.is_question else AnswerForm
    form = kind(request.POST or None, instance=post)
    if request.method == "POST" and form.is_valid():
        post.edited = timezone.now()
        with transaction.atomic():
            form.save()
        return redirect(post)
    return render(request, "forum/post_form.html", {"form": form, "post": post})


def action_on_post(view):
    """
    A view that does something to a post: POST only, with a login. Who has to log
    in comes back to the post, and not to an address that refuses GET.
    """

    @require_POST
    @wraps(view)
    def wrapped(request, pk):
        post = get_object_or_404(Post.objects.select_related("parent"), pk=pk)
        if request.user.is_authenticated:
            return view(request, post)
        log_in = reverse("login") + "?" + urlencode({"next": post.get_absolute_url()})
        if wants_json(request):
            return JsonResponse({"error": "Log in first.", "login": log_in}, status=401)
        return redirect(log_in)

    return wrapped


def wants_json(request):
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


@action_on_post
def answer(request, post):
    if not post.is_question:
        raise Http404
    form = AnswerForm(request.POST, instance=Post(author=request.user, parent=post))
    if form.is_valid():
        return redirect(form.save())
    return show_question(request, question_or_404(request, post.pk), form)


@action_on_post
def vote(request, post):
    """`value` is 1 for a vote and 0 for none; the same request twice does what it does once."""
    if post.author_id == request.user.pk:
        error = "Your own posts are for others to vote for."
        if wants_json(request):
            return JsonResponse({"error": error}, status=403)
        messages.error(request, error)
        return redirect(post)

    wanted = request.POST.get("value") == "1"
    if wanted:
        Vote.objects.bulk_create([Vote(post=post, user=request.user)], ignore_conflicts=True)
    else:
        Vote.objects.filter(post=post, user=request.user).delete()
    if wants_json(request):
        return JsonResponse({"score": post.votes.count(), "voted": wanted})
    return redirect(post)


@action_on_post
def accept(request, post):
    """`value` is 1 to accept this answer in place of any other, 0 to accept none."""
    if post.is_question:
        raise Http404
    if post.parent.author_id != request.user.pk:
        raise PermissionDenied
    with transaction.atomic():
        # Two requests at once: the second waits here for the first.
        Post.objects.select_for_update().get(pk=post.parent_id)
        post.parent.answers.filter(accepted=True).update(accepted=False)
        if request.POST.get("value") == "1":
            Post.objects.filter(pk=post.pk).update(accepted=True)
    return redirect(post)


# Accounts


@sensitive_post_parameters()
def sign_up(request):
    if request.user.is_authenticated:
        return redirect("post_list")
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())
        return redirect(next_page(request))
    return render(request, "forum/sign_up.html", {"form": form, "next": request.GET.get("next", "")})


def next_page(request):
    """Where the form was asked to lead afterwards, unless that is another site."""
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe else settings.LOGIN_REDIRECT_URL


@login_required
def edit_profile(request):
    profile = Profile.objects.filter(user=request.user).first() or Profile()
    profile.user = request.user
    form = ProfileForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        return redirect(form.save())
    return render(request, "forum/profile_form.html", {"form": form})


def boom(request):
    """An error on purpose, for those who want to see a traceback."""
    if not settings.DEBUG:
        raise Http404
    raise RuntimeError("boom: this view raises on purpose")
