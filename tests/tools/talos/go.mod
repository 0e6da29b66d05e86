// Only marks where the module begins. Each program is built with one of the talos-<minor>.mod files beside this
// one (`go build -modfile=…`): same source, another release of Talos.
module fabricgen/tests/tools/talos

go 1.26
