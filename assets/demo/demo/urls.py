from django.contrib import admin
from django.urls import include, path

admin.site.site_header = "Demo forum"
admin.site.site_title = "Demo forum"
admin.site.index_title = "Administration"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("forum.urls")),
]
