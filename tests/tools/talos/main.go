// Command talos proves machine config patches with Talos' own machinery.
//
// It reads one request, or a list of them, as JSON from standard input and answers each with one result, in
// the same order and the same shape. A result says how far the patches came: a config is generated as
// `talosctl gen config` does, the patches are loaded and applied one after another, and the text that comes out is
// loaded again and validated as `talosctl validate --strict` does. `-version` prints the machinery's version.
//
// One source, built once for each Talos minor: talos-<minor>.mod beside it says with which release.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

const machineryModule = "github.com/siderolabs/talos/pkg/machinery"

// request is what a test wants proved. Contract is the version the config is generated for (`--talos-version`).
type request struct {
	Cluster    string   `json:"cluster"`
	Endpoint   string   `json:"endpoint"`
	Kubernetes string   `json:"kubernetes"`
	Contract   string   `json:"contract"`
	Role       string   `json:"role"`
	Mode       string   `json:"mode"`
	Patches    []string `json:"patches"`
}

// result is the answer: Stage is the last one reached, Error is Talos' own text and empty if OK. Warnings are
// those of validation; strict validation turns some of them into the Error. Config has its secrets blacked out,
// and is there as soon as the patches could be applied.
type result struct {
	OK       bool     `json:"ok"`
	Stage    string   `json:"stage"`
	Error    string   `json:"error"`
	Warnings []string `json:"warnings"`
	Config   string   `json:"config"`
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "-version" {
		fmt.Println(machineryVersion())

		return
	}

	if err := answer(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// answer reads all of in, and writes a list for a list and an object for an object.
func answer(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}

	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return answerMany(text, out)
	}

	var one request
	if err := decode(text, &one); err != nil {
		return err
	}

	results, err := proveAll([]request{one})
	if err != nil {
		return err
	}

	return json.NewEncoder(out).Encode(results[0])
}

func answerMany(text []byte, out io.Writer) error {
	var many []request
	if err := decode(text, &many); err != nil {
		return err
	}

	results, err := proveAll(many)
	if err != nil {
		return err
	}

	return json.NewEncoder(out).Encode(results)
}

// decode refuses unknown fields: a misspelt one would prove something else than what was asked.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("request: %w", err)
	}

	return nil
}

// machineryVersion is what the module file asked for, "v1.12.7", as recorded in this program by the linker.
func machineryVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == machineryModule {
				return dependency.Version
			}
		}
	}

	return "unknown"
}
