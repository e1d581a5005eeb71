"""``croissant.json``: what is in an imagefolder, for machines, in MLCommons' Croissant 1.0.

The vocabulary is that of https://docs.mlcommons.org/croissant/docs/croissant-spec.html: files (`distribution`), and how
records are read from them (`recordSet`): each photo is one, with its pictures and its facts.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from annotation_store.blobs import digest_of
from annotation_store.exports.dataset_card import licence_of, title_of
from annotation_store.exports.dataset_parts import PARTS, name_column
from annotation_store.exports.export_manifest import ManifestEntry

_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_PICTURES = {
    "image": "the photo",
    "alpha": "the matte: 0 is background, the greatest value is the subject",
    "trimap": "0 is background, 128 unknown, 255 the subject",
    "fg": "the subject's own colours, free of the background",
}
_FACTS = {
    "stem": "the name of the photo's files, without their endings",
    "name": "of the photo's file",
    "image_sha256": "of the photo's file",
    "width": "of the photo, in pixels",
    "height": "of the photo, in pixels",
    "bit_depth": "of the photo, bits a channel",
    "subject": "shots of one thing share it",
    "tags": "words that people gave the photo",
    "project": "what the photo belongs to",
    "revision": "how often the matte was stored",
    "model": "that drafted the matte",
    "licence": "of that model",
    "drafter": "of the trimap's draft",
    "author": "of the matte",
    "hands": "people whose edits the matte holds",
    "approved_by": "who approved the matte",
    "approved_at": "ISO 8601, UTC",
}
_TYPES = dict.fromkeys(("width", "height", "bit_depth", "revision"), "sc:Integer") | {"approved_at": "sc:DateTime"}
_LISTS = ("tags", "hands")


def croissant_of(entries: Sequence[ManifestEntry], metadata: bytes) -> bytes:
    """UTF-8 JSON-LD. metadata: the bytes of ``train/metadata.jsonl``."""
    description = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": title_of(entries),
        "description": f"{len(entries)} photos with alpha mattes and trimaps that people corrected and approved.",
        "license": licence_of(entries),
        "version": "1.0.0",
        "datePublished": max(entry.facts.approved_at for entry in entries)[:10],
        "distribution": [_table(metadata), *map(_pictures, PARTS)],
        "recordSet": [_facts(), *map(_records, PARTS)],
    }
    return json.dumps(description, ensure_ascii=False, indent=2).encode() + b"\n"


def _table(metadata: bytes) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": "metadata",
        "name": "metadata",
        "contentUrl": "train/metadata.jsonl",
        "contentSize": f"{len(metadata)} B",
        "encodingFormat": "application/jsonlines",
        "sha256": digest_of(metadata),
    }


def _pictures(part: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{part}-files",
        "name": f"{part}-files",
        "description": _PICTURES[part],
        "encodingFormat": "image/png",
        "includes": f"train/{part}/*.png",
    }


def _facts() -> dict[str, Any]:
    files = {name_column(part): "a file's name below train/" for part in PARTS}
    facts = files | _FACTS
    return {
        "@type": "cr:RecordSet",
        "@id": "photos",
        "name": "photos",
        "description": "what is known of each photo and of its matte",
        "key": {"@id": f"photos/{name_column('image')}"},
        "field": [_fact(name, words) for name, words in facts.items()],
    }


def _fact(name: str, words: str) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": f"photos/{name}",
        "name": name,
        "description": words,
        "dataType": _TYPES.get(name, "sc:Text"),
        "source": {"fileObject": {"@id": "metadata"}, "extract": {"column": name}},
    }
    return field | ({"repeated": True} if name in _LISTS else {})


def _records(part: str) -> dict[str, Any]:
    """Pictures of one kind; each tells by its name which photo it belongs to."""
    files = {"@id": f"{part}-files"}
    return {
        "@type": "cr:RecordSet",
        "@id": part,
        "name": part,
        "description": _PICTURES[part],
        "key": {"@id": f"{part}/file_name"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{part}/file_name",
                "name": "file_name",
                "description": "below train/",
                "dataType": "sc:Text",
                "source": {
                    "fileSet": files,
                    "extract": {"fileProperty": "fullpath"},
                    "transform": {"regex": "^train/(.*)$"},
                },
                "references": {"field": {"@id": f"photos/{name_column(part)}"}},
            },
            {
                "@type": "cr:Field",
                "@id": f"{part}/picture",
                "name": "picture",
                "description": _PICTURES[part],
                "dataType": "sc:ImageObject",
                "source": {"fileSet": files, "extract": {"fileProperty": "content"}},
            },
        ],
    }
