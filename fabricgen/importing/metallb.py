"""MetalLB's chart -> `metallb`. Its pools are read by `pools`."""

from fabricgen.fabric import Fabric, HelmRelease
from fabricgen.importing.draft import Draft, Left
from fabricgen.importing.flux import exact
from fabricgen.importing.page import Page


def read_metallb(fabric: Fabric, draft: Draft) -> None:
    """Put MetalLB's chart, where MetalLB serves the pools."""
    release = next((one for one in fabric.helm_releases if one.chart == "metallb"), None)
    if not any(one.owner == "metallb" for one in fabric.pools) and release is None:
        return
    if release is None:
        draft.leave(
            Left(
                place="",
                path="MetalLB",
                why="there are pools of MetalLB, and no release that installs it",
                todo="--set metallb.version=… if it stays, or take its pools out",
            )
        )
        return
    page = Page(item=release.item, body=release.item.body)
    draft.put("metallb.version", exact(release.version), page.origin("spec", "chart", "spec", "version"))
    _metallb_source(release, draft)
    values = Page(item=release.item, body=release.item.get("spec", "values") or {}, prefix=("spec", "values"))
    if values.get("speaker", "frr", "enabled") is False:
        values.take("speaker", "frr", "enabled")
    values.leave_rest(
        draft,
        why="fabricgen gives MetalLB no values but its own",
        todo="see whether it is needed",
        kind="lost",
    )


def _metallb_source(release: HelmRelease, draft: Draft) -> None:
    source = release.origin
    url = source.get("spec", "url") if source is not None else None
    if source is None or not isinstance(url, str):
        return
    origin = Page(item=source, body={}).origin("spec", "url")
    if url.startswith("oci://"):
        whole = url if source.kind == "OCIRepository" else f"{url.rstrip('/')}/metallb"
        draft.put("metallb.chart.oci", whole, origin)
    else:
        draft.put("metallb.chart.helm", url, origin)
