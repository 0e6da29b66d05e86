"""Values of the Cilium chart: what is reported, with what hint; and what is left alone."""

from typing import Any

import pytest
import yaml

from fabricgen.charts import UNKNOWN, ValuesProblem, values_problems
from fabricgen.errors import format_path


def problems(text: str, version: str = "1.20.1") -> tuple[ValuesProblem, ...]:
    values: dict[str, Any] = yaml.safe_load(text)
    return values_problems(values, chart="cilium", version=version)


def told(text: str, version: str = "1.20.1") -> list[str]:
    return [f"{problem.rule} {problem.severity} {problem}" for problem in problems(text, version)]


@pytest.mark.parametrize(
    ("text", "version", "expected"),
    [
        (
            "cgroup: {automount: {enabled: false}, hostRoot: /sys/fs/cgroup}",
            "1.20.1",
            (
                "HLM001 warning cgroup.automount: the chart cilium 1.20.1 does not read cgroup.automount, "
                "so it changes nothing; did you mean cgroup.autoMount?"
            ),
        ),
        (
            "gatewayApi: {enabled: true}",
            "1.18.6",
            (
                "HLM001 warning gatewayApi: the chart cilium 1.18.6 does not read gatewayApi, "
                "so it changes nothing; did you mean gatewayAPI?"
            ),
        ),
        (
            "mtu: 1450",
            "1.19.6",
            (
                "HLM001 warning mtu: the chart cilium 1.19.6 does not read mtu, so it changes nothing; "
                "did you mean MTU?"
            ),
        ),
        (
            "externalIPs: {enabled: true}",
            "1.18.0",
            (
                "HLM001 warning externalIPs: the chart cilium 1.18.0 does not read externalIPs "
                "(gone since 1.17.6), so it changes nothing; kubeProxyReplacement: true does it now"
            ),
        ),
        (
            "encryption: {strictMode: {cidr: 10.0.0.0/8}}",
            "1.20.0",
            (
                "HLM001 warning encryption.strictMode.cidr: the chart cilium 1.20.0 does not read "
                "encryption.strictMode.cidr (gone since 1.20.0), so it changes nothing; "
                "write encryption.strictMode.egress.cidr"
            ),
        ),
        (
            "nodePort: {enabled: true}",
            "1.19.0",
            (
                "HLM001 warning nodePort.enabled: the chart cilium 1.19.0 does not read nodePort.enabled "
                "(gone since 1.19.0), so it changes nothing; kubeProxyReplacement: true does it now"
            ),
        ),
        (
            "nativeRoutingCIDRFromClusterPool: true",
            "1.19.6",
            (
                "HLM001 warning nativeRoutingCIDRFromClusterPool: the chart cilium 1.19.6 does not read "
                "nativeRoutingCIDRFromClusterPool (comes with 1.20.0), so it changes nothing; "
                "leave it out, or move the chart to 1.20.0"
            ),
        ),
        (
            "configDriftDetection: {enabled: true}",
            "1.19.1",
            (
                "HLM001 warning configDriftDetection: the chart cilium 1.19.1 does not read configDriftDetection "
                "(gone since 1.19.0, back with 1.19.3), so it changes nothing; "
                "leave it out, or move the chart to 1.19.3"
            ),
        ),
        (
            "tunnel: disabled",
            "1.17.0",
            (
                "HLM001 error tunnel: the chart cilium 1.17.0 refuses tunnel (gone since 1.15); "
                "write routingMode, with tunnelProtocol, where it is a tunnel"
            ),
        ),
        (
            "containerRuntime: {integration: containerd}",
            "1.16.5",
            (
                "HLM001 error containerRuntime.integration: the chart cilium 1.16.5 refuses "
                "containerRuntime.integration (gone since 1.16); leave it out: the runtime is found without it"
            ),
        ),
        (
            "enable-bpf-masquerade: true",
            "1.20.1",
            (
                "HLM001 warning enable-bpf-masquerade: the chart cilium 1.20.1 does not read "
                "enable-bpf-masquerade, so it changes nothing; options of the agent go into extraConfig"
            ),
        ),
        (
            "bbr: true",
            "1.20.1",
            (
                "HLM001 warning bbr: the chart cilium 1.20.1 does not read bbr, so it changes nothing; "
                "did you mean bandwidthManager.bbr?"
            ),
        ),
        (
            "securityContext: {runAsUser: 0}",
            "1.20.1",
            (
                "HLM001 warning securityContext.runAsUser: the chart cilium 1.20.1 does not read "
                "securityContext.runAsUser, so it changes nothing; leave it out"
            ),
        ),
        (
            "bpf: {masquerade: 'true'}",
            "1.20.1",
            (
                'HLM002 error bpf.masquerade: the chart cilium 1.20.1 refuses "true" here: '
                "true or false is allowed; write true, without quotes"
            ),
        ),
        (
            "MTU: '1400'",
            "1.20.1",
            (
                'HLM002 error MTU: the chart cilium 1.20.1 refuses "1400" here: a whole number is allowed; '
                "write 1400, without quotes"
            ),
        ),
        (
            "hubble: {metrics: {enabled: dns}}",
            "1.20.1",
            (
                'HLM002 error hubble.metrics.enabled: the chart cilium 1.20.1 refuses "dns" here: '
                "a list is allowed; write [dns], a list"
            ),
        ),
        (
            "cluster: {name: 5}",
            "1.20.1",
            (
                "HLM002 error cluster.name: the chart cilium 1.20.1 refuses 5 here: text is allowed; "
                'write "5", in quotes'
            ),
        ),
        (
            "hubble: true",
            "1.20.1",
            "HLM002 error hubble: the chart cilium 1.20.1 refuses true here: a mapping is allowed",
        ),
        (
            "ciliumEndpointSlice: {rateLimits: [{nodes: 0}, {nodes: many}]}",
            "1.20.1",
            (
                "HLM002 error ciliumEndpointSlice.rateLimits[1].nodes: the chart cilium 1.20.1 refuses "
                '"many" here: a whole number is allowed'
            ),
        ),
        (
            "routingMode: direct",
            "1.20.1",
            (
                "HLM003 error routingMode: the chart cilium 1.20.1 takes tunnel, native here, "
                'not "direct": the agent does not start with anything else'
            ),
        ),
        (
            "kubeProxyReplacement: strict",
            "1.20.1",
            (
                "HLM003 error kubeProxyReplacement: the chart cilium 1.20.1 takes true, false here, "
                'not "strict": the chart does not render with anything else'
            ),
        ),
        (
            "loadBalancer: {acceleration: best_effort}",
            "1.20.1",
            (
                "HLM003 error loadBalancer.acceleration: the chart cilium 1.20.1 takes disabled, native, "
                'best-effort, generic here, not "best_effort": the agent does not start with anything else; '
                "did you mean best-effort?"
            ),
        ),
        (
            "maglev: {tableSize: 100}",
            "1.20.1",
            (
                "HLM003 error maglev.tableSize: the chart cilium 1.20.1 takes 251, 509, 1021, 2039, 4093, "
                "8191, 16381, 32749, 65521, 131071 here, not 100: the agent does not start with anything else"
            ),
        ),
        (
            "bpf: {monitorTraceIPOption: 256}",
            "1.20.1",
            (
                "HLM003 error bpf.monitorTraceIPOption: the chart cilium 1.20.1 takes 0 to 255 here, "
                "not 256: the chart does not render with anything else"
            ),
        ),
        (
            "scheduling: {mode: anti_affinity}",
            "1.20.1",
            (
                "HLM003 error scheduling.mode: the chart cilium 1.20.1 takes anti-affinity, kube-scheduler here, "
                'not "anti_affinity": the chart does not render with anything else; did you mean anti-affinity?'
            ),
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(text: str, version: str, expected: str) -> None:
    assert told(text, version) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "devices: eth+\nloadBalancer: {mode: dsr, algorithm: maglev}\nmaglev: {tableSize: 65521}",
        "socketLB: {enabled: true, hostNamespaceOnly: true}\nl2announcements: {leaseDuration: 3s}",
        "kubeProxyReplacement: true",
        'kubeProxyReplacement: "true"',
        "policyEnforcementMode: Always",
        "bpf: {monitorAggregation: none}",
        "extraConfig: {enable-anything: 'true'}\npodAnnotations: {a: b}\nresources: {limits: {memory: 1Gi}}",
        "operator: {podSecurityContext: {fsGroup: 1}, tolerations: [{key: a, operator: Exists}]}",
        "envoy: {affinity: {nodeAffinity: {anything: true}}}",
        "extraEnv: [{name: A, value: b, valueFrom: {}}]",
        "ipam: {operator: {autoCreateCiliumPodIPPools: {default: {ipv4: {cidrs: [10.0.0.0/8]}}}}}",
        "global: {anything: 1}\nx-anchors: {a: &a {b: 1}}",
        "operator: null\nMTU: null\ntunnel: null\nnothing: null",
        "MTU: 1400.0",
        "cluster: {name: '${NAME}', id: '${ID}'}\nroutingMode: ${MODE}\n'${KEY}': 1",
        "hubble: {tls: {server: {key: 'ENC[AES256_GCM,data:x]'}}}",
        "routingMode: ''",
        "{}",
    ],
)
def test_what_the_chart_takes_is_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hubble: {serviceMonitor: {enabled: true}}", "hubble.metrics.serviceMonitor"),
        ("hubble: {ui: {ingress: {ingressClassName: a}}}", "hubble.ui.ingress.className"),
        ("hubble: {ui: {PodDisruptionBudget: {}}}", "hubble.ui.podDisruptionBudget"),
        (
            "operator: {prometheus: {serviceMonitor: {trustCRDsExist: true}}}",
            "prometheus.serviceMonitor.trustCRDsExist",
        ),
        ("l2-announcements: {enabled: true}", "l2announcements"),
        ("bpf: {masqurade: true}", "bpf.masquerade"),
        ("hubble: {insecure: true}", ""),
    ],
)
def test_the_key_that_is_most_like_it_is_named(text: str, meant: str) -> None:
    (found,) = problems(text)

    assert found.instead == meant


def test_every_problem_is_told_in_the_order_of_the_values() -> None:
    found = problems("mtu: 1\nbpf: {masquerade: 1, masq: true}\nroutingMode: x\nexternalIPs: {enabled: true}")

    assert [format_path(problem.path) for problem in found] == [
        "mtu",
        "bpf.masquerade",
        "bpf.masq",
        "routingMode",
        "externalIPs",
    ]


def test_a_list_as_the_command_line_takes_it_is_told_as_yaml() -> None:
    (found,) = problems("securityContext: {capabilities: {ciliumAgent: '{CHOWN,KILL}'}}")

    assert found.hint == "write [CHOWN, KILL], a list"


def test_a_whole_tree_below_a_wrong_name_is_one_problem() -> None:
    assert len(problems("Hubble: {enabled: true, relay: {enabled: true}, ui: {enabled: true}}")) == 1


def test_the_key_that_does_it_now_can_be_looked_up() -> None:
    (found,) = problems("encryption: {strictMode: {enabled: true}}")

    assert found.instead == "encryption.strictMode.egress.enabled"
    assert found.source.startswith("https://github.com/cilium/cilium/blob/")


def test_below_a_replaced_container_the_rest_of_the_path_goes_with_it() -> None:
    (found,) = problems("proxy: {prometheus: {enabled: ''}}")

    assert found.hint == "write envoy.prometheus.enabled"


@pytest.mark.parametrize(
    ("version", "how"),
    [
        ("1.20.x", "1.20.2 (the newest known that 1.20.x allows)"),
        (">=1.19 <1.20", "1.19.7 (the newest known that >=1.19 <1.20 allows)"),
        ("", "1.20.2 (the newest known, as no version is pinned)"),
        ("1.20.7", "1.20.2 (the nearest known to 1.20.7)"),
        ("v1.20.0-rc.1", "1.20.0"),
    ],
)
def test_the_version_that_is_judged_by_is_told(version: str, how: str) -> None:
    (found,) = problems("mtu: 1", version)

    assert found.message == f"the chart cilium {how} does not read mtu, so it changes nothing"


@pytest.mark.parametrize("version", ["1.21.0", "1.15.4", ">=1.21", "${CILIUM}", "latest"])
def test_of_an_unknown_version_nothing_is_said(version: str) -> None:
    assert problems("mtu: 1", version) == ()


def test_of_another_chart_nothing_is_said() -> None:
    assert values_problems({"mtu": 1}, chart="traefik", version="1.20.1") == ()


def test_a_value_that_is_not_at_hand_has_its_key_checked_alone() -> None:
    values = {"MTU": UNKNOWN, "mtu": UNKNOWN}

    assert [problem.path for problem in values_problems(values, chart="cilium", version="1.20.1")] == [
        ("mtu",)
    ]


def test_deep_and_huge_values_are_judged_like_others() -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    values = {"nodeSelector": deep, "Hubble": deep, "MTU": 10**5000, "operator": {"replicas": float("nan")}}

    found = values_problems(values, chart="cilium", version="1.20.1")

    assert [(problem.rule, problem.path) for problem in found] == [
        ("HLM001", ("Hubble",)),
        ("HLM002", ("operator", "replicas")),
    ]


def test_keys_that_are_no_text_are_passed_over() -> None:
    assert values_problems({1: {"a": 1}, None: 2}, chart="cilium", version="1.20.1") == ()  # type: ignore[dict-item]  # YAML allows them
