"""Each picture, by its name."""

from django.utils import translation

from deploy.generated import base_stage
from deploy.pictures import picture as topology_picture
from deploy.topologies import topologies

from .components import components
from .context import context
from .one_borrow import one_borrow


@translation.override("en")
def diagrams() -> dict[str, str]:
    """Each picture's name, and what Graphviz draws it from."""
    containers = {f"containers-{each.name}": topology_picture(each) for each in topologies(base_stage())}
    return {"context": context(), **containers, "components": components(), "one-borrow": one_borrow()}
