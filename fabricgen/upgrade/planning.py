"""From a description and the versions that are asked for to every stop on the way, each of them rendered in memory.

Fed by the command with a description's text; uses `order`, `editing`, `changes` and `steps`. Reads and writes no file
but the templates. The rules are the resolver's own: each stop is resolved, rendered and checked as `render` would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fabricgen import pipeline
from fabricgen.description import Description
from fabricgen.errors import CheckFailedError, Problem, ProblemsError
from fabricgen.load import Loaded, load_text
from fabricgen.pipeline import Rendered
from fabricgen.upgrade.changes import Changes, changes_of
from fabricgen.upgrade.editing import edit_description
from fabricgen.upgrade.ladder import missing, refusals, same
from fabricgen.upgrade.order import Leg, Move, VersionSet, find_way
from fabricgen.upgrade.pins import cilium_of, pins_of
from fabricgen.upgrade.products import NAMES, PRODUCTS, Product, Target, written
from fabricgen.upgrade.restarts import Restart, restarts_of
from fabricgen.upgrade.step import Procedure
from fabricgen.upgrade.steps import procedure
from fabricgen.versions import CILIUM, Clash, Version, minor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One commit on the way: what moves, why here, what it changes, what to do.

    `text` is the description as it is then. `changes` and `procedure` are None where the description does not work
    there yet: `problems` says what has to be changed in it by hand before.
    """

    leg: Leg
    text: str
    rendered: Rendered | None
    changes: Changes | None
    restarts: tuple[Restart, ...]
    procedure: Procedure | None
    cautions: tuple[Clash, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradePlan:
    """The whole way of one cluster, from the description that `text` is.

    `already` are the products that are there; without any stop nothing is to do.
    """

    cluster: str
    file: str
    text: str
    start: VersionSet
    asked: Target
    already: tuple[Product, ...]
    stops: tuple[Stop, ...]

    @property
    def goal(self) -> VersionSet:
        """The set at the end."""
        return self.stops[-1].leg.together if self.stops else self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things stand in the repository: the description, the folder of trees, the user's templates."""

    description: Path
    output: Path
    templates: Path | None


def plan_upgrade(text: str, *, asked: Target, place: Place) -> UpgradePlan:
    """Return every stop from what `text` says to what is asked for.

    Raises ProblemsError, with all problems at once, where the description does not work as it is, where a version is
    no goal, and where no order of steps keeps the set working.
    """
    loaded = load_text(text, file=str(place.description))
    now = pipeline.render_cluster(pipeline.resolve_cluster(loaded), templates=place.templates)
    start = set_of(loaded.description, asked=asked)
    if problems := [loaded.locate(one) for one in _refused(loaded.description, start, asked)]:
        raise ProblemsError(problems)
    wanted: Target = {
        product: version for product, version in asked.items() if not same(start.versions[product], version)
    }
    way = find_way(start, wanted)
    if way is None:
        raise ProblemsError(_why_not(text, loaded, start=start, wanted=wanted))
    return UpgradePlan(
        cluster=now.cluster.name,
        file=str(place.description),
        text=text,
        start=start,
        asked=asked,
        already=tuple(product for product in asked if product not in wanted),
        stops=tuple(_stops(text, way, now=now, place=place)),
    )


def set_of(description: Description, *, asked: Target | None = None) -> VersionSet:
    """Return the versions that run together now; CRDs of Gateway API that follow Cilium are among them."""
    versions: dict[Product, Version] = {
        pin.product: pin.version for pin in pins_of(description) if pin.product is not None
    }
    found, talos = cilium_of(description), description.distribution.talos
    api = found[1].gateway_api if found else None
    has_api = api is not None and api.enabled
    follows = has_api and "gateway-api" not in versions
    if found and follows:
        versions["gateway-api"] = CILIUM[minor_of(found[1].version)].gateway_api
    if not has_api:
        versions.pop("gateway-api", None)
    contract = (talos.contract or minor_of(talos.version)) if talos else None
    return VersionSet(
        versions=versions,
        contract=None if talos and talos.docker else contract,
        gateway_api=has_api,
        follows=follows and "gateway-api" not in (asked or {}),
        anew=talos is not None and talos.docker is not None,
    )


def _refused(description: Description, start: VersionSet, asked: Target) -> Iterator[Problem]:
    paths = {pin.product: pin.path for pin in pins_of(description)}
    for product, version in asked.items():
        if product not in start.versions:
            yield _absent(description, product)
            continue
        before, path = start.versions[product], paths.get(product, ())
        found = [*refusals(product, before=before, after=version)]
        yield from (
            replace(one, path=path) for one in found or missing(product, before=before, after=version)
        )
    yield from _pinned_by_digest(description, asked)


def _absent(description: Description, product: Product) -> Problem:
    """Return why a product cannot be upgraded that this cluster does not have."""
    hints: Mapping[Product, str] = {
        "kubernetes": "Kubernetes is inside k3s here: say --k3s v1.36.4+k3s1, for example",
        "k3s": "this cluster runs Talos: say --talos and --kubernetes",
        "talos": "this cluster runs k3s: say --k3s",
        "gateway-api": "cni.cilium.gatewayAPI turns it on",
        "cilium": "cni.cilium or cni.considered names one",
    }
    return Problem(
        message=f"{description.name} has no {NAMES[product]} to upgrade", hint=hints.get(product, "")
    )


def _pinned_by_digest(description: Description, asked: Target) -> Iterator[Problem]:
    found = cilium_of(description)
    if "cilium" in asked and found is not None and found[1].chart.digest is not None:
        yield Problem(
            message="pins the chart of today, whatever the version says, and fabricgen knows no digests",
            path=(*found[0], "chart", "digest"),
            hint="take it out for the upgrade, or change version and digest together, as Renovate does",
        )


def _why_not(text: str, loaded: Loaded, *, start: VersionSet, wanted: Target) -> Sequence[Problem]:
    """Return what is wrong with the goal, by the resolver; or that the goal is fine and no way leads there."""
    moves = [
        Move(product=product, before=start.versions[product], after=wanted[product])
        for product in PRODUCTS
        if product in wanted
    ]
    try:
        pipeline.resolve_cluster(load_text(edit_description(text, loaded, moves), file=loaded.file))
    except ProblemsError as error:
        return error.problems
    return [
        Problem(
            file=loaded.file,
            message=f"no order of steps to {', '.join(written(one.product, one.after) for one in moves)} keeps all "
            "versions working together",
            hint="; ".join(f"{one.left} needs {one.allowed}" for one in start.at(wanted).cautions())
            or "go in smaller steps, and name the products that have to go along",
        )
    ]


def _stops(text: str, way: Sequence[Leg], *, now: Rendered, place: Place) -> Iterator[Stop]:
    before = now
    for leg in way:
        loaded = load_text(text, file=str(place.description))
        text = edit_description(text, loaded, leg.moves)
        rendered, problems = _render(text, place)
        changes = changes_of(leg.moves, before=before, after=rendered) if rendered else None
        yield Stop(
            leg=leg,
            text=text,
            rendered=rendered,
            changes=changes,
            restarts=restarts_of(leg.moves, output=changes.output, cluster=before.cluster) if changes else (),
            procedure=_procedure(leg, rendered, place) if rendered else None,
            cautions=leg.together.cautions(),
            problems=problems,
        )
        before = rendered or before


def _render(text: str, place: Place) -> tuple[Rendered | None, tuple[Problem, ...]]:
    """Return the tree of a description, or what is wrong with it."""
    try:
        loaded = load_text(text, file=str(place.description))
        return pipeline.render_cluster(pipeline.resolve_cluster(loaded), templates=place.templates), ()
    except ProblemsError as error:
        return None, error.problems
    except CheckFailedError as error:
        return None, tuple(
            Problem(file=str(place.description), message=line) for line in str(error).splitlines()
        )


def _procedure(leg: Leg, rendered: Rendered, place: Place) -> Procedure:
    tree = PurePosixPath(place.output.as_posix()) / rendered.cluster.name
    return procedure(leg.moves, rendered.cluster, description=place.description.as_posix(), tree=str(tree))
