"""Fetches the schemas that no package ships, from upstream, into a folder that can be committed.

Read `pull` first: wanted versions (`pins`, `upstream`) -> downloads (`fetch`, `archive`) -> schemas (`crds`,
`conversion`) -> files and lock (`folder`). Used by the command `schemas`; what lies in the folder is found by
`schemas.pulled`.
"""
