"""What became of every demand: which rules judged it, which found it broken, what kept others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct, field

from ctb_lint.claims import Claim
from ctb_lint.demands import Demand
from ctb_lint.model import Location, QualifiedName
from ctb_lint.rule import Finding

ONLY_ROWS = "only rows can tell"
"""Why a rule about rows does not judge where nobody asked about them."""

SILENT = "a catalogue does not speak of"
"""How it begins why a rule does not judge a document."""


class Outcome(Struct):
    """Of one demand, in all sources. ``judged`` and ``broken`` hold (code, kind of source),
    ``kept`` (code, why it could not be judged), ``undecided`` the codes of rules that looked and
    could not tell."""

    judged: set[tuple[str, str]] = field(default_factory=set)
    broken: set[tuple[str, str]] = field(default_factory=set)
    kept: set[tuple[str, str]] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)


class Verdicts:
    """Kept while the engine runs, of those demands that a claim makes. ``ran`` holds the code and
    source of every rule that judged anything at all, ``kept`` the first reason why one did not.
    ``noted`` holds (code, kind of source, finding) of rules that judge claims by themselves, also
    where another finding tells the same; ``undecided`` (code, why, place) of what such rules could
    not tell. ``left_out`` are the relations that were not judged, and
    why."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._wanted = {demand.content for claim in claims for demand in claim.demands}
        self._outcomes: defaultdict[Demand, Outcome] = defaultdict(Outcome)
        self._seen: dict[int, tuple[Demand, Outcome | None]] = {}
        """By identity, with the demand itself, so that no other can have its identity."""
        self.ran: set[tuple[str, str]] = set()
        self.kept: dict[str, str] = {}
        self.noted: list[tuple[str, str, Finding]] = []
        self.undecided: list[tuple[str, str, Location]] = []
        self.left_out: dict[QualifiedName, str] = {}

    def of(self, value: object) -> Outcome | None:
        """Where to note what becomes of a subject; None where no claim demands it."""
        if not self._wanted or not isinstance(value, Demand):
            return None
        seen = self._seen.get(id(value))
        if seen is None:
            content = value.content
            outcome = self._outcomes[content] if content in self._wanted else None
            seen = self._seen[id(value)] = (value, outcome)
        return seen[1]

    def outcome(self, demand: Demand) -> Outcome:
        """What became of a demand."""
        return self._outcomes.get(demand.content) or Outcome()
