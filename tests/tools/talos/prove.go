package main

import (
	"fmt"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/encoder"
	"github.com/siderolabs/talos/pkg/machinery/config/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
	"github.com/siderolabs/talos/pkg/machinery/config/types/v1alpha1"
	"github.com/siderolabs/talos/pkg/machinery/config/validation"
)

// The defaults of `talosctl gen config` on bare metal; the image is the one without any extension.
const (
	installDisk  = "/dev/sda"
	installImage = "factory.talos.dev/metal-installer/" +
		"376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"
)

// mode answers Talos' questions about where a config will run.
type mode string

func (m mode) String() string { return string(m) }

func (m mode) RequiresInstall() bool { return m == "metal" }

func (m mode) InContainer() bool { return m == "container" }

// proveAll answers in order. All share one set of secrets, made by the rules of an old cluster: newer contracts take
// them as they are, and the service account's key is then not the RSA one, which takes seconds to find.
func proveAll(requests []request) ([]result, error) {
	bundle, err := secrets.NewBundle(secrets.NewFixedClock(time.Now()), config.TalosVersion1_6)
	if err != nil {
		return nil, err
	}

	results := make([]result, 0, len(requests))
	for _, asked := range requests {
		results = append(results, prove(asked, bundle))
	}

	return results, nil
}

// prove takes one request through the stages and stops at the first that fails. A panic of the machinery's is an error
// of this request only: releases up to 1.13 panic on a `$patch: delete` of a named document that is not there.
func prove(asked request, bundle *secrets.Bundle) (answer result) {
	answer.Warnings = []string{}

	defer func() {
		if cause := recover(); cause != nil {
			answer = failed(answer, fmt.Errorf("panic: %v", cause))
		}
	}()

	patched, err := patch(asked, bundle, &answer.Stage)
	if err != nil {
		return failed(answer, err)
	}

	if answer.Config, err = encode(patched.RedactSecrets("secret")); err != nil {
		return failed(answer, err)
	}

	answer.Stage = "validate"
	if answer.Warnings, err = validate(patched, mode(asked.Mode)); err != nil {
		return failed(answer, err)
	}

	answer.OK = true

	return answer
}

// patch generates the config, loads the patches and applies them; stage tells which of these it has come to.
func patch(asked request, bundle *secrets.Bundle, stage *string) (config.Provider, error) {
	*stage = "generate"
	generated, err := generateConfig(asked, bundle)
	if err != nil {
		return nil, err
	}

	*stage = "load"
	patches, err := loadPatches(asked.Patches)
	if err != nil {
		return nil, err
	}

	*stage = "patch"

	return applyPatches(generated, patches)
}

func failed(answer result, err error) result {
	answer.Error = err.Error()

	return answer
}

// generateConfig makes what `talosctl gen config` would hand out for that role, and `talosctl cluster create docker`
// in container mode.
func generateConfig(asked request, bundle *secrets.Bundle) (config.Provider, error) {
	contract, err := config.ParseContractFromVersion(asked.Contract)
	if err != nil {
		return nil, fmt.Errorf("contract %q: %w", asked.Contract, err)
	}

	role, err := machine.ParseType(asked.Role)
	if err != nil {
		return nil, err
	}

	placed, err := placeOptions(mode(asked.Mode), contract)
	if err != nil {
		return nil, err
	}

	options := append(placed,
		generate.WithVersionContract(contract),
		generate.WithSecretsBundle(bundle),
		generate.WithClusterDiscovery(true),
	)

	input, err := generate.NewInput(asked.Cluster, asked.Endpoint, asked.Kubernetes, options...)
	if err != nil {
		return nil, err
	}

	return input.Config(role)
}

// placeOptions are those by which bare metal and a container differ; a container of an older contract must leave alone
// the link that the container's host has set up.
func placeOptions(place mode, contract *config.VersionContract) ([]generate.Option, error) {
	switch {
	case place.RequiresInstall():
		image := installImage + ":" + machineryVersion()

		return []generate.Option{generate.WithInstallDisk(installDisk), generate.WithInstallImage(image)}, nil
	case place.InContainer() && contract.Minor > 11:
		return []generate.Option{generate.WithHostDNSForwardKubeDNSToHost(true)}, nil
	case place.InContainer():
		ignore := v1alpha1.WithNetworkInterfaceIgnore(v1alpha1.IfaceByName("eth0"))

		return []generate.Option{generate.WithHostDNSForwardKubeDNSToHost(true), generate.WithNetworkOptions(ignore)}, nil
	default:
		return nil, fmt.Errorf("mode %q: want metal or container", place)
	}
}

// loadPatches keeps the patches apart, so that an error can name the one at fault, counted from 1.
func loadPatches(texts []string) ([]configpatcher.Patch, error) {
	patches := make([]configpatcher.Patch, 0, len(texts))

	for index, text := range texts {
		patch, err := configpatcher.LoadPatch([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("patch %d: %w", index+1, err)
		}

		patches = append(patches, patch)
	}

	return patches, nil
}

func applyPatches(generated config.Provider, patches []configpatcher.Patch) (config.Provider, error) {
	patched, err := configpatcher.Apply(configpatcher.WithConfig(generated), patches)
	if err != nil {
		return nil, err
	}

	return patched.Config()
}

func encode(patched config.Provider) (string, error) {
	text, err := patched.EncodeBytes(encoder.WithComments(encoder.CommentsDisabled))

	return string(text), err
}

// validate reads the config back from its text, as a machine does, before judging it. The warnings come from a lenient
// run, because a strict one may report them as errors only.
func validate(patched config.Provider, place mode) ([]string, error) {
	text, err := encode(patched)
	if err != nil {
		return []string{}, err
	}

	reloaded, err := configloader.NewFromBytes([]byte(text))
	if err != nil {
		return []string{}, err
	}

	warnings, err := reloaded.Validate(place, validation.WithLocal())
	if err == nil {
		_, err = reloaded.Validate(place, validation.WithLocal(), validation.WithStrict())
	}

	return append([]string{}, warnings...), err
}
