"""A blob function that writes down what it gets."""

import json
import os

import azure.functions as func

app = func.FunctionApp()


@app.blob_trigger(arg_name="blob", path="%CONTAINER%/{name}", connection="AzureWebJobsStorage")
async def uploaded(blob: func.InputStream) -> None:
    event = {
        "event": "blob",
        "name": blob.name,
        "uri": blob.uri,
        "length": blob.length,
        "metadata": blob.metadata,
        "etag": blob.blob_properties["ETag"],
        "data": blob.read().decode(),
    }
    with open(os.environ["JOURNAL"], "a") as journal:
        journal.write(json.dumps({"host": os.getpid(), **event}) + "\n")
    if "bad" in blob.name:
        raise ValueError("as asked")
