from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django_tasks_db.models import DBTaskResult

from dongxun.kernel import actors, clock, jobs, tasks
from dongxun.kernel.actors import Actor, ActorKind, Grant, Interval, Role
from dongxun.kernel.contracts import JobState
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.models import Job

EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou():
    grant = Grant(Role.ORGANISER, uuid4(), Interval(1, 10))
    return Actor(ActorKind.ACCOUNT, id=uuid4(), label="周明远", grants=(grant,))


@pytest.fixture(autouse=True)
def rights(monkeypatch):
    """What accounts may do by the time a job is taken up; None for a closed one."""
    held: dict[object, Actor | None] = {}
    monkeypatch.setattr(actors, "_current", [lambda actor: held.get(actor.id, actor)])
    return held


@pytest.fixture
def counting(monkeypatch):
    """A job that counts to its payload's number in durable steps; ``fault`` may stop it."""
    counted: list[int] = []
    faults: dict[int, Exception] = {}

    def count(run: jobs.JobRun):
        for number in range(run.cursor.get("next", 0), run.payload["to"]):
            if fault := faults.pop(number, None):
                raise fault
            counted.append(number)
            run.save({"next": number + 1}, done=number + 1, total=run.payload["to"])
        return {"message": f"{run.actor.label} {run.payload['to']}"}

    monkeypatch.setitem(jobs._functions, "tests.count", count)
    return SimpleNamespace(counted=counted, faults=faults)


def start(by, to=3):
    return jobs.start("tests.count", "数一数", {"to": to}, by=by)


def test_a_job_runs_as_whoever_started_it_and_keeps_its_result(counting, zhou):
    job = start(zhou)

    assert tasks.do_jobs() == 1

    job.refresh_from_db()
    assert (job.state, job.done_count, job.total_count) == (JobState.DONE, 3, 3)
    assert job.result == {"message": "周明远 3"}
    assert tasks.do_jobs() == 0


def test_an_actor_comes_back_as_it_was_frozen(zhou):
    assert actors.thaw(actors.freeze(zhou)) == zhou
    assert actors.thaw(actors.freeze(Actor.system("tests"))) == Actor.system("tests")


def test_a_job_acts_with_the_rights_of_now_and_not_of_its_start(counting, zhou, rights):
    job = start(zhou)
    rights[zhou.id] = Actor(ActorKind.ACCOUNT, id=zhou.id, label="周明远（新）")

    jobs.run_waiting()

    job.refresh_from_db()
    assert job.result == {"message": "周明远（新） 3"}


def test_a_job_of_an_account_that_was_closed_does_nothing(counting, zhou, rights):
    job = start(zhou)
    rights[zhou.id] = None

    jobs.run_waiting()

    job.refresh_from_db()
    assert (job.state, counting.counted) == (JobState.FAILED, [])
    assert "停用" in job.error


def test_a_job_that_breaks_goes_on_from_its_cursor(counting, zhou):
    counting.faults[2] = RuntimeError("a bug")
    job = start(zhou, to=4)

    jobs.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.done_count) == (JobState.DONE, 4)
    assert counting.counted == [0, 1, 2, 3]


def test_a_job_whose_worker_died_is_taken_up_when_its_lease_is_stale(counting, zhou):
    with clock.frozen(EIGHT):
        job = start(zhou)
        died = Job.objects.filter(id=job.id)
        died.update(state=JobState.RUNNING, lease=uuid4(), cursor={"next": 1}, tries=1)
    with clock.frozen(EIGHT + timedelta(seconds=29)):
        assert jobs.sweep() == 0
    with clock.frozen(EIGHT + timedelta(seconds=31)):
        assert jobs.sweep() == 1
        assert jobs.run_waiting() == 1

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert counting.counted == [1, 2]


def test_a_worker_that_lost_its_lease_stops_and_changes_nothing(counting, zhou):
    job = start(zhou)

    def steal(run):
        Job.objects.filter(id=job.id).update(lease=uuid4())
        run.save({"next": 99}, done=99)

    jobs._functions["tests.count"] = steal
    jobs.run(job.id)

    job.refresh_from_db()
    assert (job.state, job.cursor, job.done_count) == (JobState.RUNNING, {}, 0)


def test_a_job_is_run_once_however_often_it_is_queued(counting, zhou):
    job = start(zhou)

    assert jobs.run(job.id)
    assert not jobs.run(job.id)
    assert counting.counted == [0, 1, 2]


def test_a_poisoned_job_is_given_up_after_five_tries(counting, zhou):
    job = start(zhou)

    def poison(run):
        raise RuntimeError

    jobs._functions["tests.count"] = poison
    jobs.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.tries) == (JobState.FAILED, jobs.MAX_TRIES)
    assert "停了几次" in job.error


def test_a_job_that_kills_its_worker_five_times_is_given_up(counting, zhou):
    job = start(zhou)
    dead = {"state": JobState.RUNNING, "lease": uuid4(), "tries": jobs.MAX_TRIES}
    Job.objects.filter(id=job.id).update(**dead)

    jobs.sweep(timedelta(0))

    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_a_refusal_ends_the_job_with_its_words(counting, zhou):
    counting.faults[1] = Conflict("名册已经变了")
    job = start(zhou)

    jobs.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.error, job.tries) == (JobState.FAILED, "名册已经变了", 1)


def test_a_job_lost_by_the_queue_is_queued_again(counting, zhou):
    with clock.frozen(EIGHT):
        start(zhou)
        DBTaskResult.objects.all().delete()
    with clock.frozen(EIGHT + timedelta(minutes=1)):
        jobs.sweep()

    assert tasks.do_jobs() == 1
    assert counting.counted == [0, 1, 2]


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(counting, zhou):
    waiting = start(zhou)
    assert jobs.cancel(waiting.id, by=zhou).state == JobState.CANCELLED

    running = start(zhou)
    Job.objects.filter(id=running.id).update(cancel_requested=True)
    jobs.run(running.id)

    running.refresh_from_db()
    assert running.state == JobState.CANCELLED
    assert counting.counted == [0]


def test_a_job_is_its_owners_alone(counting, zhou):
    job = start(zhou)
    wu = Actor(ActorKind.ACCOUNT, id=uuid4(), label="吴思远", grants=zhou.grants)

    assert jobs.get(job.id, by=zhou) == job
    assert jobs.last_of(zhou) == [job]
    for stranger in (wu, Actor.public()):
        with pytest.raises(NotFound):
            jobs.get(job.id, by=stranger)
        with pytest.raises(NotFound):
            jobs.cancel(job.id, by=stranger)


def test_an_unknown_kind_cannot_be_started(zhou):
    with pytest.raises(ValueError, match=r"tests\.nothing"):
        jobs.start("tests.nothing", "", by=zhou)
