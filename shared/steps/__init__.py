"""One function a message: the pure packages and the ports put together."""
