"""`fabricgen completion`: the script of a shell. What it then asks is answered by `completing`."""

import argparse


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    from argcomplete.shell_integration import shellcode  # noqa: PLC0415 - only this command prints scripts

    print(shellcode(["fabricgen"], shell=args.shell), end="")
    return 0
