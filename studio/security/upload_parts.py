"""The parts of an upload as they pass: files only, for Gradio keeps files on the disk but anything else in memory."""

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header


class NotAFileError(Exception):
    """A part of the upload is no file."""


class UploadParts:
    """Follows a multipart body (RFC 7578). What is malformed is left to Gradio, which reads it next, to say."""

    def __init__(self, content_type: str) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        self._name = self._value = b""
        self._is_file = False
        self._parser = MultipartParser(boundary, self._callbacks()) if boundary else None

    def follow(self, data: bytes) -> None:
        """Raises NotAFileError once a part without a file name begins."""
        if self._parser is None:
            return
        try:
            self._parser.write(data)
        except MultipartParseError:
            self._parser = None

    def _callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
        }

    def _begin(self) -> None:
        self._is_file = False

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._is_file = b"filename" in parse_options_header(self._value)[1]
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        if not self._is_file:
            raise NotAFileError
