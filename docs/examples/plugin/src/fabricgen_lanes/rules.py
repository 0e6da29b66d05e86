"""Rules of the house. Ids begin with three characters that nobody else uses; here `LAN`."""

from collections.abc import Iterator

from fabricgen import Fabric, Hit, Rule


def _pages_without_title(fabric: Fabric) -> Iterator[Hit]:
    for item in fabric.of("", "ConfigMap"):
        if item.name == "page" and not item.get("data", "title"):
            yield Hit.at(item, ("data",), "the page has no title")


def _loud_titles(fabric: Fabric) -> Iterator[Hit]:
    for item in fabric.of("", "ConfigMap"):
        title = item.get("data", "title")
        loud = (
            [word for word in title.split() if len(word) > 1 and word.isupper()]
            if isinstance(title, str)
            else []
        )
        if item.name == "page" and loud:
            yield Hit.at(item, ("data", "title"), f"{' '.join(loud)} shouts")


RULES = (
    Rule(
        id="LAN001",
        severity="error",
        title="A page has a title",
        why="Browsers show the address instead.",
        source="https://kubernetes.io/docs/concepts/configuration/configmap/",
        fix="Write data.title.",
        check=_pages_without_title,
    ),
    Rule(
        id="LAN002",
        severity="warning",
        title="A title does not shout",
        why="Screen readers may spell a word that is all capitals.",
        source="https://kubernetes.io/docs/concepts/configuration/configmap/",
        fix="Write the word in small letters.",
        check=_loud_titles,
    ),
)
