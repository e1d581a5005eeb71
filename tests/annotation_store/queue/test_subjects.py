import unicodedata

import pytest
from sqlalchemy import insert

from annotation_store import schema
from annotation_store.errors import NotFoundError, UnreadableSubjectsError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import Part, Role
from annotation_store.learning.training_sets import freeze, load_items
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.queue.subjects import SubjectTable, apply_subjects, read_subjects
from annotation_store.tags import add_tags, tags_by_image


@pytest.fixture
def table(tmp_path):
    """``table(text)``: read a table of these bytes, or of this text in UTF-8."""

    def read(content):
        path = tmp_path / "subjects.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_subjects(path)

    return read


TEXT = "file,subject\r\n写真1.jpg,赤い靴\r\n写真2.jpg,赤い靴\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_is_read_as_spreadsheets_save_it(table, encoding):
    read = table(TEXT.encode(encoding))
    assert read == SubjectTable({"写真1.jpg": "赤い靴", "写真2.jpg": "赤い靴"}, {})


def test_a_third_column_says_who_is_to_have_it_where_it_says_anything(table):
    read = table('File , Subject,ASSIGNED_TO\n"a, b.jpg",shoe,keiko\n\nc.jpg, shoe ,\n')
    assert read.subjects == {"a, b.jpg": "shoe", "c.jpg": "shoe"}
    assert read.assigned_to == {"a, b.jpg": "keiko"}


def test_product_ids_and_tags_stand_in_columns_of_any_order(table):
    read = table('tags,file,product_id\n"red, leather|red;夏、hair",a.jpg,4901\n,b.jpg,4902\nwool,c.jpg,\n')
    assert read.subjects == {"a.jpg": "4901", "b.jpg": "4902"}
    assert read.tags == {"a.jpg": ("red", "leather", "夏", "hair"), "c.jpg": ("wool",)}
    assert read.files == ("a.jpg", "b.jpg", "c.jpg")


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-16"])
def test_other_separators_are_understood(table, delimiter, encoding):
    lines = [["file", "product_id", "tags"], ["写真1.jpg", "靴", '"夏;赤"']]
    read = table("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert (read.subjects, read.tags) == ({"写真1.jpg": "靴"}, {"写真1.jpg": ("夏", "赤")})


def test_tags_of_a_table_come_to_those_that_are_there(store, shelve):
    one, two = shelve("a.jpg", "b.jpg")
    add_tags(store, [one], ["old"], by="ren")
    table = SubjectTable({}, {}, {"a.jpg": ("red", "old"), "z.jpg": ("red",)})
    report = apply_subjects(store, FIRST_PROJECT, table, by="ren")
    assert (report.changed, report.tagged, report.missing) == (0, 1, ("z.jpg",))
    assert tags_by_image(store, [one, two]) == {one: ("old", "red")}
    assert stands(store, one) == [("a.jpg", None)]


def test_files_are_named_as_the_studio_names_them(table):
    split = unicodedata.normalize("NFD", "ガラス.png")
    assert table(f"file,subject\nphotos/shoe.jpg,shoe\n{split},glass\n").subjects == {
        "shoe.jpg": "shoe",
        "ガラス.png": "glass",
    }


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "line 1: the table is empty"),
        ("\n\n", "line 1: the header is not"),
        ("a.jpg,shoe\n", "line 1: the header is not “file,subject”"),
        ("file,price\n", "line 1: the header is not"),
        ("file\na.jpg\n", "line 1: the header is not"),
        ("subject,tags\nshoe,red\n", "line 1: the header is not"),
        ("file,subject,product_id\n", "line 1: the header is not"),
        (f"file,tags\na.jpg,{'t' * 61}\n", "line 2: A tag has 1 to 60 letters"),
        (f"file,tags\na.jpg,{';'.join(map(str, range(51)))}\n", "line 2: it has more than 50 tags"),
        ("file,subject\na.jpg,shoe\nb.jpg\n", "line 3: it has 1 columns, the header 2"),
        ("file,subject\na.jpg,shoe,keiko\n", "line 2: it has 3 columns, the header 2"),
        ("file,subject\na.jpg,\n", "line 2: it names no subject"),
        ("file,subject\n,shoe\n", "line 2: it names no file"),
        ("file,subject\na.jpg,shoe\nb.jpg,bag\na.jpg,shoe\n", "line 4: “a.jpg” is in line 2 already"),
        ("file,subject\na.jpg,shoe\nx/a.jpg,bag\n", "line 3: “a.jpg” is in line 2 already"),
        (f"file,subject\na.jpg,{'s' * 201}\n", "line 2: its subject has more than 200 characters"),
        ('file,subject\na.jpg,"shoe\n', "line 2: unexpected end of data"),
        ('file,subject\n\n"two\nlines.jpg",shoe\nb.jpg,"sh"oe\n', "line 5: "),
        (b"file,subject\na.jpg,\x81\x01\n", "line 2: it is neither in UTF-8 nor in CP932"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_line(table, content, complaint):
    with pytest.raises(UnreadableSubjectsError) as refusal:
        table(content)
    assert str(refusal.value).startswith(f"subjects.csv, {complaint}")


def test_a_table_that_is_not_there_is_told_as_that(tmp_path):
    with pytest.raises(UnreadableSubjectsError, match="cannot be read: No such file"):
        read_subjects(tmp_path / "none.csv")


def stands(store, *ids):
    return [(image.product_group, image.assigned_to) for image in (get_image(store, each) for each in ids)]


def test_a_table_tells_what_is_on_photos_that_are_there_and_who_has_them(store, shelve):
    one, two, three = shelve("a.jpg", "b.jpg", "c.jpg", assigned_to="mia")
    other = create_project(store, "Bags", by="ren").id
    (elsewhere,) = shelve("a.jpg", project_id=other)
    table = SubjectTable({"a.jpg": "shoe", "b.jpg": "shoe", "z.jpg": "hat"}, {"b.jpg": "keiko"})
    report = apply_subjects(store, FIRST_PROJECT, table, by="ren")
    assert (report.changed, report.assigned, report.missing) == (2, 1, ("z.jpg",))
    assert stands(store, one, two, three, elsewhere) == [
        ("shoe", "mia"),
        ("shoe", "keiko"),
        ("c.jpg", "mia"),
        ("a.jpg", None),
    ]
    told = {(event.action, event.image_id): event.data for event in recent_events(store) if event.image_id}
    assert told == {
        ("image.subject_changed", one): {"before": "a.jpg", "after": "shoe"},
        ("image.subject_changed", two): {"before": "b.jpg", "after": "shoe"},
        ("image.assigned", two): {"to": "keiko", "before": "mia"},
    }
    again = apply_subjects(store, FIRST_PROJECT, table, by="ren")
    assert (again.changed, again.assigned) == (0, 0)


def test_all_or_nothing_of_a_table_is_applied(store, shelve):
    ids = shelve("a.jpg", "b.jpg")
    with store.database.write() as session:
        row = {"name": "mia", "display_name": "", "role": Role.OPERATOR, "failed_attempts": 0, "created_by": "ren"}
        session.execute(insert(schema.Person).values(**row))
    table = SubjectTable({"a.jpg": "shoe", "b.jpg": "shoe"}, {"a.jpg": "mia", "b.jpg": "nobody"})
    with pytest.raises(NotFoundError, match="“nobody”"):
        apply_subjects(store, FIRST_PROJECT, table, by="ren")
    with pytest.raises(NotFoundError, match="no project number 9"):
        apply_subjects(store, 9, table, by="ren")
    assert stands(store, *ids) == [("a.jpg", None), ("b.jpg", None)]


def test_shots_of_one_subject_by_table_lie_on_one_side_of_a_training_set(world, store):
    names = [f"P{number}.png" for number in range(12)]
    for image in world.draft(*names):
        world.approve(image.id)
    apart = {item.part for item in load_items(store, freeze(store, validation_share=0.5, by="ren").id)}
    assert apart == {Part.TRAIN, Part.VALIDATION}
    subjects = {name: ("shoe" if number % 2 else "bag") for number, name in enumerate(names)}
    apply_subjects(store, FIRST_PROJECT, SubjectTable(subjects, {}), by="ren")
    items = load_items(store, freeze(store, validation_share=0.5, by="ren").id)
    sides = {(item.product_group, item.part) for item in items}
    assert len(sides) == len({group for group, _ in sides}) == 2
