"""The room as a Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.planning"
    label = "planning"

    def ready(self) -> None:
        """Speak beside lecturers, zones, homes and posts of the rooms below."""
        from dongxun.kernel import beside
        from dongxun.planning import accepted
        from dongxun.planning.beside import (
            of_cohorts,
            of_dispatch,
            of_homes,
            of_lecturers,
            of_lost_places,
            of_missed,
            of_posts,
            of_zones,
        )

        beside.tell("lecturer", of_lecturers)
        beside.tell("zones", of_zones)
        beside.tell("homes", of_homes)
        beside.tell("dispatch", of_dispatch)
        beside.tell("plan_ways", accepted.ways)
        beside.tell("plan", accepted.plans)
        beside.tell("lost_lecturer", of_lecturers)
        beside.tell("lost_place", of_lost_places)
        beside.tell("missed", of_missed)
        beside.tell("post", of_posts)
        beside.tell("cohort", of_cohorts)
