"""What is found to be a secret and what is not: keys, tokens, passwords; references, placeholders, hashes.

Every secret here is made of nothing, when the test runs, so that no scanner is alarmed by this file.
"""

import base64
import json
from pathlib import PurePosixPath

import pytest

from fabricgen.secrets import find_in_value, find_secrets, hide_secrets

LETTERS = "aB3dE5gH7jK9mN2pQ4sT6vW8yZ1"
DIGITS = "0a1b2c3d4e5f6789"
FILE = PurePosixPath("talos/all/patch.yaml")


def made(length: int, alphabet: str = LETTERS) -> str:
    """A text that looks random, and is the same each time."""
    return "".join(alphabet[(number * 7 + number // 5) % len(alphabet)] for number in range(length))


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def pem(kind: str) -> str:
    return f"-----BEGIN {kind}-----\n{made(64)}\n{made(64)}\n-----END {kind}-----\n"


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


JWT = ".".join(("eyJ" + made(30), "eyJ" + made(60), made(43)))
SIX_SIXTEEN = f"{made(6, DIGITS)}.{made(16, DIGITS)}"
HIDDEN_PEM = b64(pem("ED25519 PRIVATE KEY"))
LOGINS = json.dumps({"auths": {"ghcr.io": {"auth": b64("me:" + made(12))}}})

SECRETS = {
    "rsa": f"key: |\n{indented(pem('RSA PRIVATE KEY'))}",
    "pkcs8": pem("PRIVATE KEY"),
    "encrypted-pkcs8": pem("ENCRYPTED PRIVATE KEY"),
    "ec": pem("EC PRIVATE KEY"),
    "openssh": pem("OPENSSH PRIVATE KEY"),
    "pgp": pem("PGP PRIVATE KEY BLOCK"),
    "legacy-encrypted": f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{made(64)}\n",
    "google-service-account": json.dumps({"type": "service_account", "private_key": pem("PRIVATE KEY")}),
    "putty": f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: {made(9)}\n",
    "age": f"AGE-SECRET-KEY-1{made(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}",
    "github-personal": f"x: ghp_{made(36)}",
    "github-app": f"Authorization: Bearer ghs_{made(36)}",
    "github-oauth": f"gho_{made(36)}",
    "github-fine": f"github_pat_{made(22)}_{made(59)}",
    "gitlab": f"glpat-{made(20)}",
    "slack-bot": f"xoxb-{made(12, '1234567890')}-{made(24)}",
    "slack-webhook": f"https://hooks.slack.com/services/T{made(8)}/B{made(8)}/{made(24)}",
    "discord-webhook": f"https://discord.com/api/webhooks/{made(18, '1234567890')}/{made(68)}",
    "aws-id": f"id: AKIA{made(16, 'QWERTYUIOP234567')}",
    "aws-key": f"aws_secret_access_key = {made(40)}",
    "jwt": f"bearer {JWT}",
    "service-account": f'"token": "{JWT}"',
    "1password": f"ops_eyJ{made(250)}",
    "tailscale": f"tskey-auth-{made(12)}-{made(30)}",
    "vault": f"hvs.{made(92)}",
    "k3s-full": f"K10{made(64, DIGITS)}::server:{made(32, DIGITS)}",
    "k3s-token": f"token: {made(32, DIGITS)}",
    "k3s-agent-token": "agent-token: correcthorsebattery",
    "k3s-datastore": f"datastore-endpoint: postgres://k3s:{made(9)}@db.lan:5432/k3s",
    "k3s-s3": f"etcd-s3-secret-key: {made(30)}",
    "k3s-environment": f"K3S_TOKEN={made(20)} sh install.sh",
    "talos-token": f"machine:\n  token: {SIX_SIXTEEN}\n",
    "talos-quoted-token": f'trustdinfo: {{"token": "{SIX_SIXTEEN}"}}',
    "talos-bootstrap-token": f"secrets:\n  bootstraptoken: {SIX_SIXTEEN}\n",
    "talos-ca": f"machine:\n  ca:\n    crt: {b64(pem('CERTIFICATE'))}\n    key: {HIDDEN_PEM}\n",
    "talos-cluster-secret": f"cluster:\n  secret: {made(43)}=\n",
    "talos-aescbc": f"cluster:\n  aescbcEncryptionSecret: {made(43)}=\n",
    "talos-secretbox": f"secrets:\n  secretboxencryptionsecret: {made(43)}=\n",
    "talosconfig": f"contexts:\n  home:\n    key: {HIDDEN_PEM}\n",
    "kubeconfig": f"users:\n- name: admin\n  user:\n    client-key-data: {HIDDEN_PEM}\n",
    "kubeconfig-token": f"users:\n- name: admin\n  user:\n    token: {made(40)}\n",
    "wireguard": f"[Interface]\nPrivateKey = {made(43)}=\n",
    "wireguard-talos": f"wireguard:\n  privateKey: {made(43)}=\n",
    "wireguard-psk": f"PresharedKey = {made(43)}=\n",
    "ipsec": f"keys: 3+ rfc4106(gcm(aes)) {made(40, DIGITS)} 128",
    "bgp-frr": f" neighbor 10.0.0.1 password {made(9)}",
    "bgp-metallb": f"spec:\n  password: {made(9)}\n",
    "git-url": f"url: https://me:{made(20)}@github.com/me/home.git",
    "url-without-a-user": f"redis://:{made(12)}@10.0.0.9:6379",
    "docker-auth": LOGINS,
    "docker-config": f".dockerconfigjson: {b64(LOGINS)}",
    "cloudflare": f"CF_API_TOKEN: {made(40)}",
    "cloudflare-env": f"env:\n  - name: CF_API_TOKEN\n    value: {made(40)}\n",
    "api-key": f"apiKey: '{made(32)}'",
    "password": "adminPassword: hunter22",
    "password-quoted": 'grafana: {"adminPassword": "hunter22", "a": 1}',
    "password-block": "password: |-\n  hunter22\n",
    "password-flag": "talosctl x --password hunter22",
    "uuid-key": f"apiKey: {made(8, DIGITS)}-{made(4, DIGITS)}-{made(4, DIGITS)}-{made(4, DIGITS)}-{made(12, DIGITS)}",
    "client-secret": f"oidc:\n  clientSecret: {made(32)}\n",
    "kubernetes-secret": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  anything: hunter22\n",
    "kubernetes-secret-data": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata:\n  a: {b64('hunter22')}\n",
    "kubernetes-secret-json": '{"apiVersion": "v1", \n"kind": "Secret",\n "stringData": {"a": "hunter22"}}',
    "kubernetes-secret-in-list": (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  stringData:\n    a: hunter22\n"
    ),
}

HARMLESS = {
    "variable": "password: ${ADMIN_PASSWORD}",
    "shell": 'token="$(cat "$SECRETS/k3s-token")"',
    "shell-variable": "K3S_TOKEN=$token sh install.sh",
    "template": "password: '{{ .Values.password }}'",
    "angle": "password: <redacted>",
    "angle-token": "ghp_<your token>",
    "stars": "password: '********'",
    "crosses": f"token: ghp_{'x' * 36}",
    "example-aws": "id: AKIAIOSFODNN7EXAMPLE",
    "changeme": "adminPassword: changeme",
    "your-token": "apiToken: your-api-token-here",
    "empty": 'password: ""\ntoken:\nsecret: null\n',
    "sops": "password: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:A==,type:str]",
    "vals": "password: ref+vault://secret/home#/password",
    "1password-reference": "password: op://home/grafana/password",
    "secret-key-ref": "valueFrom:\n  secretKeyRef:\n    name: grafana\n    key: admin-password\n",
    "existing-secret": "auth:\n  existingSecret: grafana-admin\n  existingSecretPasswordKey: password\n",
    "password-secret": "passwordSecret: router-password",
    "auth-secret-ref": "authSecretRef: bgp-auth",
    "secret-ref": "secretRef:\n  name: flux-system\n",
    "image-pull-secret": "imagePullSecrets:\n  - name: ghcr-login2024\n",
    "external-secret": "data:\n  - secretKey: password\n    remoteRef:\n      key: grafana\n      property: password\n",
    "token-file": "token-file: /etc/rancher/k3s/token",
    "token-path": "token: /var/run/secrets/token",
    "automount": "automountServiceAccountToken: false",
    "token-ttl": "tokenTTL: 24h0m0s",
    "key-name": "serviceKey: http\nkey: node-role.kubernetes.io/control-plane\n",
    "taint": "tolerations:\n  - key: gpu\n    operator: Exists\n",
    "selector": "matchLabels:\n  app.kubernetes.io/part-of: token-controller\n",
    "certificate": pem("CERTIFICATE"),
    "hidden-certificate": f"caBundle: {b64(pem('CERTIFICATE'))}\n",
    "public-key": pem("PUBLIC KEY"),
    "ssh-public": f"ssh-ed25519 AAAA{made(64)} me@home",
    "age-recipient": f"age: age1{made(58, 'qpzry9x8gf2tvdw0s3jn54khce6mua7l')}",
    "wireguard-public": f"publicKey: {made(43)}=",
    "cosign-key": "cosign.pub: |\n" + indented(pem("PUBLIC KEY")),
    "digest": f"digest: sha256:{made(64, DIGITS)}",
    "schematic": f"image: factory.talos.dev/installer/{made(64, DIGITS)}:v1.12.4",
    "commit": f"commit: {made(40, DIGITS)}",
    "uuid": f"uuid: {made(8, DIGITS)}-{made(4, DIGITS)}-{made(4, DIGITS)}-{made(4, DIGITS)}-{made(12, DIGITS)}",
    "mac": "mac: e4:5f:01:9d:4c:a8",
    "ssh-url": "url: ssh://git@github.com/me/home",
    "scp-url": "url: git@github.com:me/home.git",
    "port-in-url": "url: https://10.0.0.1:6443/a@b",
    "url-variable": "url: https://me:${TOKEN}@github.com/me/home",
    "two-urls": "see https://a.example.org:8443/x or mail me@example.org",
    "image": "image: quay.io/cilium/cilium:v1.19.5@sha256:" + made(64, DIGITS),
    "prose": "# the token: whoever has it can join\n# password: none, whoever reaches it sees all\n",
    "prose-pem": "A file that begins with -----BEGIN PRIVATE KEY----- is one.",
    "markdown": "| `spec.secretRef.name` | `flux-system` | made by hand; never in git |",
    "ingress": "tls:\n  - secretName: wildcard-tls\n",
    "short-words": "secret: flux-system\ntoken: hubble-ui\n",
    "number": "token: 3600000000",
    "kubectl": 'kubectl create secret generic a --from-literal=password="$(cat "$SECRETS/git-token")"',
    "external-secret-name": "data:\n  - secretKey: S3_ACCESS_KEY_1\n",
    "cost": "input_cost_per_token: 0.0000012500",
    "filled-in": "password: __ADMIN_PASSWORD__",
    "vals-in-secret": "apiVersion: v1\nkind: Secret\nstringData:\n  token: ref+op://home/connect/token\n",
    "code": "password=args.password,",
    "commented": "# adminPassword: hunter22",
    "kubeadm-example": "token: abcdef.0123456789abcdef",
    "version-dots": "version: 1.19.5-rc.1\n",
    "kubernetes-secret-sops": (
        "apiVersion: v1\nkind: Secret\nstringData:\n  a: ENC[AES256_GCM,data:x]\nsops:\n  mac: ENC[AES256_GCM,data:x]\n"
    ),
    "kubernetes-secret-variable": "apiVersion: v1\nkind: Secret\nstringData:\n  domain: ${DOMAIN}\n",
    "kubernetes-secret-empty": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n",
    "kubernetes-secret-public": f"apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: {b64(pem('CERTIFICATE'))}\n",
    "kind-of-reference": "valuesFrom:\n  - kind: Secret\n    name: cilium-values\n",
}  # fmt: skip


def find(text: str) -> tuple[str, ...]:
    return tuple(str(problem) for problem in find_secrets({FILE: text}))


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_found_and_named_by_file_and_line_and_not_shown(name: str) -> None:
    text = f"# first line\n{SECRETS[name]}"

    problems = find_secrets({FILE: text})

    assert problems
    assert {problem.file for problem in problems} == {str(FILE)}
    assert min(problem.line for problem in problems) >= 2
    assert all(
        word not in str(problem) for problem in problems for word in SECRETS[name].split() if len(word) > 20
    )
    assert all("hunter" not in str(problem) for problem in problems)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_secret_is_let_through(name: str) -> None:
    assert find(HARMLESS[name]) == ()


def test_places_are_told_file_by_file_and_line_by_line() -> None:
    texts = {
        PurePosixPath("b.yaml"): f"a: 1\nadminPassword: hunter22\nx: ghp_{made(36)}\n",
        PurePosixPath("a.yaml"): pem("PRIVATE KEY"),
    }

    assert [str(problem).partition("; ")[0] for problem in find_secrets(texts)] == [
        "a.yaml:1: holds a private key (PEM)",
        "b.yaml:2: holds a password, by the name of its key (SEC001)",
        "b.yaml:3: holds a token of GitHub",
    ]


def test_what_only_its_key_calls_a_secret_can_be_ignored_and_the_rest_cannot() -> None:
    texts = {FILE: f"adminPassword: hunter22\nx: ghp_{made(36)}\n"}

    assert [problem.line for problem in find_secrets(texts, by_name=False)] == [2]


def test_a_value_of_a_description_is_named_by_its_path() -> None:
    value = {"cni": {"cilium": {"values": {"hubble": {"list": [{"adminPassword": "open sesame"}]}}}}}

    (problem,) = find_in_value(value)

    assert str(problem) == (
        "cni.cilium.values.hubble.list[0].adminPassword: holds a password, by the name of its key (SEC001); "
        "Keep it out of git: put it into a Secret that is encrypted or made by hand, and name that one"
    )


@pytest.mark.parametrize(
    "value",
    [
        {"env": [{"name": "GITHUB_TOKEN", "value": made(30)}]},
        {"extraConfig": f"a: 1\npassword: {made(12)}\n"},
        {"url": f"https://me:{made(12)}@github.com/me/home"},
        {"token": SIX_SIXTEEN},
        {"a": ["b", pem("PRIVATE KEY")]},
    ],
)
def test_a_secret_anywhere_in_a_description_is_found_once(value: dict[str, object]) -> None:
    assert len(find_in_value(value)) == 1


def test_no_message_about_a_document_holds_its_secrets() -> None:
    from fabricgen.errors import Problem  # noqa: PLC0415

    token = f"ghp_{made(36)}"
    value = {"a": token, "adminPassword": "open sesame"}

    hidden = hide_secrets(
        Problem(message=f"{token!r} is not x, nor is 'open sesame'", hint=f"write {token}"), value
    )

    assert str(hidden) == "'(not shown)' is not x, nor is '(not shown)'; write (not shown)"
