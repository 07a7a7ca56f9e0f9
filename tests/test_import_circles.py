"""No module imports itself by way of others: not lazily either, and not only for its types."""

from graphlib import CycleError, TopologicalSorter

import grimp


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("csat_tui", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
        circle = ""
    except CycleError as error:
        circle = " → ".join(error.args[1])
    assert circle == ""
