"""What the page tells of the cluster itself: addresses, nodes, versions, decisions.

Fed by the README of the cluster, whose rows these are, and by where its pins stand.
"""

from fabricgen.documents.markdown import code, prose, source
from fabricgen.documents.readme import Readme
from fabricgen.report.table import Section, Table, table, tables
from fabricgen.upgrade.standing import Standing, Standings
from fabricgen.versions.lifetimes import READ_ON


def address_plan(readme: Readme) -> Section:
    """Return the networks, what is taken on the LAN, pools and pinned addresses."""
    plan = readme.plan
    return Section(
        key="addresses",
        title="Address plan",
        tables=tables(
            table(
                "Networks",
                ("Network", "Addresses", "How many", "Use"),
                ((one.name, one.network, one.size, one.use) for one in plan.networks),
            ),
            table(
                "Taken on the LAN besides the nodes",
                ("Addresses", "Owner"),
                ((one.addresses, one.owner) for one in plan.taken),
            ),
            table(
                "Pools for Services",
                ("Pool", "Addresses", "How many", "Announced", "For Services", "Left out, because taken"),
                (
                    (one.name, one.blocks, one.size, one.announced, one.services, one.left_out)
                    for one in plan.pools
                ),
            ),
            table(
                "Pinned addresses",
                ("Name", "Address", "Pool", "DNS name", "Held by"),
                ((one.name, one.address, one.pool, one.hostname, one.holders) for one in plan.vips),
            ),
        ),
    )


def nodes(readme: Readme) -> Section:
    """Return the machines."""
    rows = (
        (
            one.name,
            one.role,
            one.addresses,
            one.arch,
            one.hardware,
            one.memory,
            one.disk,
            one.link,
            one.workloads,
        )
        for one in readme.plan.nodes
    )
    heads = ("Node", "Role", "Address", "Arch", "Hardware", "Memory", "Disk", "Link", "Workloads")
    return Section(key="nodes", title="Nodes", told=f"{readme.nodes}.", tables=(table("Nodes", heads, rows),))


def versions(standings: Standings, readme: Readme) -> Section:
    """Return where every pin stands, and which versions go with which."""
    return Section(
        key="versions",
        title="Versions",
        told=f"Newest releases as known on {READ_ON.isoformat()}. `fabricgen upgrade` plans the way to newer ones.",
        tables=tables(_pins(standings), _partners(standings), _cautions(readme)),
    )


def _pins(standings: Standings) -> Table:
    heads = ("Pin", "Line", "Pinned", "Newest patch", "Newest", "Maintained", "Renovate")
    return table("Pins of the description", heads, (_pin(one) for one in standings.pins))


def _pin(one: Standing) -> tuple[str, ...]:
    newest = (code(text) if text else "not known" for text in (one.newest_patch, one.newest))
    lifetime = prose(one.lifetime.told) if one.lifetime else "not known"
    finds = "finds it" if one.renovate else f"needs {code(one.comment)}"
    return one.name, str(one.line or ""), code(one.version), *newest, lifetime, finds


def _partners(standings: Standings) -> Table:
    rows = (
        (
            prose(one.product),
            prose(f"{one.partner} {one.range}"),
            prose(one.pinned),
            _fits(fits=one.fits),
            source(one.source),
        )
        for one in standings.partners
    )
    return table("What goes with what", ("Product", "Goes with", "Pinned", "Fits", "Source"), rows)


def _fits(*, fits: bool) -> str:
    return "yes" if fits else "no"


def _cautions(readme: Readme) -> Table:
    rows = ((one.pair, one.why, one.tested, one.source) for one in readme.cautions)
    return table("Pairs that upstream does not test", ("Pair", "Why", "Tested", "Source"), rows)


def decisions(readme: Readme) -> Section:
    """Return what was weighed, what is off, and which rules do not hold here."""
    return Section(
        key="decisions",
        title="Decisions",
        tables=tables(
            table("What was weighed", ("About", "Decided", "Because"), readme.decisions),
            table("What is off", ("What", "Why"), readme.off),
            table("Rules that do not hold here", ("Rule", "Why not"), readme.ignored),
        ),
    )


def settings(readme: Readme) -> tuple[tuple[str, tuple[Table, ...]], ...]:
    """Return every setting with its reason and source: subjects, and the tables of each."""
    return tuple(
        (
            group.title,
            tuple(
                table(
                    one.heading,
                    ("Setting", "Value", "On", "Why", "Source"),
                    ((row.path, row.value, row.nodes, row.why, row.source) for row in one.rows),
                )
                for one in group.tables
            ),
        )
        for group in readme.groups
    )
