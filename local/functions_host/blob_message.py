"""What a blob trigger passes around: the message on the internal queue, and the function's view of a blob."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from local.functions_host.blob_store import ReadBlob
from local.functions_host.worker import Datum

_PREFIX = "Host.Functions."


@dataclass(frozen=True, slots=True)
class BlobMessage:
    """One version of one blob for one function."""

    function: str
    container: str
    blob: str
    etag: str

    def as_text(self) -> str:
        """The message's body, as Functions hosts write it."""
        return json.dumps(
            {
                "Type": "BlobTrigger",
                "FunctionId": f"{_PREFIX}{self.function}",
                "BlobType": "BlockBlob",
                "ContainerName": self.container,
                "BlobName": self.blob,
                "ETag": self.etag,
            }
        )


def parse_blob_message(text: str) -> BlobMessage | None:
    """The message in a body; None if the body is not such a message."""
    try:
        document = json.loads(text)
        return BlobMessage(
            function=str(document["FunctionId"]).removeprefix(_PREFIX),
            container=str(document["ContainerName"]),
            blob=str(document["BlobName"]),
            etag=str(document["ETag"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def blob_metadata(
    container: str, name: str, blob: ReadBlob, parameters: Mapping[str, str]
) -> dict[str, Datum]:
    """Trigger metadata of a blob: its path, address, properties, own metadata, and the path's parameters."""
    properties = {
        "ContentLength": len(blob.data),
        "Length": len(blob.data),
        "ContentType": blob.content_type,
        "ETag": blob.etag,
        "CreatedOn": blob.created.isoformat() if blob.created else None,
        "LastModified": blob.modified.isoformat() if blob.modified else None,
        "BlobType": "BlockBlob",
    }
    return {
        "BlobTrigger": Datum(f"{container}/{name}", "string"),
        "Uri": Datum(json.dumps(blob.url), "json"),
        "Properties": Datum(json.dumps(properties), "json"),
        "Metadata": Datum(json.dumps(blob.metadata), "json"),
        **{name: Datum(value, "string") for name, value in parameters.items()},
    }
