"""What `radar` claims of a log, told in lines. A file of its own, for only this needs statistics."""

from pathlib import Path
from typing import Any

from aboveloop.app.sheets.radar import radar_sheet
from aboveloop.cli.output import counted, line
from aboveloop.cli.sheets import write
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.found import Findings, find
from aboveloop.discover.findings.opportunity import places_of
from aboveloop.discover.radar import Radar
from aboveloop.history.logs.beginnings import beginnings
from aboveloop.history.logs.opening import Source
from aboveloop.history.logs.tellings import tellings
from aboveloop.kit.clock import SystemClock


def claims(source: Source, radar: Radar, assumed: Assumptions) -> Findings:
    log = radar.cases.ordered.log
    return find(radar, beginnings(source, log.columns), assumed, tellings(source, log))


def write_page(told: dict[str, Any], pdf: Path | None) -> None:
    """A log on its own belongs to no operation: the page names the file alone."""
    write(lambda: radar_sheet(told["log"], "", told, now=SystemClock().now()), None, pdf)


def tell(found: Findings) -> None:
    line()
    for name, score in (("repetition", found.repetition), ("rework", found.rework), ("rules", found.rules_score)):
        line(f"{name:12} {score.value:5.1f} of 100. {' '.join(score.evidence[:3])}")
    ends = found.outcomes
    line(f"outcomes     {ends.in_words or 'none that a word tells'}; {ends.activity:,} events of activity beside them.")
    line()
    line("Opportunities, what surely costs the most first:" if found.opportunities else "No opportunity is certain.")
    for place, each in list(zip(places_of(found.opportunities), found.opportunities, strict=True))[:10]:
        hours, money = each.touch_hours, each.touch_hours.times(found.assumed.cost)
        line(f"  {place:2}. {each.pattern.replace('_', ' ')}: {each.place}")
        line(f"      {hours.value:,.0f} h of work ({hours.low:,.0f} to {hours.high:,.0f}), {money.value:,.0f} in money")
        line(f"      {each.why}")
        if each.prefilter is not None and not each.prefilter.passes:
            line(f"      left out before scoring: {each.prefilter.left_out}")
        line(f"      such as {', '.join(found.names[case] for case in each.examples)}")
    asked = found.asked_later
    line(f"Something was asked for later in {asked.value:.1%} of the cases ({asked.low:.1%} to {asked.high:.1%}).")
    for change in found.trends:
        line(f"Since {change.week}: {change.measure} {change.after:,.2f}, before {change.before:,.2f}.")
    for driver in found.drivers[:5]:
        line(f"{driver.kind}: {driver.share.value:.0%} {driver.outcome}, of all {driver.usual:.0%} (later cases).")
    for kept in found.keep[:5]:
        line(f"People should keep: {kept.kind} ({counted(kept.cases, 'case')}). {' '.join(kept.reasons)}")
    for check in (each for each in found.checks if each.could_go):
        line(f"A check that could go: {check.name}, {check.refusals} of {check.made:,} times it said no.")
    for said in found.assumed.in_words():
        line(said)
    if None in (found.assumed.hour_cost, found.assumed.touch_minutes):
        line("Say yours with --hour-cost and --touch-minutes.")
