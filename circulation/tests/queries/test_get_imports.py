"""GetImports: the latest at the top."""

from circulation.queries import GetImports
from circulation.tests.imports import NOT_IN_MODEL, begun
from tests.arranger import Arguments, Arranger
from tests.declared import declared


def _imports(it: Arranger, number: int) -> Arguments:
    for _ in range(number):
        begun(it)
    return {}


DECLARED = declared(
    GetImports,
    rows=_imports,
    statements=1,
    large=lambda it: [{}],
    not_in_model=NOT_IN_MODEL,
)
