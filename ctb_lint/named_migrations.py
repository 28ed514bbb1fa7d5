"""The migrations that entries name, as the histories of the run and the repository have them."""

from __future__ import annotations

import difflib

from msgspec import Struct

from ctb_lint.demands import NamedMigration
from ctb_lint.history import MigrationFile
from ctb_lint.named_paths import plain, same
from ctb_lint.surroundings import Migrations, Named, Surroundings

_FEW = 500


class Whereabouts(Struct, frozen=True):
    """Where a named migration is: the ``file`` of a history, and what the repository has under its
    name (``named``), None where nobody could look. ``path`` is how it is looked up, None where what
    is written is no path."""

    path: str | None
    file: MigrationFile | None = None
    named: Named | None = None

    @property
    def there(self) -> bool:
        """Whether it is somewhere."""
        return self.file is not None or bool(self.named and self.named.files)


def whereabouts(
    demand: NamedMigration, migrations: Migrations | None, surroundings: Surroundings | None
) -> Whereabouts:
    """Looks a named migration up: among the files of histories by its path, else by its name; and
    in the repository."""
    path = plain(demand.file)
    if path is None:
        return Whereabouts(None)
    named = surroundings.files.get(path) if surroundings else None
    alike = migrations.by_name.get(path.rpartition("/")[2], ()) if migrations else ()
    exact = (file for file in alike if same(file.path, path))
    return Whereabouts(path, next(exact, alike[0] if alike else None), named)


def nearest(migrations: Migrations | None, path: str) -> str | None:
    """The file of a history whose name is most like a path's, None where none is."""
    histories = migrations.histories if migrations else ()
    names = sorted({file.path.rpartition("/")[2] for one in histories for file in one.files})
    # To look for what is alike takes long where there is much of it.
    few = names if len(names) <= _FEW else []
    near = difflib.get_close_matches(path.rpartition("/")[2], few, 1)
    return near[0] if near else None
