import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dongxun.files.models import ImportBatch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]
NEW = "/imports/new/tests.toy/"
TABLE = "编号,姓名,支部,入党时间\nA1,林小满,一支部,1991.5\n".encode()
BANNER = "其实是文本文件"


def send(client, raw, name):
    answer = client.post(NEW, {"file": SimpleUploadedFile(name, raw)}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_table_of_text_with_the_name_of_a_workbook_is_read_and_said_to_be_text(come_as, zhou):
    status, page = send(come_as(zhou), TABLE, "名册.xlsx")
    assert status == 200
    assert BANNER in page
    assert "林小满" in page


def test_a_text_under_its_own_name_is_read_without_a_word(come_as, zhou):
    status, page = send(come_as(zhou), TABLE, "名册.csv")
    assert status == 200
    assert BANNER not in page


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("今天开会，请大家准时。".encode(), "这不是 Excel 工作簿，是文本文件"),
        ("第一行\n第二行\n".encode("gb18030"), "这不是 Excel 工作簿，是文本文件"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    ],
)
def test_what_only_has_the_name_of_a_workbook_is_refused_with_what_to_do(come_as, zhou, raw, words):
    status, page = send(come_as(zhou), raw, "名册.xlsx")
    assert status == 422
    assert words in page
    assert "另存为" in page or "存为" in page
    assert not ImportBatch.objects.exists()
