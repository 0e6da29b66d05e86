"""What a description names under `components` -> what its cluster is made of. Fed by `resolve`, lazily."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fabricgen.cluster import AddedComponent, Cluster
from fabricgen.documents.layers import LAYERS
from fabricgen.errors import Path, Problem, ProblemsError
from fabricgen.plugins import COMPONENTS
from fabricgen.plugins.component import Component, Options
from fabricgen.plugins.installed import Installed, find_one


def add_components(
    wanted: Mapping[str, Mapping[str, Any]],
) -> tuple[tuple[AddedComponent, ...], tuple[Problem, ...]]:
    """Return the components, sorted by name, and every problem, at its path in the description."""
    added: list[AddedComponent] = []
    problems: list[Problem] = []
    for name in sorted(wanted):
        path = ("components", name)
        try:
            added.append(_add(find_one(COMPONENTS, name, kind="component"), wanted[name], path=path))
        except ProblemsError as error:
            problems += [
                Problem(message=one.message, path=one.path or path, hint=one.hint) for one in error.problems
            ]
    problems += [problem for one in added for problem in _order_problems(one, wanted)]
    return tuple(added), tuple(problems)


def _order_problems(one: AddedComponent, wanted: Mapping[str, object]) -> Iterator[Problem]:
    """Yield what is wrong with the name of a component, and with what it waits for."""
    path = ("components", one.name)
    if one.folder in {layer.folder for layer in LAYERS}:
        yield Problem(
            message=f"{one.folder} is a folder of fabricgen's own",
            path=path,
            hint=f"{one.package} has to give its component another name",
        )
    known = [*(layer.name for layer in LAYERS), *wanted]
    for name in one.after:
        if name not in known or name == one.name:
            near = get_close_matches(name, [each for each in known if each != one.name], n=1)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else f"if it is a component, name it in components: {name}: {{}}"
            )
            message = f"the component of {one.package} waits for {name}, which this cluster does not have"
            yield Problem(message=message, path=path, hint=hint)


def add_component(
    cluster: Cluster, component: Component[Any], *, name: str, options: Mapping[str, Any] | None = None
) -> Cluster:
    """Return the cluster with one more component: documents of your own, without a package around them.

    Args:
        cluster: as `resolve_cluster` gives it; it is not changed.
        component: what makes the documents.
        name: of the component; they stand in infrastructure/<name>/ and are applied as the layer <name>.
        options: what a description would say under `components`, keys in camelCase.

    Raises:
        ProblemsError: the name is that of a layer or component that is there, it waits for one that is not, or an
            option is wrong.

    Example:
        >>> def drafts(cluster, options):
        ...     base = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "guests"}}
        ...     yield fabricgen.Draft(path="infrastructure/guests/a.yaml", parts=(fabricgen.Part(base=base),))
        >>> guests = fabricgen.Component(drafts=drafts, options=fabricgen.Options, why="where guests live")
        >>> fabricgen.add_component(cluster, guests, name="guests").components[0].folder
        'infrastructure/guests'
    """
    path = ("components", name)
    added = _bound(component, options or {}, path=path, name=name, package="this program")
    others = {one.name: one for one in cluster.components}
    problems = list(_order_problems(added, {**others, name: added}))
    if name in others:
        problems.append(Problem(message="there is such a component already", path=path))
    if problems:
        raise ProblemsError(problems)
    return replace(cluster, components=(*cluster.components, added))


def _add(one: Installed, written: Mapping[str, Any], *, path: Path) -> AddedComponent:
    component: Component[Any] = _checked(one.load(), one)
    return _bound(
        component, written, path=path, name=one.name, package=f"{one.package} {one.version}".rstrip()
    )


def _bound(
    component: Component[Any], written: Mapping[str, Any], *, path: Path, name: str, package: str
) -> AddedComponent:
    try:
        options = component.options.model_validate(dict(written))
    except ValidationError as error:
        raise ProblemsError(
            _problem(detail, component.options, path=path) for detail in error.errors(include_url=False)
        ) from error
    return AddedComponent(
        name=name,
        package=package,
        options=options,
        why=component.why,
        after=tuple(component.after),
        waits=component.waits,
        keep=component.keep,
        minutes=component.minutes,
        templates=component.templates,
        make=component.drafts,
    )


def _checked(loaded: object, one: Installed) -> Component[Any]:
    """Return what was loaded. Raises ProblemsError, with the package's name, if it is no component."""
    if not isinstance(loaded, Component):
        message = f"the plug-in {one.told} is no fabricgen.Component but a {type(loaded).__name__}"
        raise ProblemsError([Problem(message=message, hint=f"tell who keeps {one.package}")])
    options: object = loaded.options
    if not (isinstance(options, type) and issubclass(options, Options)):
        message = f"the options of the plug-in {one.told} are no subclass of fabricgen.Options"
        raise ProblemsError([Problem(message=message, hint=f"tell who keeps {one.package}")])
    if loaded.templates is not None and not loaded.templates.is_dir():
        message = f"the plug-in {one.told} names a folder of templates that is not there"
        raise ProblemsError([Problem(message=message, hint=f"{loaded.templates} is what it names")])
    return loaded


def _problem(error: ErrorDetails, model: type[Options], *, path: Path) -> Problem:
    place = (*path, *error["loc"])
    if error["type"] == "extra_forbidden":
        keys = [field.alias or name for name, field in model.model_fields.items()]
        near = get_close_matches(str(error["loc"][-1]), keys, n=1)
        known = f"known here: {', '.join(keys)}" if keys else "it takes no options"
        return Problem(message="unknown key", path=place, hint=f"did you mean {near[0]}?" if near else known)
    said = error["msg"].removeprefix("Value error, ")
    return Problem(message=said[:1].lower() + said[1:], path=place)
