"""Where Flux gets the CRDs of Gateway API from: their own repository, at the commit of the pinned release.

Fed by the cluster's versions; the layer `gateway-api-crds` builds from it.
Source: https://fluxcd.io/flux/components/source/gitrepositories/ .
"""

from fabricgen.cluster import Cluster
from fabricgen.documents.document import Part, Setting, setting
from fabricgen.documents.flux import FLUX
from fabricgen.versions.flux import api_version
from fabricgen.versions.gateway_api import REPOSITORY, GatewayApiRelease

CRD_SOURCE = "gateway-api"
DOCS = "https://fluxcd.io/flux/components/source/gitrepositories"
# A commit is never fetched alone: https://github.com/fluxcd/source-controller/issues/2146
WHOLE_CLONE = "https://github.com/fluxcd/source-controller/issues/2146"


def crd_source(cluster: Cluster) -> Part:
    """Return the GitRepository of the CRDs. Raises ValueError if this cluster has no Gateway API."""
    release = cluster.versions.gateway_api
    if release is None:
        raise ValueError(f"{cluster.name} has no Gateway API")
    base = {
        "apiVersion": api_version("GitRepository", cluster.flux.minor),
        "kind": "GitRepository",
        "metadata": {"name": CRD_SOURCE, "namespace": FLUX},
    }
    why = "only the CRDs are kept"
    ignore = setting(
        "ignore", "/*\n!/config\n/config/*\n!/config/crd\n", why=why, source=f"{DOCS}/#excluding-files"
    )
    why = "the Gateway API's own repository"
    url = setting("url", REPOSITORY, why=why, source=release.source)
    settings = (url, _pin(release), *_times(release), ignore)
    return Part(base=base, settings=tuple(one.under("spec") for one in settings))


def _pin(release: GatewayApiRelease) -> Setting:
    suited = f"{release.tag}, the release that goes with this Cilium"
    if release.commit is None:
        why = f"{suited}; its commit is not known here, so whoever can move the tag changes the CRDs"
        return setting("ref.tag", release.tag, why=why, source=release.source)
    why = f"the commit of tag {suited}; a tag can be moved, a commit cannot"
    return setting("ref.commit", release.commit, why=why, source=f"{DOCS}/#commit-example")


def _times(release: GatewayApiRelease) -> tuple[Setting, Setting]:
    if release.commit is None:
        why = "how often the tag is looked up"
        interval = setting("interval", "24h", why=why, source=f"{DOCS}/#interval")
    else:
        why = "what is pinned does not change, and each time the whole history is fetched, some 30 MB"
        interval = setting("interval", "168h", why=why, source=WHOLE_CLONE)
    why = "the history is larger than most"
    return interval, setting("timeout", "5m", why=why, source=f"{DOCS}/#timeout")
