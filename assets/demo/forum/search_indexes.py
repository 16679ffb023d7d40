from haystack import indexes

from .models import Post


class PostIndex(indexes.SearchIndex, indexes.Indexable):
    """
    Every post is one document, answers too; its text (title, body, tags) comes
    from search/indexes/forum/post_text.txt.
    """

    text = indexes.CharField(document=True, use_template=True)
    author = indexes.CharField(model_attr="author__username")
    created = indexes.DateTimeField(model_attr="created")

    def get_model(self):
        return Post

    def index_queryset(self, using=None):
        return Post.objects.select_related("author").prefetch_related("tags")

    def read_queryset(self, using=None):
        """The posts of a page of results."""
        return Post.objects.for_lists()
