"""What a person has -> the description that renders the same fabric, and what differs between both.

Fed with a folder of anybody's; feeds the command `import`. A reader for each format fills a draft, `settling` makes a
valid description of it, `writing` puts it down with where each value is from, `differing` compares what both mean.
"""

from fabricgen.importing.draft import Draft, Left, Origin
from fabricgen.importing.imported import Imported, Wanted, import_path

__all__ = ["Draft", "Imported", "Left", "Origin", "Wanted", "import_path"]
