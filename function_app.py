"""The Functions app: every trigger, registered."""

import azure.functions as func

import shared.adapters.storage.queue_message  # noqa: F401  registers how queue messages are decoded
from functions import (
    advance_finetunes,
    aggregate,
    evaluate_example,
    fan_out,
    generate_record,
    http_api,
    publish,
    reconcile,
    record_poison,
    start_finetune,
    start_run,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)

for module in (
    start_run,
    fan_out,
    generate_record,
    aggregate,
    publish,
    start_finetune,
    advance_finetunes,
    evaluate_example,
    reconcile,
    record_poison,
    http_api,
):
    app.register_functions(module.blueprint)
