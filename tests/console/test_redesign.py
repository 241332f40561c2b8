"""The page of a redesign: reached from the run and the charter, with what it rests on."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import Site
from app.portfolio.earned import NAME, PROCEDURE, worked_beside

PAGE = f"/redesign/{PROCEDURE}"


def test_without_a_run_the_target_stands_alone(site: Site) -> None:
    shown = site.client("annelies").get(PAGE)
    assert shown.status_code == 200 and "is not told yet" in shown.text
    assert "steps are with the worker" in shown.text and "a case takes" not in shown.text
    assert site.client("annelies").get("/redesign/none").status_code == 404
    assert PAGE not in site.client("annelies").get(f"/charters/{NAME}").text


def test_both_workflows_stand_beside_each_other(site: Site, house: Stage) -> None:
    worked_beside(house, differing=20)
    client = site.client("annelies")
    assert PAGE in client.get("/shadow").text and PAGE in client.get(f"/charters/{NAME}").text
    page = client.get(PAGE, params={"hour_cost": "60", "touch_minutes": "3"}).text
    assert "<strong>75 %</strong> would go" in page and "Told from 80 past cases" in page
    assert "<td>6.00</td>" in page and "<td>1.50</td>" in page, "two touches of three minutes at 60 an hour"
    assert "In 20 of 80 cases the worker did otherwise" in page and "steps are with the worker" in page
    assert client.get(PAGE, params={"hour_cost": "much"}).status_code == 400
    assert client.get("/redesign/none").status_code == 404
    worked_beside(house, many=1)
    few = client.get(PAGE).text
    assert "too few cases for bounds" in few and "inf" not in few.split('<h2 id="sides">')[1].split("</table>")[0]
