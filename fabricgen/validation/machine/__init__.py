"""Documents that configure machines, and others that are no Kubernetes objects: Talos, k3s, patches, other tools' files.

`documents` asks `machines` about them; `forms` is also how the fabric of `lint` finds Talos and k3s.
"""
