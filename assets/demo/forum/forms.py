import re

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import UserCreationForm
from django.core.validators import MaxLengthValidator, MinLengthValidator, validate_slug
from django.db import transaction

from .models import Post, Profile, Tag

MOST_TAGS = 5
SHORTEST_BODY, LONGEST_BODY = 10, 20_000


class TagsField(forms.CharField):
    """Names of tags, with spaces or commas between; tags that do not exist yet are made when the form is saved."""

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else " ".join(tag.pk for tag in value)

    def to_python(self, value):
        names = re.split(r"[\s,]+", super().to_python(value).lower())
        return list(dict.fromkeys(name for name in names if name))

    def validate(self, names):
        super().validate(names)
        if len(names) > MOST_TAGS:
            raise forms.ValidationError(f"Not more than {MOST_TAGS} tags.")

    def run_validators(self, names):
        longest = MaxLengthValidator(Tag._meta.pk.max_length, "A tag has at most %(limit_value)d characters.")
        for name in names:
            validate_slug(name)
            longest(name)


class PostForm(forms.ModelForm):
    """What questions and answers have in common."""

    class Meta:
        model = Post
        fields = ["body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Its first line may be code, which is indented.
        self.fields["body"].strip = False

    def clean_body(self):
        body = self.cleaned_data["body"].replace("\r\n", "\n").strip("\n").rstrip()
        MinLengthValidator(SHORTEST_BODY)(body.strip())
        MaxLengthValidator(LONGEST_BODY)(body)
        return body


class AnswerForm(PostForm):
    class Meta(PostForm.Meta):
        labels = {"body": "Your answer"}


class QuestionForm(PostForm):
    # Of a form a question always has a title; `blank` in the model is for answers.
    title = forms.CharField(min_length=10, max_length=200)
    tags = TagsField(help_text=f"One to {MOST_TAGS}, with spaces between: rna-seq deseq2", widget=forms.TextInput)

    class Meta(PostForm.Meta):
        fields = ["title", "body", "tags"]

    def _save_m2m(self):
        names = self.cleaned_data["tags"]
        with transaction.atomic():
            Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
            self.instance.tags.set(names)


class ProfileForm(forms.ModelForm):
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)

    class Meta:
        model = Profile
        fields = ["first_name", "last_name", "location", "about"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.initial[name] = getattr(self.instance.user, name)

    @transaction.atomic
    def save(self):
        user = self.instance.user
        user.first_name = self.cleaned_data["first_name"]
        user.last_name = self.cleaned_data["last_name"]
        user.save(update_fields=["first_name", "last_name"])
        return super().save()


class SignUpForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = get_user_model()
