from pathlib import Path

import pytest
import xlsxwriter

from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import SEASON_ROW
from dongxun.coverage.models import Cell
from dongxun.files import api as files
from dongxun.files.models import ImportChange
from dongxun.kernel import jobs, outbox
from dongxun.ledger import api as ledger
from dongxun.ledger.tests.make import make_fact
from dongxun.people.contracts import Status
from dongxun.people.models import Person
from dongxun.seasons.models import Participation
from tests.cast import SYSTEM, Cast

NAMES = ("王小明", "李红", "赵强")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def bring_in(cast: Cast, folder: Path):
    path = folder / "名册.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "出生年月", "入党时间"])
        for line, name in enumerate(NAMES, start=1):
            sheet.write_row(line, 0, [name, "1985.05", "2012.07"])
    batch = files.import_file(
        by=SYSTEM, kind="people.roster", path=path, organisation_id=cast.own.branch.id
    )
    while outbox.deliver():
        pass
    return batch


def take_back(batch):
    files.undo(by=SYSTEM, batch_id=batch.id)
    jobs.run_waiting()
    while outbox.deliver():
        pass


def eligible(cast: Cast) -> int:
    cell = Cell.objects.get(
        season_id=cast.season.id, organisation_id=cast.own.branch.id, topic_id=SEASON_ROW
    )
    return cell.eligible


def test_people_of_a_wrong_file_leave_no_trace_in_a_running_season(cast, tmp_path):
    coverage.rebuild(season_id=cast.season.id, by=SYSTEM)
    before = eligible(cast)
    batch = bring_in(cast, tmp_path)
    assert eligible(cast) == before + 3
    assert Participation.objects.filter(person__name__in=NAMES).count() == 3

    take_back(batch)

    assert not Person.objects.filter(name__in=NAMES).exists()
    assert not ImportChange.objects.exclude(kept="").exists()
    assert eligible(cast) == before
    assert coverage.rebuild(season_id=cast.season.id, by=SYSTEM) == 0


def test_whoever_has_learned_meanwhile_stays_and_comes_back_with_the_next_roster(cast, tmp_path):
    batch = bring_in(cast, tmp_path)
    wang = Person.objects.get(name="王小明")
    fact = make_fact(wang, season_id=cast.season.id, topic_id=cast.topics[0].id)
    ledger.record([fact], by=SYSTEM)

    take_back(batch)

    wang.refresh_from_db()
    assert wang.status == Status.TRANSFERRED
    assert ImportChange.objects.exclude(kept="").count() == 1
    assert not Person.objects.filter(name="李红").exists()
    bring_in(cast, tmp_path)
    wang.refresh_from_db()
    assert wang.status == Status.ACTIVE
    assert Person.objects.filter(name__in=NAMES).count() == 3
