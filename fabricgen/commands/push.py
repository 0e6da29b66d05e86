"""`fabricgen push`: trees to a registry, as artifacts that Flux reads. stdout: the digests; stderr: what to look at.

Everything is rendered, compared, searched for secrets and packed before the first connection; everything is uploaded
before the first tag moves.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from fabricgen import pipeline
from fabricgen.commands.descriptions import find_description, find_descriptions
from fabricgen.commands.progress import Progress
from fabricgen.errors import Problem, PublishError
from fabricgen.publish.artifact import Artifact, build_artifact
from fabricgen.publish.content import FOLDERS, content_of, content_of_folder, refuse_drift, texts_of
from fabricgen.publish.credentials import Credentials, find_credentials
from fabricgen.publish.origin import Origin, find_origin, without_credentials
from fabricgen.publish.reference import Reference, parse_reference
from fabricgen.secrets import NAMED_RULE, find_secrets

PATTERN = "{cluster}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One artifact, and where it goes."""

    name: str  # of the cluster, or of the folder
    reference: Reference
    artifact: Artifact
    origin: Origin


def run(args: argparse.Namespace) -> int:
    """Publish what is asked for. Returns 0, and raises for everything else."""
    publications = tuple(_prepare(args))
    _refuse_same_places(publications)
    if not args.dry_run:
        with Progress("push"):
            _publish(publications, args)
    if args.digest_file is not None:
        lines = [f"{_name(one.reference)}@{one.artifact.digest}\n" for one in publications]
        _write(args.digest_file, "".join(lines))
    _print(publications, args)
    return 0


def _prepare(args: argparse.Namespace) -> Iterator[Publication]:
    if args.tree is not None:
        if args.clusters or args.all:
            raise PublishError([Problem(message="--tree is instead of clusters; leave out one of them")])
        name = Path(os.path.realpath(args.tree)).name
        files = content_of_folder(args.tree)
        _refuse_secrets(files)
        yield _pack(args, name=name, root=args.tree, files=files, folders=(".",))
        return
    with Progress("push: rendering") as progress:
        paths = progress.over(_descriptions(args), "descriptions")
        rendered = pipeline.render_all(paths, templates=args.templates)
    if len(rendered) > 1 and PATTERN not in args.reference:
        hint = f"write {PATTERN} where the name of each goes, as in oci://ghcr.io/me/{PATTERN}:latest"
        raise PublishError(
            [Problem(message=f"{len(rendered)} clusters cannot have one reference", hint=hint)]
        )
    for one in rendered:
        plan = pipeline.plan_output(one, args.output, force=args.force)
        if not args.force:
            refuse_drift(plan)
        files = content_of(one, plan.root)
        _refuse_secrets(files, by_name=NAMED_RULE not in one.cluster.ignored_rules)
        made = _pack(args, name=one.cluster.name, root=plan.root, files=files, folders=FOLDERS)
        _tell_other_place(made.reference, one.cluster.flux.source.url)
        yield made


def _descriptions(args: argparse.Namespace) -> tuple[Path, ...]:
    if args.clusters:
        return find_descriptions([find_description(one) for one in args.clusters])
    found = find_descriptions([])
    if len(found) > 1 and not args.all:
        names = ", ".join(one.stem for one in found)
        raise PublishError(
            [Problem(message=f"there are several clusters: {names}", hint="name one, or --all")]
        )
    return found


def _pack(
    args: argparse.Namespace,
    *,
    name: str,
    root: Path,
    files: Mapping[PurePosixPath, bytes],
    folders: Sequence[str],
) -> Publication:
    reference = parse_reference(args.reference.replace(PATTERN, name), tags=tuple(args.tags))
    origin = find_origin(root, folders, committed=not args.force and args.revision is None)
    if origin.shallow:
        print(
            f"{root}: git has only the newest commits here, so the revision may be too new", file=sys.stderr
        )
    if args.revision is not None:
        origin = replace(origin, revision=args.revision)
    if args.source is not None:
        origin = replace(origin, source=without_credentials(args.source))
    return Publication(
        name=name, reference=reference, artifact=build_artifact(files, origin=origin), origin=origin
    )


def _refuse_secrets(files: Mapping[PurePosixPath, bytes], *, by_name: bool = True) -> None:
    if problems := find_secrets(texts_of(files), by_name=by_name):
        raise PublishError(problems)


def _refuse_same_places(publications: Sequence[Publication]) -> None:
    names = [_name(one.reference) for one in publications]
    twice = sorted({one for one in names if names.count(one) > 1})
    if twice:
        raise PublishError(
            Problem(
                file=one,
                message="would hold two clusters, the second in place of the first",
                hint="write {cluster} in the reference, or publish them one by one",
            )
            for one in twice
        )


def _tell_other_place(reference: Reference, url: str) -> None:
    if str(reference) != url:
        print(f"{reference}: the cluster reads {url}, not this", file=sys.stderr)


def _publish(publications: Sequence[Publication], args: argparse.Namespace) -> None:
    """Upload everything, then move the tags."""
    if find_spec("oras") is None:
        hint = "install it with: pip install 'fabricgen[push]'"
        raise PublishError([Problem(message="publishing needs oras, which is not installed", hint=hint)])
    from fabricgen.publish.registry import Access, Registry  # noqa: PLC0415 - takes 100 ms to import

    given = _given_credentials(args)
    registries = []
    for one in publications:
        credentials = given or find_credentials(one.reference.registry)
        access = Access(credentials=credentials, plain_http=args.plain_http, ca_file=args.ca_file)
        registries.append(Registry(one.reference, access))
    for one, registry in zip(publications, registries, strict=True):
        with registry:
            registry.upload(one.artifact)
    moved: list[str] = []
    try:
        for one, registry in zip(publications, registries, strict=True):
            with registry:
                for tag in one.reference.tags:
                    registry.tag(one.artifact, tag)
                    moved.append(f"{_name(one.reference)}:{tag}")
    except PublishError:
        print(f"tags that were moved: {', '.join(moved) or 'none'}", file=sys.stderr)
        raise


def _given_credentials(args: argparse.Namespace) -> Credentials | None:
    if args.username is None and not args.password_stdin:
        return None
    if args.username is None or not args.password_stdin:
        message = "--username and --password-stdin go together"
        raise PublishError(
            [Problem(message=message, hint="a password on the command line would be seen by all")]
        )
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise PublishError(
            [
                Problem(
                    message="--password-stdin: there is no password on stdin",
                    hint="pipe it in: fabricgen push … --password-stdin < token",
                )
            ]
        )
    return Credentials(username=args.username, password=password)


def _name(reference: Reference) -> str:
    """Return the repository as tools that take a digest want it, without oci://."""
    return f"{reference.registry}/{reference.repository}"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PublishError(
            [
                Problem(
                    file=str(file),
                    message=f"cannot be written: {error.strerror}",
                    hint="name another --digest-file, or make its folder writable",
                )
            ]
        ) from error


def _print(publications: Sequence[Publication], args: argparse.Namespace) -> None:
    if args.format == "json":
        print(json.dumps([_told(one, pushed=not args.dry_run) for one in publications], indent=2))
        return
    for one in publications:
        tags = ", ".join(one.reference.tags)
        done = "would be published" if args.dry_run else "published"
        print(
            f"{one.reference}@{one.artifact.digest}: {done} as {tags}; "
            f"{one.artifact.files} files, {one.artifact.size_bytes} bytes, revision {one.origin.revision or 'unknown'}"
        )


def _told(one: Publication, *, pushed: bool) -> dict[str, object]:
    return {
        "cluster": one.name,
        "reference": f"{_name(one.reference)}@{one.artifact.digest}",
        "repository": str(one.reference),
        "tags": list(one.reference.tags),
        "digest": one.artifact.digest,
        "layer": one.artifact.layer.digest,
        "size": one.artifact.size_bytes,
        "files": one.artifact.files,
        "source": one.origin.source,
        "revision": one.origin.revision,
        "created": one.origin.created,
        "pushed": pushed,
    }
