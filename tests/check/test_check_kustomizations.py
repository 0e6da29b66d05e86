"""kustomization.yaml: what it lists is there, and what is there is listed."""

from check_documents import config_map, findings, folder, found, layer, written

WEB = "infrastructure/web"


def test_a_folder_that_lists_its_files_is_right() -> None:
    assert found(layer("web"), folder(WEB, "a.yaml"), config_map(f"{WEB}/a.yaml")) == []


def test_a_resource_that_is_not_there_is_found() -> None:
    documents = (layer("web"), folder(WEB, "a.yaml", "b.yaml"), config_map(f"{WEB}/a.yaml"))

    assert found(*documents) == [("FLX002", f"{WEB}/kustomization.yaml")]
    assert str(findings(*documents)[0]) == (
        f"{WEB}/kustomization.yaml:6: resources[1]: gitops/home/{WEB}/b.yaml is listed and is not there [FLX002]"
    )


def test_a_file_that_is_not_listed_is_found() -> None:
    documents = (
        layer("web"),
        folder(WEB, "a.yaml"),
        config_map(f"{WEB}/a.yaml"),
        config_map(f"{WEB}/extra.yml", "extra"),
    )

    assert found(*documents) == [("FLX003", f"{WEB}/extra.yml")]


def test_a_folder_with_files_may_be_listed_as_a_whole() -> None:
    documents = (
        layer("web"),
        folder(WEB, "inner"),
        layer("inner", at=f"./gitops/home/{WEB}/inner"),
        folder(f"{WEB}/inner", "a.yaml"),
        config_map(f"{WEB}/inner/a.yaml"),
    )

    assert found(*documents) == []


def test_resources_that_are_no_list_are_told_once_and_crash_nothing() -> None:
    broken = written(
        f"{WEB}/kustomization.yaml",
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": "a.yaml"},
    )

    assert ("SCH001", f"{WEB}/kustomization.yaml") in found(layer("web"), broken)


def test_files_that_nobody_applies_need_no_list() -> None:
    assert found(config_map("bootstrap/a.yaml")) == []
