"""The arguments of commands, one module a command: what it is for, examples, and `add(parser)`.

Fed to `parser`, which imports that of the command that is asked for and no other. Nothing heavy is imported here.
"""
