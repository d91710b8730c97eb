from local.functions_host.errors import (
    StorageConflictError,
    StorageError,
    StorageUnavailableError,
    storage_error,
)
from local.functions_host.queue_client import _parse_messages


def test_a_message_is_read_whole():
    body = """<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage>
        <MessageId>m1</MessageId><InsertionTime>a</InsertionTime><ExpirationTime>b</ExpirationTime>
        <PopReceipt>p</PopReceipt><TimeNextVisible>c</TimeNextVisible><DequeueCount>2</DequeueCount>
        <MessageText>1 &lt; 2</MessageText></QueueMessage></QueueMessagesList>"""
    (message,) = _parse_messages(body.encode())
    assert (message.id, message.text, message.dequeue_count, message.pop_receipt) == ("m1", "1 < 2", 2, "p")
    assert (message.insertion_time, message.expiration_time, message.next_visible_time) == ("a", "b", "c")


def test_an_empty_list_is_no_messages():
    assert _parse_messages(b"<QueueMessagesList/>") == []


def test_a_status_says_whether_trying_again_can_help():
    kinds = {
        status: type(storage_error(status, "Code")) for status in (400, 403, 404, 409, 412, 429, 500, 503)
    }
    assert kinds == {
        400: StorageError,
        403: StorageError,
        404: StorageError,
        409: StorageConflictError,
        412: StorageConflictError,
        429: StorageUnavailableError,
        500: StorageUnavailableError,
        503: StorageUnavailableError,
    }
