"""One page of HTML for a cluster, in a file of its own that asks the network for nothing.

Fed by the pipeline with what a description renders to; `gathering` puts together what the page tells, `page` writes it.
"""

from fabricgen.report.gathering import Report, gather
from fabricgen.report.page import page_of
from fabricgen.report.writing import write_page

__all__ = ["Report", "gather", "page_of", "write_page"]
