"""Many descriptions in one run: what is known is not done again, the rest is spread over processes.

Fed by the commands `check` and `render`; each description goes through the pipeline. Results come in the order of the
descriptions, and what is wrong with any of them is told of all together. `plain` is how results travel between
processes and into the memory.
"""
