"""What can go wrong around an incident."""

from aboveloop.kit.errors import Conflict, NotFound, WrongUsage


class IncidentNotFound(NotFound):
    """No such incident."""


class IncidentUnfit(WrongUsage):
    """The incident is described in a way that leads nowhere: no title, nothing named, nobody known."""


class StepNotYet(Conflict):
    """A step of the incident comes before this one."""


class IncidentClosed(Conflict):
    """A closed incident changes no more."""


class RuleUntested(Conflict):
    """A release that would do again what an open incident found wrong is not made and not deployed."""
