"""Where templates are, ours and the user's; nothing is opened. Used by `templates`, the pipeline and `memory`."""

import os
from pathlib import Path


def find_root() -> Path:
    """Return the folder of our templates: inside the installed package, or beside it in a checkout.

    An editable install has no `_templates` in the package, hence the second place.
    """
    package = Path(__file__).parent
    packed = package / "_templates"
    return packed if packed.is_dir() else package.parent / "templates"


def templates_beside(path: Path) -> Path | None:
    """Return the user's templates: a folder `templates` beside the folder of the description, unless it is ours."""
    # Not Path.resolve, which raises RuntimeError for a link that leads back to itself.
    folder = Path(os.path.realpath(path)).parent.parent / "templates"
    return folder if folder.is_dir() and folder != find_root().resolve() else None
