from django.contrib.auth import views as auth
from django.urls import path

from . import views

urlpatterns = [
    path("", views.post_list, name="post_list"),
    path("ask/", views.ask, name="ask"),
    path("p/<int:pk>/", views.post, name="post"),
    path("p/<int:pk>/answer/", views.answer, name="answer"),
    path("p/<int:pk>/edit/", views.edit, name="edit"),
    path("p/<int:pk>/vote/", views.vote, name="vote"),
    path("p/<int:pk>/accept/", views.accept, name="accept"),
    path("tags/", views.tag_list, name="tag_list"),
    path("t/<slug:name>/", views.tag, name="tag"),
    path("users/", views.user_list, name="user_list"),
    path("u/<int:pk>/", views.user, name="user"),
    path("profile/", views.edit_profile, name="edit_profile"),
    path("signup/", views.sign_up, name="sign_up"),
    path("login/", auth.LoginView.as_view(template_name="forum/login.html"), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("search/", views.search, name="search"),
    path("boom/", views.boom, name="boom"),
]
