"""A section of an entry leaves out what the legend lists for it.

The legend is what readers go by: they look for the audit trail under Enforcement, find nothing, and
take it that there is none. A section that says so ("Audit logging: none") is complete.

Write the missing part, or say that there is none:

    **Audit Logging**: none, the table holds no personal data

What counts is the legend of the catalogue, where it has one, and else that of the standard. What
the legend marks as "if applicable" may be left out. Ids, dates, the author, the purpose and the use
cases are for other rules, and so is a section that is missing as a whole.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from ctb_lint.catalogue import Catalogue, Entry, LegendSection, Section
from ctb_lint.entry_ids import finding_on
from ctb_lint.rule import INFO, Finding, rule


class Topic(Struct, frozen=True):
    """Something that a section is to speak of: what the legend calls it, and how a section that
    speaks of it does so, in lower case; ``labelled`` where only a label says so, and not any
    word."""

    name: str
    listed: re.Pattern[str]
    told: re.Pattern[str]
    labelled: bool = False


def _topic(name: str, listed: str, told: str, *, labelled: bool = False) -> Topic:
    called = re.compile(rf"\b(?:{listed})", re.IGNORECASE)
    return Topic(name, called, re.compile(rf"\b(?:{told})"), labelled)


_TOPICS = {
    "S": (
        _topic("columns", "columns?|fields?", r"columns?|fields?|create table|\w+ \("),
        _topic("indexes and keys", "ind(?:ex|ices)|keys?", "ind(?:ex|ices)|keys?|unique|primary"),
    ),
    "A": (
        _topic(
            "access control",
            "access",
            "access|auth|login|sign|roles?|public|private|read|writ|every|any(?:one|body)|users?",
        ),
        _topic(
            "permission levels",
            "permissions?",
            "permi|read|writ|delet|select|insert|grants?|roles?|admin|only|may|can",
        ),
        _topic("row-level security", r"row[- ]level|rls\b", r"row[- ](?:level )?sec|rls\b|polic"),
    ),
    "M": (
        _topic("the migration file", "migration (?:file|ref)", r"migrat|[\w-]+\.sql\b"),
        _topic("the schema version", r"(?:schema )?version", r"version|v\d"),
        _topic(
            "a rollback", r"roll-?back|undo|way back", "roll|undo|revert|down|drop|restor|backup"
        ),
    ),
    "P": (
        _topic("workflows", "workflows?", "workflows?|process|flows?|life", labelled=True),
        _topic("related entities", "related|entit", "relat|entit|see also|tables?", labelled=True),
    ),
    "E": (
        _topic(
            "validation rules",
            "validation|data rules",
            r"valid|must|should|format|non-?\s?empty|nulls?|unique|checks?|constrain|range|length"
            "|allowed|one of|between",
        ),
        _topic("CTB compliance", "ctb|complian", "ctb|heir|orbt|complian|doctrine|barton"),
        _topic("audit logging", "audit", r"audit|logg|logs?\b|trail|histor"),
    ),
    "D": (
        _topic("foreign keys", "foreign", "foreign|fks?|keys?|references|→|->"),
        _topic("dependent tables", "dependent", "depend|referenced|used by|refers"),
        _topic(
            "external integrations", "external|integration|service", "extern|integrat|servic|api"
        ),
    ),
}
_OPTIONAL = re.compile(
    r"\b(?:if|where) (?:applicable|any|present|needed)\b|\boptional", re.IGNORECASE
)
_NOTHING = re.compile(r"[\W_]*(?:none|nothing(?: (?:more|else))?|n/a)[\W_]*", re.IGNORECASE)
"""How a section says that there is nothing of all that."""
_STANDARD = {"row-level security"}
"""What the standard's own legend leaves to the table."""


@rule("T027", severity=INFO, doctrine=True)
def incomplete_section(entry: Entry, catalogue: Catalogue) -> Iterator[Finding]:
    legend = {section.letter: section for section in reversed(catalogue.legend)}
    for letter in _TOPICS:
        sections = [one for one in entry.sections if one.letter == letter and not one.empty]
        if not sections or (legend and letter not in legend):
            continue
        labels = "\n".join(_labels(section) for section in sections).lower()
        said = "\n".join(_said(section) for section in sections).lower()
        if _NOTHING.fullmatch(said):
            continue
        text = f"{labels}\n{said}"
        wanted = _listed(legend[letter]) if legend else _by_default(letter)
        lacking = [
            topic.name
            for topic in wanted
            if not topic.told.search(labels if topic.labelled else text)
        ]
        if lacking:
            listed = " or of ".join(lacking)
            yield finding_on(
                entry,
                f"section {letter} of {entry.table} says nothing of {listed}",
                sections[0].at,
                letter,
                "write it there, or say that there is none",
            )


def _listed(legend: LegendSection) -> Iterator[Topic]:
    """What a legend lists for a section, as far as that is known."""
    lines = [one.text for one in legend.sentences if not _OPTIONAL.search(one.text)]
    for topic in _TOPICS[legend.letter]:
        if any(topic.listed.search(line) for line in lines):
            yield topic


def _by_default(letter: str) -> Iterator[Topic]:
    return (topic for topic in _TOPICS[letter] if topic.name not in _STANDARD)


def _said(section: Section) -> str:
    """All that a section says."""
    lines = [one.text for one in section.sentences]
    return "\n".join((*lines, *(one.text for one in section.blocks)))


def _labels(section: Section) -> str:
    """What stands in front of its lines, and above its lists, blocks and columns of tables."""
    said = [f"{one.name or ''}\n{one.group or ''}" for one in section.sentences]
    said += dict.fromkeys("\n".join(one.columns) for one in section.sentences)
    return "\n".join((*said, *(one.group or "" for one in section.blocks)))


_ENTRY = """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### E - Enforcement <!--! T027 -->

    **Validation Rules**:
    - `total` must not be negative

    #### D - Dependencies

    **Foreign Keys**: `user_id` → `users.id`

    **Dependent Tables**: None

    **External Integrations**: None
"""
_LEGEND = """
    -- file: SCHEMA_REFERENCE.md
    ## STAMPED Legend

    ### S - Structure
    - Column definitions
    - Indexes and keys

    ### A - Authentication & Authorization
    - Permission levels
    - Row-level security (if applicable)

    ### E - Enforcement
    - Data validation rules
    {listed}

    ## Tables
"""

VALID = [
    _LEGEND.format(listed="") + _ENTRY.replace(" <!--! T027 -->", ""),
    # What it lists is there, and what is optional need not be.
    _LEGEND.format(listed="- Audit logging")
    + """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### S - Structure

    ```sql
    CREATE TABLE orders (id int PRIMARY KEY);
    ```

    #### A - Authentication & Authorization

    Administrators may do anything.

    #### E - Enforcement

    | Rule | Value |
    |------|-------|
    | Total must be | positive |
    | Audit | none |
    """,
    # A table says in its headings what its cells are about.
    _LEGEND.format(listed="")
    + """
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### A - Authentication & Authorization

    | Who    | Read | Write |
    |--------|------|-------|
    | Clerks | ✅   |       |
    """,
    # One that says that there is nothing at all is complete.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### D - Dependencies

    None.
    """,
    # A section that is missing, or empty, is another rule's.
    """
    -- file: SCHEMA_REFERENCE.md
    ### 1. orders

    **Barton ID**: `BID-DATA-001`

    #### D - Dependencies
    """,
]

INVALID = [
    _LEGEND.format(listed="- CTB compliance requirements\n    - Audit logging") + _ENTRY,
    # Without a legend the standard's counts.
    "    -- file: SCHEMA_REFERENCE.md" + _ENTRY,
]
