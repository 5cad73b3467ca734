"""Bring the database up to date; an empty one gets today's tables at once.

Django walks through every migration there ever was and draws all models anew at
each step, which takes half a minute of a processor before anybody has entered
anything. Our migrations mend what older databases hold, so an empty database
needs none of them: it gets the tables of the models and the word that all
migrations are done. ``--step-by-step`` walks through them all the same;
``tests/house/test_migrations.py`` shows that both ways lead to the same tables.
"""

from typing import Any

from django.apps import apps
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import override_settings


class Command(migrate.Command):
    """Django's own, but for an empty database."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--step-by-step",
            action="store_true",
            help="Walk through every migration, in an empty database too.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        whole = not (options["app_label"] or options["plan"] or options["check_unapplied"])
        step_by_step = options.pop("step_by_step", False)
        if whole and not step_by_step and not options["fake"]:
            alias = options["database"]
            if not connections[alias].introspection.table_names():
                self._make_at_once(alias, *args, **options)
                return
        super().handle(*args, **options)

    def _make_at_once(self, alias: str, *args: Any, **options: Any) -> None:
        """Make all tables and note all migrations, or nothing if it breaks off."""
        connection = connections[alias]
        history = list(MigrationLoader(connection).disk_migrations)
        no_history = {app.label: None for app in apps.get_app_configs()}
        # SQLite makes tables only while it does not watch keys, and that is set outside.
        with connection.constraint_checks_disabled(), transaction.atomic(using=alias):
            with override_settings(MIGRATION_MODULES=no_history):
                super().handle(*args, **options | {"run_syncdb": True})
            recorder = MigrationRecorder(connection)
            recorder.ensure_schema()
            for app, name in history:
                recorder.record_applied(app, name)
