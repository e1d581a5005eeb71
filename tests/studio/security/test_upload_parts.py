import pytest

from studio.security.upload_parts import NotAFileError, UploadParts

TYPE = "multipart/form-data; boundary=b"
FILE = (
    b'--b\r\ncontent-disposition: form-data; name="files"; filename="cup.png"\r\nContent-Type: image/png\r\n\r\npixels'
)
FIELD = b'\r\n--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n'


def follow(body, *, content_type=TYPE, at_once=1):
    parts = UploadParts(content_type)
    for start in range(0, len(body), at_once):
        parts.follow(body[start : start + at_once])


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_files_pass_however_they_are_cut(at_once):
    follow(FILE + b"\r\n" + FILE + b"\r\n--b--\r\n", at_once=at_once)


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_a_field_is_noticed_before_its_content(at_once):
    with pytest.raises(NotAFileError):
        follow(FILE + FIELD, at_once=at_once)


def test_a_part_without_any_header_is_a_field():
    with pytest.raises(NotAFileError):
        follow(b"--b\r\n\r\nwhatever")


def test_a_file_name_in_another_header_is_none():
    with pytest.raises(NotAFileError):
        follow(b'--b\r\nX-Note: form-data; filename="a"\r\nContent-Disposition: form-data; name="a"\r\n\r\n')


def test_pixels_that_look_like_headers_are_pixels():
    follow(FILE + b'\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"\r\n--b--\r\n")


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data"])
def test_what_is_no_multipart_body_is_left_to_gradio(content_type):
    follow(FIELD, content_type=content_type)


def test_what_is_malformed_is_left_to_gradio():
    follow(b"no boundary here" + FIELD, at_once=1000)
