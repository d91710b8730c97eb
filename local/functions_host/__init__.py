"""Runs a Python function app (v2 model) against Azurite or a storage account, without the .NET host.

It does the host's part for storage queue, blob, timer and HTTP triggers, honouring `host.json`, and invokes every
function through Microsoft's own worker library. `docs/functions_host.md` says what is faithful and what differs.
"""
