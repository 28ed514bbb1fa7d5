"""What is said → the entry, the section or the part of the document that it stands in."""

from __future__ import annotations

from ctb_lint.catalogue import Field, Sentence, SentenceKind
from ctb_lint.headings import Headings
from ctb_lint.readers.catalogue.drafts import CatalogueDraft, EntryDraft, LegendDraft
from ctb_lint.readers.catalogue.lines import Part, Piece
from ctb_lint.readers.catalogue.parts import unquoted
from ctb_lint.readers.catalogue.scope import Scope
from ctb_lint.readers.catalogue.source import Source
from ctb_lint.readers.catalogue.tables import statistic, totals
from ctb_lint.readers.catalogue.words import document_key, field_key, speaks_of


class Placing:
    """Puts the sentences of one file into the draft of the catalogue."""

    def __init__(
        self, source: Source, headings: Headings, draft: CatalogueDraft, scope: Scope
    ) -> None:
        self.source = source
        self.headings = headings
        self.draft = draft
        self.scope = scope
        self._legend: LegendDraft | None = None

    def place(self, one: Sentence, part: Part | None) -> None:
        """A sentence, with its name and value where it has them."""
        entry = self.scope.entry
        if entry is None:
            self._in_document(one, part)
        elif self.scope.section is not None:
            self.scope.section.sentences.append(one)
        else:
            self._in_header(one, entry)

    def _in_header(self, one: Sentence, entry: EntryDraft) -> None:
        if one.group and speaks_of(one.group, self.headings.columns):
            entry.preface.append(one)  # a column may be called as a field is
            return
        key = field_key(one.name, self.headings) if one.name and one.value else ""
        loose = not one.group and one.kind is not SentenceKind.ROW
        if one.name and one.value and (key or loose):
            entry.fields.append(Field(key, one.name, unquoted(one.value), one.at))
        else:
            entry.preface.append(one)

    def _in_document(self, one: Sentence, part: Part | None) -> None:
        kind = self.scope.part
        if kind == "legend" and self._legend is not None:
            self._legend.sentences.append(one)
            return
        if kind == "statistics" and part and part.value and part.name:
            name = Piece(part.name, part.piece.start, part.piece.end)
            if self.statistic(name, part.value, part.piece):
                return
        self.draft.parts.setdefault(kind, []).append(one)
        self.draft.sentences.append(one)
        if one.name and part and part.value and document_key(one.name, self.headings) == "total":
            self.draft.totals.extend(totals(self.source, one.name, part.value, part.piece))

    def statistic(self, name: Piece, value: Piece, whole: Piece) -> bool:
        """A figure of the statistics; whether it is one."""
        found = statistic(self.source, name, value, whole)
        if found:
            self.draft.statistics.append(found)
        return found is not None

    def begin_legend(self, letter: str, piece: Piece) -> None:
        """What the legend says of a section begins."""
        self.end_legend()
        self._legend = LegendDraft(letter, self.source.at(piece.start, piece.end))

    def end_legend(self) -> None:
        """What the legend says of a section, where it says anything, ends."""
        if self._legend is not None:
            self.draft.legend.append(self._legend.section())
        self._legend = None
