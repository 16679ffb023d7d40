from django.contrib import admin

from .models import Post, SiteText


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["__str__", "author", "created"]
    list_filter = [("parent", admin.EmptyFieldListFilter), "created"]
    list_select_related = ["author", "parent"]
    search_fields = ["title", "body", "author__username"]
    autocomplete_fields = ["author", "parent"]
    date_hierarchy = "created"


@admin.register(SiteText)
class SiteTextAdmin(admin.ModelAdmin):
    list_display = ["name", "text"]
    search_fields = ["name", "text"]
