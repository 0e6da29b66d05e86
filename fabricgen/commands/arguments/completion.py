"""The arguments of `fabricgen completion`."""

import argparse

DESCRIPTION = (
    "Print a script that makes a shell complete fabricgen's commands, flags and their values, the names of clusters in "
    "clusters/, rules, and files. It asks the installed fabricgen, so it stays right when fabricgen is updated."
)
EXAMPLES = (
    ('eval "$(fabricgen completion bash)"', "this bash; in ~/.bashrc every one to come"),
    ("fabricgen completion zsh > ~/.zfunc/_fabricgen", "zsh, with ~/.zfunc in fpath"),
    ("fabricgen completion fish > ~/.config/fish/completions/fabricgen.fish", "fish"),
)
EXIT_CODES = "0 printed, 2 there is no script for this shell, 3 a bug of fabricgen"
PAGE = "docs/completion.md"


def add(one: argparse.ArgumentParser) -> None:
    """Add the shell."""
    one.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish")
