"""The results of a comparison as a table: one row an image, where the first lost most comes first."""

from annotation_store.comparisons.results import Results
from studio.tables import Column, Form, Table

HEAD = (
    Column("image", "image", Form.COUNT),
    Column("name", "name"),
    Column("first", "first", Form.COUNT),
    Column("second", "second", Form.COUNT),
    Column("neither", "neither", Form.COUNT),
)
"""In the words of the REST API, since scripts read it as well."""


def results_table(found: Results) -> Table:
    """How often each matte of each image was chosen."""
    rows = tuple((each.image_id, each.name, each.first, each.second, each.neither) for each in found.images)
    return Table("comparison", HEAD, rows)
