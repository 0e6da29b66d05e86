"""A cluster's tree -> an OCI artifact in a registry, which Flux reads as an OCIRepository.

Fed by the pipeline with what is rendered and by the disk with what is committed. `content` says which files go in,
`archive` packs them, `origin` asks git where they come from, `artifact` puts manifest and digest together,
`reference` says where to, `credentials` as whom, and `registry` brings it there. Only `registry` opens connections.
"""
