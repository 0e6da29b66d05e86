"""What earlier runs found out, outside of the tree: an answer holds as long as all that it is made of is the same.

Asked by the commands before anything is imported that takes long. `state` tells whether files and folders are the same,
`program` whether fabricgen is, `answers` keeps answers, `questions` says what is asked and what decides the answer.
"""

from fabricgen.memory.answers import Memory, Source

__all__ = ["Memory", "Source"]
