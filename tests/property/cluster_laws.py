"""What holds for the tree of every cluster. Each law yields a sentence for each place where it does not.

The laws read the documents as others will read them, and know nothing of how they were made.
"""

from collections.abc import Callable, Iterator

import address_laws
import reference_laws

import fabricgen

Law = Callable[[fabricgen.Rendered], Iterator[str]]

LAWS: tuple[Law, ...] = (
    address_laws.pools_hand_something_out,
    address_laws.blocks_lie_in_what_was_written,
    address_laws.blocks_announced_by_l2_lie_in_the_lan,
    address_laws.no_block_holds_a_taken_address,
    address_laws.no_two_blocks_overlap,
    address_laws.nodes_have_their_own_addresses_in_the_lan,
    address_laws.control_planes_share_the_address_of_the_api,
    reference_laws.no_two_documents_are_one_object,
    reference_laws.kustomizations_list_what_is_beside_them,
    reference_laws.layers_depend_on_layers_and_never_in_a_circle,
    reference_laws.layers_have_a_folder_and_a_source,
    reference_laws.releases_have_a_chart,
    reference_laws.health_is_checked_on_what_is_there,
    reference_laws.peers_have_their_config_and_advertisements,
    reference_laws.services_can_have_the_address_they_ask_for,
    reference_laws.routes_have_a_gateway_and_gateways_a_class,
    reference_laws.namespaces_are_there_before_what_is_in_them,
    reference_laws.nothing_is_left_for_flux_to_replace,
)


def broken_laws(rendered: fabricgen.Rendered) -> dict[str, list[str]]:
    """Return what each law complains about; empty when all hold."""
    complaints = {law.__name__: list(law(rendered)) for law in LAWS}
    return {name: found for name, found in complaints.items() if found}
