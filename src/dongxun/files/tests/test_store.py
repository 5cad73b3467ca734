from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongxun.files import store, tasks
from dongxun.files.contracts import ImportMoved
from dongxun.files.models import Export, ImportBatch, ImportChange, ImportRow, Upload
from dongxun.files.services import batches, exports, purging
from dongxun.files.tests.make import make_batch, match_as_found, run
from dongxun.kernel import clock, worker
from dongxun.kernel.errors import NotFound

EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def kept_file(folder):
    [path] = [path for path in (folder / "files").rglob("*") if path.is_file()]
    return path


def test_of_a_file_that_breaks_off_nothing_stays_on_the_disk(settings):
    def pieces():
        yield b"x" * (store.FRAME + 1)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - ours
        store.put(pieces())

    assert not [path for path in settings.VAR.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, store.FRAME - 1, store.FRAME, store.FRAME * 2 + 7])
def test_a_file_comes_out_as_it_went_in_whatever_its_size(size):
    body = (b"0123456789abcdef" * (size // 16 + 1))[:size]

    kept = store.put([body[: size // 3], body[size // 3 :]])

    assert store.read(kept.path) == body
    assert kept.size == size


def test_a_part_is_read_without_opening_the_frames_before_and_after(settings):
    body = bytes(range(256)) * 12_300
    kept = store.put([body])
    part = store.Sealed(kept.path, kept.size)
    edge = store.FRAME * 2
    for start, stop in ((edge - 3, edge + 3), (edge, kept.size), (5, 5), (-7, None)):
        assert part[start:stop] == body[start:stop]
    file = settings.VAR / "files" / kept.path[-2:] / kept.path
    file.write_bytes(b"\0" * 999 + file.read_bytes()[999:])
    assert part[edge : edge + 9] == body[edge : edge + 9]
    with pytest.raises(ValueError, match="does not open"):
        part[:9]


@hypothesis.settings(max_examples=25)
@given(st.lists(st.binary(max_size=3000), max_size=6))
def test_pieces_of_any_size_make_the_same_file(pieces):
    assert store.read(store.put(pieces).path) == b"".join(pieces)


@pytest.mark.parametrize("at", [6, 40, -1])
def test_a_file_changed_on_disk_does_not_open(settings, at):
    kept = store.put([b"canary" * 100])
    path = kept_file(settings.VAR)
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)

    with pytest.raises(ValueError, match="does not open"):
        store.read(kept.path)


def test_a_file_cut_off_at_a_frame_does_not_open(settings):
    kept = store.put([b"x" * (store.FRAME * 2 + 5)])
    path = kept_file(settings.VAR)
    path.write_bytes(path.read_bytes()[: store.FRAME + 32])

    with pytest.raises(ValueError, match="does not open"):
        store.read(kept.path)


def test_nothing_readable_lies_on_disk(settings):
    store.put([b"canary" * 1000])

    assert b"canary" not in kept_file(settings.VAR).read_bytes()


@pytest.mark.django_db
def test_exports_go_after_thirty_days(zhou, settings):
    with clock.frozen(EIGHT):
        about = {"kind": "t", "name": "台账.zip", "content_type": "application/zip"}
        export = exports.keep_export(by=zhou, pieces=[b"x"], **about)
    with clock.frozen(EIGHT + timedelta(days=29, hours=23)):
        purging.purge()
        assert exports.open_export(by=zhou, export_id=export.id)[0] == export
    with clock.frozen(EIGHT + timedelta(days=30, seconds=1)):
        purging.purge()

    assert not [path for path in settings.VAR.rglob("*") if path.is_file()]
    assert Export.objects.get().removed_at is not None
    with pytest.raises(NotFound):
        exports.open_export(by=zhou, export_id=export.id)


@pytest.mark.django_db
def test_an_export_of_a_job_that_is_run_again_is_kept_once(zhou, toy):
    about = {"kind": "t", "name": "台账.zip", "content_type": "application/zip"}
    batch = make_batch(zhou)

    first = exports.keep_export(by=zhou, pieces=[b"x"], job_id=batch.job_id, **about)
    again = exports.keep_export(by=zhou, pieces=[b"x"], job_id=batch.job_id, **about)

    assert first == again


@pytest.mark.django_db
def test_rows_and_changes_of_an_import_go_when_it_cannot_be_taken_back_any_more(zhou, toy):
    with clock.frozen(EIGHT):
        batch = make_batch(zhou)
        batches.apply(by=zhou, batch_id=batch.id)
        run(batch)
    with clock.frozen(EIGHT + timedelta(hours=23)):
        purging.purge()
        assert ImportChange.objects.count() == 3
    with clock.frozen(EIGHT + timedelta(hours=25)):
        purging.purge()

    assert not ImportRow.objects.exists()
    assert not ImportChange.objects.exists()
    batch = ImportBatch.objects.get()
    assert (batch.counts["written"], batch.emptied_at is not None) == (3, True)


@pytest.mark.django_db
def test_an_import_left_lying_is_emptied_after_a_week(zhou, toy, settings, come_as):
    with clock.frozen(EIGHT):
        make_batch(zhou)
    with clock.frozen(EIGHT + timedelta(days=7, seconds=1)):
        purging.purge()

    assert not ImportRow.objects.exists()
    assert "sample" not in ImportBatch.objects.get().mapping
    assert Upload.objects.get().removed_at is not None
    batch = ImportBatch.objects.get()
    with pytest.raises(ImportMoved):
        match_as_found(batch, zhou)
    assert "放了一周" in come_as(zhou).get(f"/imports/{batch.id}/").content.decode()
    assert not [path for path in settings.VAR.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_the_worker_purges_now_and_then():
    calls = []
    turn = worker.seldom(tasks.PURGE_EVERY_S, lambda: calls.append(1))

    assert [turn(), turn()] == [0, 0]
    assert calls == [1]
