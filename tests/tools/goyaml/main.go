// Command goyaml reads YAML documents, separated by NUL bytes, on standard
// input, and writes one line for each: the JSON that Kubernetes' own reader
// (strict, duplicate keys refused) makes of it, or "error: " and the reason.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

func read(document []byte) string {
	json, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return "error: " + strings.Join(strings.Fields(err.Error()), " ")
	}
	return string(json)
}

func run(in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	lines := bufio.NewWriter(out)
	for _, document := range bytes.Split(text, []byte{0}) {
		fmt.Fprintln(lines, read(document))
	}
	return lines.Flush()
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
