"""Gateway API: what Cilium needs for it, Gateways and their listeners, routes and what they lead to.

What a controller does not accept, it tells in a status only: nothing listens, or the route leads nowhere.
"""

from fabricgen.rules.gateway import attaching, backends, exposure, hostnames, listeners, values

__all__ = ["attaching", "backends", "exposure", "hostnames", "listeners", "values"]
