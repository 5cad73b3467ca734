"""A process to be killed: ``python -m dongxun.files.tests.killed begin|work``, on its own SQLite."""

import os
import sys

ROWS = 600
CHUNK = 50


def begin() -> None:
    """Make the tables, and leave an import checked and set off."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from dongxun.files.services import batches
    from dongxun.files.tests.make import make_batch
    from dongxun.kernel.actors import Actor

    system = Actor.system("tests")
    rows = [[f"A{n:05}", "林小满", "一支部", "1991.05", ""] for n in range(ROWS)]
    batches.apply(by=system, batch_id=make_batch(system, rows).id)


def work() -> None:
    """Do as the embedded worker does, until nothing is left to do."""
    from dongxun.kernel import tasks
    from dongxun.kernel.jobs import OVER
    from dongxun.kernel.models import Job

    tasks.take_up_all()
    while Job.objects.exclude(state__in=OVER).exists():
        tasks.do_jobs()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from dongxun.files import registry
    from dongxun.files.services import applying
    from dongxun.files.tests.toy import Toy

    applying.CHUNK = CHUNK
    registry.register(Toy())
    {"begin": begin, "work": work}[sys.argv[1]]()
