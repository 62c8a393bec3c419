"""Imports go one way inside a floor too: whoever reads a module meets nothing that needs it."""

from graphlib import TopologicalSorter

import grimp

FLOORS = ("config", "analytics", "campaigns", "records", "privacy")


def test_no_module_imports_itself_through_others() -> None:
    """Imports within functions and those for types alone count as well. Raises CycleError, which shows the circle."""
    graph = grimp.build_graph(*FLOORS, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 500
    TopologicalSorter(imports).prepare()
