"""Helm values: what goes into a chart by a HelmRelease of Flux, or a HelmChart of k3s, against what the chart takes.

`watch` finds releases on the engine's fast path, `releases` judges one that tells all by itself, and `last` finishes,
at the end of a run, those that other documents decide, which `nearby` and `generated` look up. `known` says what is
known of charts, `values` turns what is wrong into findings, `lines` says where it is written.
"""
