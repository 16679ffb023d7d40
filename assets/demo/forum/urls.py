from django.urls import path

from . import views

urlpatterns = [
    path("", views.post_list, name="post_list"),
    path("p/<int:pk>/", views.post, name="post"),
    path("search/", views.search, name="search"),
    path("boom/", views.boom, name="boom"),
]
