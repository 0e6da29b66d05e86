"""The arguments of commands, one module a command: its texts, and `add(parser)`.

The texts are DESCRIPTION (what it does, in a sentence or two), EXAMPLES (pairs of a command that runs and what it is
for), EXIT_CODES and PAGE. Fed to `parser`, which imports that of the command that is asked for and no other. Nothing
heavy is imported here.
"""
