from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

from .models import Post, Profile, SiteText, Tag, Vote

User = get_user_model()


class AnswerInline(admin.StackedInline):
    model = Post
    verbose_name = "answer"
    verbose_name_plural = "answers"
    fields = ["body", "author", "created", "accepted"]
    autocomplete_fields = ["author"]
    extra = 0
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author", "parent")


class VoteInline(admin.TabularInline):
    model = Vote
    autocomplete_fields = ["user"]
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "post__parent")


class ProfileInline(admin.StackedInline):
    model = Profile


class AnsweredFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("unanswered", "unanswered"), ("accepted", "accepted answers")]

    def queryset(self, request, queryset):
        if self.value() == "unanswered":
            return queryset.unanswered()
        return queryset.filter(accepted=True) if self.value() == "accepted" else queryset


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["__str__", "author", "created", "score"]
    list_filter = [("parent", admin.EmptyFieldListFilter), AnsweredFilter, "created", "tags"]
    list_select_related = ["author", "parent"]
    search_fields = ["title", "body", "author__username"]
    autocomplete_fields = ["author", "parent", "tags"]
    date_hierarchy = "created"
    inlines = [AnswerInline, VoteInline]

    def get_queryset(self, request):
        return super().get_queryset(request).with_score()

    def get_inlines(self, request, obj):
        is_answer = obj is not None and not obj.is_question
        return [VoteInline] if is_answer else self.inlines

    @admin.display(ordering="score")
    def score(self, post):
        return post.score


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "description"]
    search_fields = ["name", "description"]


@admin.register(Vote)
class VoteAdmin(admin.ModelAdmin):
    list_display = ["post", "user", "created"]
    list_filter = ["created"]
    list_select_related = ["user", "post__parent"]
    search_fields = ["post__title", "post__parent__title", "user__username"]
    autocomplete_fields = ["post", "user"]
    date_hierarchy = "created"


@admin.register(Profile)
class ProfileAdmin(admin.ModelAdmin):
    list_display = ["user", "location"]
    list_select_related = ["user"]
    search_fields = ["user__username", "location", "about"]
    autocomplete_fields = ["user"]


@admin.register(SiteText)
class SiteTextAdmin(admin.ModelAdmin):
    list_display = ["name", "text"]
    search_fields = ["name", "text"]


admin.site.unregister(User)


@admin.register(User)
class UserWithProfileAdmin(UserAdmin):
    inlines = [ProfileInline]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []
