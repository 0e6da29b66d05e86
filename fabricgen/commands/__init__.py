"""One module a command, each with `run(args) -> exit code`. Imported only when the command is used."""
