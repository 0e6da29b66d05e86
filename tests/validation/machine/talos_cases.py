"""Talos documents, good and bad, of which Talos' own machinery is asked too.

`TAKEN` are patches that a config of these contracts takes; `REFUSED` are such as none of them takes, for a reason that
one document shows by itself.
"""

_ALL = (9, 11, 12, 13, 14)
_LEGACY = (9, 11, 12, 13)
_NETWORK = (12, 13, 14)


def _document(kind: str, rest: str) -> str:
    return f"apiVersion: v1alpha1\nkind: {kind}\n{rest}\n"


TAKEN: dict[str, tuple[str, tuple[int, ...]]] = {
    "names of the API": ("machine: {certSANs: [10.0.0.5]}", _ALL),
    "null for a mapping": ("machine: {network: }", _ALL),
    "null in a list": ("machine: {certSANs: [null]}", _ALL),
    "a number for a text": ("machine: {sysctls: {net.ipv4.ip_forward: 1}}", _ALL),
    "a float for a text": ("machine: {sysctls: {a.b: 1.10}}", _ALL),
    "a truth value for a text": ("machine: {sysctls: {a.b: true}}", _ALL),
    "an octal number": (
        "machine: {files: [{content: x, permissions: 0o644, path: /var/x, op: create}]}",
        _LEGACY,
    ),
    "CNI none": ("cluster: {network: {cni: {name: none}}}", _LEGACY),
    "kube-proxy off": ("cluster: {proxy: {disabled: true}}", _LEGACY),
    "kube-proxy off, the old way to say true": ("cluster: {proxy: {disabled: yes}}", _LEGACY),
    "a whole number as a float": ("machine: {features: {kubePrism: {enabled: true, port: 7445.0}}}", _LEGACY),
    "a key taken away": ("cluster: {network: {cni: {$patch: delete}}}", _LEGACY),
    "a list of certificates": ("machine: {acceptedCAs: []}", _ALL),
    "where logs go": (
        "machine: {logging: {destinations: [{endpoint: 'udp://10.0.0.2:12345/', format: json_lines}]}}",
        _ALL,
    ),
    "arguments that are no text": ("cluster: {apiServer: {extraArgs: {profiling: false, v: 2}}}", _LEGACY),
    "a list of arguments": ("cluster: {apiServer: {extraArgs: {feature-gates: [A=true, B=true]}}}", (13,)),
    "a duration": ("machine: {time: {bootTimeout: 30s}}", _ALL),
    "interfaces": ("machine: {network: {interfaces: [{interface: eth0, dhcp: true, mtu: 9000}]}}", _ALL),
    "a host name before it had its own document": ("machine: {network: {hostname: a}}", (9, 11)),
    "disks": ("machine: {disks: [{device: /dev/sdb, partitions: [{mountpoint: /var/x}]}]}", _ALL),
    "encryption": (
        "machine: {systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{nodeID: {}, slot: 0}], options: [no_read_workqueue]}}}",
        _ALL,
    ),
    "etcd's networks": ("cluster: {etcd: {advertisedSubnets: [10.0.0.0/24]}}", _ALL),
    "KubeSpan's endpoints by their right name": (
        _document("KubeSpanEndpointsConfig", "extraAnnouncedEndpoints: ['192.168.1.1:5555']"),
        _ALL,
    ),
    "a rule of the firewall": (
        _document(
            "NetworkRuleConfig",
            "name: a\nportSelector: {ports: [50000, 10250-10260], protocol: tcp}\ningress: [{subnet: 10.0.0.0/8}]",
        ),
        _ALL,
    ),
    "a volume": (
        _document("VolumeConfig", "name: EPHEMERAL\nprovisioning: {minSize: 10000000000, grow: true}"),
        _ALL,
    ),
    "a user's volume": (
        _document(
            "UserVolumeConfig",
            "name: x\nprovisioning: {diskSelector: {match: '!system_disk'}, minSize: 100GB}",
        ),
        (11, 12, 13, 14),
    ),
    "a host name, off without quotes": (_document("HostnameConfig", "auto: off\nhostname: a"), _NETWORK),
    "a link": (
        _document("LinkConfig", "name: eth0\nmtu: 9000\naddresses: [{address: 10.0.0.2/24}]"),
        _NETWORK,
    ),
    "resolvers": (_document("ResolverConfig", "nameservers: [{address: 10.0.0.1}]"), _NETWORK),
    "signatures of images": (
        _document("ImageVerificationConfig", "rules: [{image: '*', skip: true}]"),
        (13, 14),
    ),
    "the installer": (
        _document(
            "UnattendedInstallConfig",
            "installer: {image: 'a/b:c'}\nprovisioning: {diskSelector: {match: 'true'}}",
        ),
        (14,),
    ),
    "Flannel taken away": (_document("KubeFlannelCNIConfig", "$patch: delete"), (14,)),
    "kube-proxy's own document": (_document("KubeProxyConfig", "enabled: false"), (14,)),
    "a part of a document": (_document("KubeNetworkConfig", "podSubnets: [10.42.0.0/16]"), (14,)),
}

REFUSED: dict[str, tuple[str, tuple[int, ...], str]] = {
    "an unknown field": (
        "machine: {netwrok: {hostname: a}}",
        _ALL,
        "machine.netwrok: unknown field; did you mean network?",
    ),
    "an unknown field that is null": ("machine: {foo: , type: worker}", _ALL, "machine.foo: unknown field"),
    "an unknown field taken away": (
        "machine: {foo: {$patch: delete}, type: worker}",
        _ALL,
        "machine.foo: unknown field",
    ),
    "a text for a truth value": ('cluster: {proxy: {disabled: "true"}}', _LEGACY, "cluster.proxy.disabled"),
    "a text for a number": (
        'machine: {features: {kubePrism: {enabled: true, port: "7445"}}}',
        _LEGACY,
        "kubePrism.port",
    ),
    "a name that is no CNI": (
        "cluster: {network: {cni: {name: cilium}}}",
        _LEGACY,
        "cluster.network.cni.name: 'cilium' is not allowed",
    ),
    "a number for a duration": ("machine: {time: {bootTimeout: 30}}", _ALL, "machine.time.bootTimeout"),
    "a patch that is no deletion": ("machine: {certSANs: {$patch: merge}}", _ALL, "machine.certSANs"),
    "a key taken out of an item": (
        "machine: {network: {interfaces: [{interface: eth0, vip: {$patch: delete}}]}}",
        _ALL,
        "take a whole item out of a list",
    ),
    "apiVersion without a kind": ("apiVersion: v1alpha1\nmachine: {certSANs: [a]}", _ALL, "apiVersion"),
    "a list of arguments before there were such": (
        "cluster: {apiServer: {extraArgs: {a: [b, c]}}}",
        (9, 11),
        "extraArgs.a",
    ),
    "a document of a later minor": (
        _document("HostnameConfig", "hostname: a"),
        (9, 11),
        "HostnameConfig comes with Talos 1.12",
    ),
    "a kind that nobody has": (
        _document("LinkConfigs", "name: a"),
        _ALL,
        "no document of the kind LinkConfigs",
    ),
    "the name of a kind as the schema has it": (
        _document("KubeSpanEndpoints", "extraAnnouncedEndpoints: []"),
        _ALL,
        "did you mean KubeSpanEndpointsConfig?",
    ),
    "a document without its name": (
        _document("LinkConfig", "up: true"),
        _NETWORK,
        "name: this must be given",
    ),
    "a field that a document has not": (
        _document("LinkConfig", "name: eth0\nmtuu: 9000"),
        _NETWORK,
        "mtuu: unknown field; did you mean mtu?",
    ),
    "an address without its length": (
        _document("LinkConfig", "name: eth0\naddresses: [{address: 10.0.0.1}]"),
        _NETWORK,
        "addresses[0].address",
    ),
    "a text for the size of packets": (_document("LinkConfig", 'name: eth0\nmtu: "9000"'), _NETWORK, "mtu"),
}
