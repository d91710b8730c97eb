"""The Functions app: every trigger of every module in `functions`, registered."""

import pkgutil
from importlib import import_module

import azure.functions as func

import functions
import shared.adapters.storage.queue_message  # noqa: F401  registers how queue messages are decoded

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)

for module in pkgutil.iter_modules(functions.__path__, "functions."):
    app.register_functions(import_module(module.name).blueprint)
