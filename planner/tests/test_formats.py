"""Files of published benchmarks that say what cannot be are refused with a place, none with a traceback."""

import io
import json

import numpy as np
import pytest

from dongxun_planner import cli
from dongxun_planner.formats import itc2007, pmed

SOLOMON = (
    "R\n\nVEHICLE\nNUMBER CAPACITY\n 25 200\n\nCUSTOMER\nCUST NO. XCOORD.\n\n0 35 35 0 0 230 0\n"
)
VRP = (
    "NAME : tiny\nDIMENSION : 3\nVEHICLES : 2\nCAPACITY : 10\nEDGE_WEIGHT_TYPE : EUC_2D\n"
    "NODE_COORD_SECTION\n1 0 0\n2 {x} 4\n3 0 1.06\nDEMAND_SECTION\n1 0\n2 {demand}\n3 6\n"
    "DEPOT_SECTION\n1\n-1\n"
)
CTT = (
    "Name: T\nCourses: 2\nRooms: 2\nDays: {days}\nPeriods_per_day: 2\nCurricula: 0\n\nCOURSES:\n"
    "c1 t1 {lectures} 1 10\nc2 t2 2 1 10\n\nROOMS:\nr1 20\n{room} 20\n\nCURRICULA:\n\n"
    "UNAVAILABILITY_CONSTRAINTS:\n\nEND.\n"
)
ROSTER = (
    "SECTION_HORIZON\n{days}\nSECTION_SHIFTS\nD,{minutes},\nSECTION_STAFF\nA,D=14,4320,0,5,1,1,1\n"
    "SECTION_DAYS_OFF\nA,0\nSECTION_COVER\n{cover}"
)
COVER = "".join(f"{day},D,1,100,1\n" for day in range(7))
HOMES = {
    "central_offices": [{"location": [0, 0]}],
    "patients": [
        {
            "id": "x",
            "location": [1, 1],
            "time_window": [0, 9],
            "required_caregivers": [{"service": "s1", "duration": 3}],
        }
    ],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}],
}


def homes(**changes):
    return json.dumps(HOMES | {"patients": [HOMES["patients"][0] | changes]})


FILES = [
    ("solomon", SOLOMON, "no stops"),
    ("solomon", SOLOMON + "1 41 49 -10 16 171 10\n", "stops[1].demand: must be at least 0"),
    ("solomon", SOLOMON + f"1 {'9' * 30} 49 10 16 171 10\n", "stops[1].x"),
    ("cvrplib", VRP.format(x="nan", demand=6), "stops[1].x: must be a number"),
    ("cvrplib", VRP.format(x=3, demand=-6), "stops[1].demand"),
    ("itc2007", CTT.format(days=3, lectures=2, room="r1"), "room r1: comes twice"),
    ("itc2007", CTT.format(days=3, lectures=-2, room="r2"), "courses[0].lectures"),
    ("itc2007", CTT.format(days=-3, lectures=2, room="r2"), "$.days"),
    ("curtois", ROSTER.format(days=0, minutes=480, cover=""), "$.days"),
    ("curtois", ROSTER.format(days=7, minutes=-480, cover=COVER), "shifts[0].minutes"),
    ("curtois", ROSTER.format(days=7, minutes=480, cover=COVER[:-12]), "COVER: nothing for day 6"),
    ("curtois", "SECTION_SHIFTS_ON\n" + ROSTER.format(days=7, minutes=480, cover=COVER), "no such"),
    ("solomon", SOLOMON + "1 41 49 1O 16 171 10\n", "line 11"),
    ("solomon", SOLOMON + "1 41 49 10 16 171\n", "6 figures instead of 7"),
    ("solomon", SOLOMON + "2 41 49 10 16 171 10\n", "customer 2 stands where 1 is due"),
    ("solomon", SOLOMON + "1 41 49 4.9 16 171 10\n", "4.9 is no whole number"),
    ("solomon", SOLOMON + "1 41 49 10 16 inf 10\n", "line 11"),
    ("cvrplib", "DISTANCE : 110\n" + VRP.format(x=3, demand=6), "DISTANCE 110"),
    ("cvrplib", "BACKHAUL_SECTION\n2\n" + VRP.format(x=3, demand=6), "BACKHAUL_SECTION: not read"),
    ("cvrplib", VRP.format(x=3, demand=6).replace(": 3", ": 4"), "DIMENSION says 4"),
    ("cvrplib", VRP.format(x=3, demand=6).replace("\n-1", "\n2\n-1"), "2 depots"),
    ("cvrplib", VRP.format(x=3, demand=6).replace("\n1\n-1", "\n9\n-1"), "depot 9 is no node"),
    ("cvrplib", VRP.format(x=3, demand=6).replace("\n1 0\n2 6", "\n1 5\n2 6"), "the depot wants 5"),
    ("cvrplib", VRP.format(x=3, demand=6).replace("CAPACITY : 10\n", ""), "'CAPACITY' is missing"),
    ("pmed", "3 1 1\n1 2 5\n2 3 1\n", "9 figures, 6 were due"),
    (
        "cvrplib",
        VRP.format(x=3, demand=6).replace("3 6\n", "3 6\n3 6\n9 6\n"),
        "for each node, see 9",
    ),
    ("itc2007", CTT.format(days=3, lectures=2, room="r2").replace("END.\n", ""), "it is cut"),
    (
        "itc2007",
        CTT.format(days=3, lectures=2, room="r2").replace("r1 20\n", ""),
        "the head says 2",
    ),
    ("pmed", "3 3 1\n0 1 5\n1 2 1\n2 3 1\n", "edge 1: 0 1 5"),
    ("pmed", "3 2 1\n1 2 -5\n2 3 1\n", "edge 1: 1 2 -5"),
    ("hhcrsp", homes(id=["x"]), "visits[0].id: must be text"),
    ("hhcrsp", homes(location=[float("nan"), 1]), "visits[0].at[0]: must be a number"),
    ("hhcrsp", homes(location=[10**400, 1]), "too large"),
    ("hhcrsp", json.dumps(HOMES | {"patients": []}), "no patients"),
    ("hhcrsp", homes(synchronization={"type": "soon"}), "patient x: no synchronization"),
    ("hhcrsp", homes(required_caregivers=[{"service": "s1"}]), "patient x: service s1 has no"),
    ("hhcrsp", json.dumps(HOMES | {"distances": [[0, 1]]}), "2 rows of 2"),
    ("hhcrsp", json.dumps(HOMES | {"central_offices": []}), "0 central offices"),
    ("hhcrsp", "[]", "no instance"),
    ("hhcrsp", "[" * 100_000, "nested too deeply"),
    (
        "hhcrsp",
        json.dumps(HOMES | {"caregivers": [{"id": "c1", "abilities": "s1"}]}),
        "caregiver c1: abilities are no list",
    ),
]


@pytest.mark.parametrize(("form", "text", "words"), FILES)
def test_a_file_that_says_what_cannot_be_is_refused_with_its_place(
    capsys, tmp_path, form, text, words
):
    path = tmp_path / "instance.txt"
    path.write_text(text)
    assert cli.main(["bench", form, str(path), "--time-limit", "2"]) == 2
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["status"] == "bad_problem"
    assert any(words in cause and str(path) in cause for cause in said["causes"]), said


def test_a_file_with_a_mark_of_utf_8_and_windows_line_ends_is_read(tmp_path):
    path = tmp_path / "instance.ctt"
    text = CTT.format(days=3, lectures=2, room="r2").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    problem = itc2007.read(path)
    assert (problem.name, len(problem.courses), len(problem.rooms)) == ("T", 2, 2)


def test_a_graph_with_a_mark_of_utf_8_is_read(tmp_path):
    path = tmp_path / "instance.txt"
    path.write_bytes(b"\xef\xbb\xbf3 2 1\n1 2 5\n2 3 1\n")
    assert len(pmed.read(path).distances) == 3


def packed(distances, nodes=3):
    file = io.BytesIO()
    np.savez_compressed(file, n=nodes, p=1, upper=distances)
    return file.getvalue()


def damaged(content):
    """Return the archive with its first table's bytes turned round."""
    at = content.index(b"n.npy") + 30
    return content[:at] + bytes(255 - byte for byte in content[at : at + 60]) + content[at + 60 :]


def an_array():
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        an_array(),
        packed([1.5, 2, 3]),
        packed([-1, 2, 3]),
        packed([1j, 2, 3]),
        packed([1, 2, 3], np.inf),
        packed([1, 2, 3], 10_000),
        damaged(packed([1, 2, 3])),
    ],
)
def test_an_archive_that_is_no_table_of_whole_distances_is_refused(capsys, tmp_path, content):
    path = tmp_path / "instance.npz"
    path.write_bytes(content)
    assert cli.main(["bench", "pmed", str(path)]) == 2
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "bad_problem"
