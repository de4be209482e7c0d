"""The same table in Django's admin: its change list as it comes, with login and permission check."""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

FOLDER = os.environ["BENCH_FOLDER"]
settings.configure(
    SECRET_KEY="bench" * 10,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "bench.ledger_sides.django_app.Bench",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{FOLDER}/django.sqlite", "CONN_MAX_AGE": None},
        "ledger": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_TABLE"], "CONN_MAX_AGE": None},
    },
    DATABASE_ROUTERS=[f"{__name__}.Router"],
    STATIC_URL="/static/", LANGUAGE_CODE="zh-hans", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)  # fmt: skip


class Router:
    """The ledger lies in the console's database, the accounts in Django's own."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        return "ledger" if model._meta.app_label == "bench" else "default"

    db_for_write = db_for_read

    def allow_relation(self, *_: Any, **__: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return db == "default" and app_label != "bench"


django.setup()

from django.contrib import admin  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class Author(models.Model):
    display_name = models.CharField(max_length=120)

    class Meta:
        app_label, managed, db_table = "bench", False, "user_account"

    def __str__(self) -> str:
        return str(self.display_name)


class Entry(models.Model):
    STATES = tuple((each, each) for each in ("draft", "submitted", "verified", "returned", "withdrawn"))

    contract_id = models.BigIntegerField()
    ledger = models.CharField(max_length=60)
    number = models.BigIntegerField()
    business_date = models.DateField()
    state = models.CharField(max_length=20, choices=STATES)
    author = models.ForeignKey(Author, models.DO_NOTHING)
    fields = models.JSONField()
    warnings = models.JSONField()

    class Meta:
        app_label, managed, db_table = "bench", False, "ledger_entry"


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ("number", "business_date", "enterprise", "post", "vacancies", "published", "author", "state")
    list_filter = ("state",)
    list_per_page = 50
    list_select_related = ("author",)
    ordering = ("-business_date", "-id")

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(contract_id=1, ledger="job_posting")

    @admin.display(description="企业")
    def enterprise(self, entry: Entry) -> str:
        return str(entry.fields["enterprise"]["name"])

    @admin.display(description="岗位")
    def post(self, entry: Entry) -> str:
        return str(entry.fields["post"])

    @admin.display(description="人数")
    def vacancies(self, entry: Entry) -> int:
        return int(entry.fields["vacancies"])

    @admin.display(description="已发布", boolean=True)
    def published(self, entry: Entry) -> bool:
        return bool(entry.fields["published"])


urlpatterns = [path("admin/", admin.site.urls)]


def prepare() -> None:
    """Its own tables and one administrator."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    users = get_user_model()
    if not users.objects.filter(username="bench").exists():
        users.objects.create_superuser("bench", password="bench")


prepare()
app = get_wsgi_application()
