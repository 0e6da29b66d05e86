"""`fabricgen check`: does the committed tree say what the descriptions say, and is that right? Writes nothing.

What renders and judges is imported when that is not known: most runs find that nothing changed.
"""

import argparse
import os
import sys

from fabricgen.commands.descriptions import find_wanted
from fabricgen.commands.progress import Progress
from fabricgen.commands.remembering import open_memory, order_of
from fabricgen.commands.terminal import colorful
from fabricgen.validation.output.places import find_root
from fabricgen.validation.output.sentences import count


def run(args: argparse.Namespace) -> int:
    """Compare every tree with what would be rendered, and tell what is wrong in it. Returns 1 if there is anything."""
    paths = find_wanted(args)
    order, memory = order_of(args, "only", *args.only, "skip", *args.skip), open_memory(args)
    args.colorful = colorful(args.color)
    args.root = find_root(os.getcwd())  # noqa: PTH109 - places are text
    form = (args.format, str(args.colorful), args.fail_on, args.root)
    question = (*order.question_of_all("check", paths), *form)
    known = memory.recall(question)
    if known is None:
        from fabricgen.commands.checked import check_and_say  # noqa: PLC0415 - as said above
        from fabricgen.fleet.checking import still_holds  # noqa: PLC0415 - the same

        memory.forget_old()
        with Progress(f"check: {count(len(paths), 'description')}"):
            code, said, made_of = check_and_say(paths, order, memory, args)
        known = [code, said]
        if made_of is not None and still_holds(made_of):
            memory.learn(question, known, made_of=made_of)
    code, said = known
    for stream, text in said:
        (sys.stdout if stream == "out" else sys.stderr).write(text)
    return int(code)
