"""A process to be killed: ``python -m dongxun.planning.tests.killed begin|work``, on its own SQLite."""

import os
import sys
import threading

SECONDS = 600


def begin() -> None:
    """Make the tables; set off a long search, and behind it an import."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from dongxun.files.services import batches
    from dongxun.files.tests.make import make_batch
    from dongxun.kernel import jobs
    from dongxun.kernel.actors import Actor
    from dongxun.organisations.tests.make import make_organisation
    from dongxun.planning.contracts import RunKind
    from dongxun.planning.services.asking import JOB, new_run
    from dongxun.seasons.tests.make import make_season
    from dongxun_planner.generate.district import district
    from dongxun_planner.wire import write

    system = Actor.system("tests")
    rows = [[f"A{n:05}", "林小满", "一支部", "1991.05", ""] for n in range(9)]
    batch = make_batch(system, rows)
    node = make_organisation("通州区", type_code="district")
    row = new_run(
        system,
        RunKind.SEASON,
        make_season(node).id,
        node,
        settings={"seconds": SECONDS, "seed": 1},
        problem=write(district(1, size=0.15)),
    )
    row.job_id = jobs.start(JOB, "季度课表", {"run": str(row.id)}, by=system).id
    row.save(update_fields=["job_id"])
    batches.apply(by=system, batch_id=batch.id)


def work() -> None:
    """Do as the embedded worker does, until killed."""
    from dongxun.kernel import worker

    worker.run_alone(threading.Event())


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from dongxun.files import registry
    from dongxun.files.tests.toy import Toy

    registry.register(Toy())
    {"begin": begin, "work": work}[sys.argv[1]]()
