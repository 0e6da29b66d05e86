// Command fluxoci pulls an artifact into a folder with Flux's own library, as source-controller and `flux pull
// artifact` do, and prints what Flux knows of it: address, digest, and where it comes from.
//
// A registry on loopback is asked without TLS where it has none; a CA is named in SSL_CERT_FILE, and credentials
// stand in $DOCKER_CONFIG/config.json.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/oci"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: fluxoci ADDRESS FOLDER"))
	}
	client := oci.NewClient(oci.DefaultOptions())
	metadata, err := client.Pull(context.Background(), os.Args[1], os.Args[2])
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(metadata); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
