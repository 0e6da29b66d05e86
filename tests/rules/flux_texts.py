"""What the tests of Flux' rules share: small repositories, and what a rule says of them."""

from collections.abc import Iterator

from fabricgen.fabric import infer
from fabricgen.lint import hits_of
from fabricgen.rules import Hit
from fabricgen.rules.catalogue import all_rules
from fabricgen.rules.example import clusters_of, read_example

RULES = {rule.id: rule for rule in all_rules()}


def hits(rule: str, text: str) -> list[Hit]:
    return list(_hits(rule, text))


def _hits(rule: str, text: str) -> Iterator[Hit]:
    for cluster in clusters_of(text):
        yield from (hit for _, hit in hits_of(infer(cluster), [RULES[rule]]))


def failing(rule: str) -> str:
    return read_example(rule, "fail")


def layer(name: str, path: str, more: str = "") -> str:
    return f"""\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 1h
  prune: true
  path: {path}
  sourceRef: {{kind: GitRepository, name: flux-system}}
  {more}
"""


def release(name: str, more: str = "") -> str:
    return f"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: {name}, namespace: apps}}
spec:
  interval: 1h
  chartRef: {{kind: OCIRepository, name: {name}}}
  {more}
"""
