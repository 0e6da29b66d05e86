"""Flux, and where it reads the tree from -> `flux`; MetalLB's chart -> `metallb`."""

import configparser
import re
from pathlib import Path, PurePosixPath
from typing import Any, Final

from fabricgen.fabric import Fabric
from fabricgen.importing.draft import Draft, Origin
from fabricgen.importing.page import Page, is_closed, listed, mappings_of
from fabricgen.migration.of_fabric import known
from fabricgen.repository import Item
from fabricgen.versions import FLUX, parse_version
from fabricgen.versions.version import format_minor

_SOURCES: Final = "source.toolkit.fluxcd.io"
_OPERATOR: Final = "fluxcd.controlplane.io"
_SCP: Final = re.compile(r"^(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^/].*)$")
_LOGIN: Final = re.compile(r"^(https?://)[^/@]*@")
_WRONG: Final = {"kind": "lost"}


def read_flux(fabric: Fabric, draft: Draft) -> None:
    """Put Flux into the draft: its version, how it is installed, what it reads."""
    instances = [one for one in fabric.items if one.kind == "FluxInstance" and one.group == _OPERATOR]
    charts = [one for one in fabric.helm_releases if one.chart == "flux-instance"]
    operator = next((one for one in fabric.pins.flux_operator), None)
    if operator is not None:
        place = operator.place
        draft.put("flux.operatorVersion", str(operator.value), Origin(place=f"{place.file}:{place.line}"))
    elif instances or charts:
        where = Page(item=(instances or [one.item for one in charts])[0], body={}).origin()
        draft.put("flux.install", "operator", where)
    _version(fabric, draft, instances)
    for item in instances:
        _instance(Page(item=item, body=item.body), ("spec",), draft)
    for release in charts:
        _instance(Page(item=release.item, body=release.item.body), ("spec", "values", "instance"), draft)
    if draft.get("flux", "git") is None and draft.get("flux", "oci") is None:
        _sources(fabric, draft)
    if not (instances or charts or operator) and fabric.layers:
        draft.put("flux.install", "cli", Page(item=fabric.layers[0].item, body={}).origin())
    _interval(fabric, draft)
    _path(fabric, draft)
    _sops(fabric, draft)


def _version(fabric: Fabric, draft: Draft, instances: list[Item]) -> None:
    """Put the version: exact where it is, else the newest patch of the minor that is told."""
    for item in instances:
        if (found := exact(item.get("spec", "distribution", "version"))) is not None:
            draft.put(
                "flux.version", found, Page(item=item, body={}).origin("spec", "distribution", "version")
            )
            return
    for item in fabric.items:
        if item.kind == "Namespace" and item.get("metadata", "labels", "app.kubernetes.io/part-of") == "flux":
            path = ("metadata", "labels", "app.kubernetes.io/version")
            if (found := exact(item.get(*path))) is not None:
                draft.put("flux.version", found, Page(item=item, body={}).origin(*path))
                return
    for fact in known(lambda: fabric.pins.flux) or ():
        if (release := FLUX.get(fact.value)) is not None:
            place = fact.place
            note = f"the newest of {format_minor(fact.value)}, which is what is written"
            draft.put(
                "flux.version", str(release.newest), Origin(place=f"{place.file}:{place.line}", note=note)
            )
            return


def exact(text: object) -> str | None:
    """Return an exact version as text; None for a range, and for what is none."""
    try:
        return str(parse_version(str(text)))
    except ValueError:
        return None


def _instance(page: Page, at: tuple[str, ...], draft: Draft) -> None:
    sync = (*at, "sync")
    url = page.get(*sync, "url")
    if not isinstance(url, str):
        return
    if page.get(*sync, "kind") == "OCIRepository" or url.startswith("oci://"):
        draft.put("flux.oci.url", url, page.origin(*sync, "url"))
        key, value = _follows(str(page.get(*sync, "ref") or "latest"))
        draft.put(f"flux.oci.{key}", value, page.origin(*sync, "ref"))
        draft.put("flux.oci.secret", page.get(*sync, "pullSecret"), page.origin(*sync, "pullSecret"))
        if page.get(*sync, "provider") in ("aws", "azure", "gcp"):
            draft.put("flux.oci.provider", page.get(*sync, "provider"), page.origin(*sync, "provider"))
        _patched(page, at, draft)
    else:
        _url(page, (*sync, "url"), draft)
        branch = str(page.get(*sync, "ref") or "").removeprefix("refs/heads/")
        draft.put("flux.git.branch", branch or None, page.origin(*sync, "ref"))
        draft.put("flux.git.secret", page.get(*sync, "pullSecret"), page.origin(*sync, "pullSecret"))


def _patched(page: Page, at: tuple[str, ...], draft: Draft) -> None:
    """Read what the operator's patches say of the source, for which the instance has no fields."""
    from fabricgen.yamlio import YamlSyntaxError, read_value  # noqa: PLC0415 - few instances have such patches

    spec: dict[str, Any] = {}
    for _, one in page.mappings(*at, "kustomize", "patches"):
        if (one.get("target") or {}).get("kind") != "OCIRepository":
            continue
        try:
            found = read_value(str(one.get("patch")))
        except YamlSyntaxError:
            continue
        for step in found if isinstance(found, list) else ():
            if isinstance(step, dict) and str(step.get("path")).count("/") == 2:  # noqa: PLR2004 - /spec/key
                spec[str(step["path"]).rpartition("/")[2]] = step.get("value")
    if spec:
        if "ref" in spec:
            draft.drop(("flux", "oci", "tag"))
        inner = Page(item=page.item, body={"spec": spec}, prefix=(*at, "kustomize", "patches"))
        _oci(inner, draft)


def _follows(reference: str) -> tuple[str, str]:
    if reference.startswith("sha256:"):
        return "digest", reference
    return ("semver", reference) if any(one in reference for one in "<>=*^~ ") else ("tag", reference)


def _url(page: Page, path: tuple[str | int, ...], draft: Draft) -> None:
    """Put the address of a git repository; the form with a colon has no scheme, and logins never come along."""
    text = page.get(*path)
    if not isinstance(text, str) or is_closed(text):
        return
    url, clean = git_url(text)
    note = "" if clean else "the login that stands in it is left where it is"
    draft.put("flux.git.url", url, page.origin(*path, note=note))


def git_url(text: str) -> tuple[str, bool]:
    """Return the address as fabricgen takes it, and whether it held no login."""
    if found := _SCP.match(text):
        return f"ssh://{found['user']}@{found['host']}/{found['path']}", True
    clean = _LOGIN.sub(r"\1", text)
    return clean, clean == text


def _sources(fabric: Fabric, draft: Draft) -> None:
    """Read the source that Flux' own Kustomization follows."""
    wanted = next((one.item.mapping("spec", "sourceRef") for one in fabric.layers), {})
    for item in fabric.of(_SOURCES, "GitRepository", "OCIRepository", "Bucket"):
        if (item.kind, item.name) != (wanted.get("kind"), wanted.get("name")):
            continue
        page = Page(item=item, body=item.body)
        if item.kind == "GitRepository":
            _url(page, ("spec", "url"), draft)
            draft.put("flux.git.branch", page.get("spec", "ref", "branch"), page.origin("spec", "ref"))
            draft.put(
                "flux.git.secret", page.get("spec", "secretRef", "name"), page.origin("spec", "secretRef")
            )
        elif item.kind == "OCIRepository":
            _oci(page, draft)
        return


def _oci(page: Page, draft: Draft) -> None:
    oci = "flux.oci"
    draft.put(f"{oci}.url", page.get("spec", "url"), page.origin("spec", "url"))
    followed = [key for key in ("digest", "semver", "tag") if page.get("spec", "ref", key)]
    for key in followed[:1]:
        draft.put(f"{oci}.{key}", page.get("spec", "ref", key), page.origin("spec", "ref", key))
    draft.put(f"{oci}.semverFilter", page.get("spec", "ref", "semverFilter"), page.origin("spec", "ref"))
    draft.put(f"{oci}.secret", page.get("spec", "secretRef", "name"), page.origin("spec", "secretRef"))
    draft.put(f"{oci}.certificates", page.get("spec", "certSecretRef", "name"), page.origin("spec"))
    if page.get("spec", "insecure") is True:
        draft.put(f"{oci}.insecure", True, page.origin("spec", "insecure"))  # noqa: FBT003 - the value
    if (provider := page.get("spec", "provider")) in ("aws", "azure", "gcp"):
        draft.put(f"{oci}.provider", provider, page.origin("spec", "provider"))
    if page.get("spec", "verify"):
        verify: dict[str, Any] = {"provider": page.get("spec", "verify", "provider") or "cosign"}
        secret = page.get("spec", "verify", "secretRef", "name")
        identities = page.get("spec", "verify", "matchOIDCIdentity")
        verify |= {"secret": secret} if secret else {}
        verify |= {"identities": [dict(one) for one in identities]} if identities else {}
        draft.put(("flux", "oci", "verify"), verify, page.origin("spec", "verify"))


def _path(fabric: Fabric, draft: Draft) -> None:
    """Put the folder of the tree in its source, where it is one that fabricgen rendered."""
    record = next(
        (one for one in fabric.layers if one.path is not None and _is_ours(fabric, str(one.path))), None
    )
    if record is not None and record.path is not None:
        folder = str(record.path.parent)
        if folder != f"gitops/{draft.get('name')}" and folder != ".":
            draft.put("flux.path", folder, Page(item=record.item, body={}).origin("spec", "path"))


def _is_ours(fabric: Fabric, path: str) -> bool:
    folder = PurePosixPath(path)
    return folder.name == "flux" and fabric.cluster.repository.exists(folder.parent / ".fabricgen.json")


def _interval(fabric: Fabric, draft: Draft) -> None:
    """Put how often the release of the CNI is reconciled, which ours would all be."""
    release = fabric.cilium
    layer = release.item.layer if release is not None and release.role == "flux" else None
    if layer is not None and isinstance(found := layer.item.get("spec", "interval"), str):
        draft.put("flux.interval", found, Page(item=layer.item, body={}).origin("spec", "interval"))


def _sops(fabric: Fabric, draft: Draft) -> None:
    """Read the public keys of .sops.yaml, where every layer is decrypted with one Secret."""
    secrets = {
        str(one.item.get("spec", "decryption", "secretRef", "name"))
        for one in fabric.layers
        if one.item.get("spec", "decryption", "provider") == "sops"
    } - {"None"}
    rules = next(
        (
            one
            for one in fabric.cluster.repository.documents
            if one.file.endswith(".sops.yaml") and one["creation_rules"]
        ),
        None,
    )
    if len(secrets) != 1 or rules is None:
        return
    found: list[str] = []
    for one in rules["creation_rules"]:
        found += _keys(one)
    if found:
        place = rules.place(("creation_rules",))
        origin = Origin(
            place=f"{place.file}:{place.line}", note="public halves; the private key stays where it is"
        )
        draft.put("flux.sops.age", list(dict.fromkeys(found)), origin)
        draft.put("flux.sops.secret", secrets.pop(), origin)


def _keys(rule: Any) -> list[str]:  # noqa: ANN401 - what the file holds
    if not isinstance(rule, dict):
        return []
    keys = [str(one) for one in re.split(r"[,\s]+", str(rule.get("age") or "")) if one]
    for group in mappings_of(rule.get("key_groups")):
        keys += [str(one) for one in listed(group.get("age"))]
    return [one for one in keys if one.startswith("age1")]


def read_git(root: Path, draft: Draft) -> None:
    """Put the address that `git clone` was given, where nothing else tells where Flux reads from."""
    if draft.get("flux", "git") is not None or draft.get("flux", "oci") is not None:
        return
    config = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        config.read(root / ".git" / "config", encoding="utf-8")
        url, _ = git_url(config.get('remote "origin"', "url"))
    except (configparser.Error, OSError, UnicodeDecodeError):
        return
    if url.startswith(("https://", "http://", "ssh://")):
        draft.put(
            "flux.git.url", url, Origin(place=".git/config", note="nothing else tells where Flux would read")
        )
