from django.utils.functional import SimpleLazyObject

from .models import SiteText


def site_texts(request):
    """The site's texts by name; read from the database only when a template uses them."""
    return {"site_texts": SimpleLazyObject(lambda: dict(SiteText.objects.values_list("name", "text")))}
