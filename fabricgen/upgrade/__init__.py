"""Where every pin stands, and the safe way to newer versions: which stops, in which order, and what changes at each."""
