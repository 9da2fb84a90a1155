"""What a command is given: by its command line, and by the file of flags below that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from click import Context
from click.core import ParameterSource

from articlekit.column_flags import told_of_column

if TYPE_CHECKING:
    from articlekit.settings import Options, Progress

# Flags that are options under the same name.
_OPTIONS: Final = (
    "offline", "jobs", "scheduler", "per_host", "cache_dir", "source_url", "referrer", "images",
    "allow_private", "clutter", "duplicates", "profile", "theme", "css", "max_size", "volume_by",
    "pdf_engine", "font", "pdf_standard", "page_size",
    "dialect", "markdown_engine", "names", "wrap", "bullet", "links", "headings", "assets", "keys",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """Options of the command line, and `defaults` of `--config`; `column` as column.toml has it.

    What stands at a flag's default is in neither, so that column.toml may say it.
    """

    options: Options
    defaults: Options
    column: Mapping[str, object]

    @property
    def all_options(self) -> Options:
        """Both, where no column.toml stands between them."""
        return cast("Options", {**self.defaults, **self.options})


def given_by(context: Context, progress: Progress | None, source: str = "") -> Given:
    """Sort a command's flags by where their values come from; `source` is the column's."""
    by_line, by_file = (_from(context, *sources) for sources in _SOURCES)
    options: dict[str, Any] = {name: by_line[name] for name in _OPTIONS if name in by_line}
    options["progress"] = progress
    if "force" in context.params:
        options["overwrite"] = context.params["force"]
    defaults = {name: by_file[name] for name in _OPTIONS if name in by_file}
    return Given(
        cast("Options", options), cast("Options", defaults), told_of_column(by_line, source)
    )


_SOURCES: Final = (
    (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT),
    (ParameterSource.DEFAULT_MAP,),
)


def _from(context: Context, *sources: ParameterSource) -> dict[str, Any]:
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) in sources
    }
