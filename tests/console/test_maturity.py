"""The page of maturity: questions for who may propose, answers for everybody, and what comes next."""

from aboveloop.app.organisation.maturity import QUESTIONS
from api.open_house import Site
from console.test_charters import sent

PAGE = "/organisation/maturity"


def test_answers_make_a_level_and_name_what_is_next(site: Site) -> None:
    assert "Nobody has answered yet" in site.client("annelies").get(PAGE).text
    given = {each.name: "2" for each in QUESTIONS}
    assert sent(site, "annelies", PAGE, **given)[0] == 403
    assert sent(site, "yuki", PAGE, **given) == (303, f"{PAGE}?notice=maturity_answered")
    page = site.client("annelies").get(PAGE).text
    assert "Level 2 of 5: <strong>Automation" in page and "Write the answers down" not in page
    assert "Choose one pain point and one KPI" in page and '<a href="/drafts">' not in page, "the sponsor may not write"
    assert '<a href="/drafts">' in site.client("yuki").get(PAGE).text
    assert sent(site, "yuki", PAGE, purpose="x")[0] == 400 and sent(site, "yuki", PAGE)[0] == 400


def test_an_answer_above_what_the_house_sees_is_told(site: Site) -> None:
    sent(site, "yuki", PAGE, **{each.name: "4" for each in QUESTIONS})
    page = site.client("yuki").get(PAGE).text
    assert "Answered 4; 2 counts. No before is frozen" in page and "checked" in page
