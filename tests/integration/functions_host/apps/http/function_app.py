"""HTTP functions that show what they get."""

import json
import logging

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)


def seen(req: func.HttpRequest) -> func.HttpResponse:
    document = {
        "method": req.method,
        "url": req.url,
        "route": dict(req.route_params),
        "query": dict(req.params),
        "headers": dict(req.headers),
        "body": req.get_body().decode("latin-1"),
    }
    return func.HttpResponse(json.dumps(document), mimetype="application/json")


@app.route(route="items/{id?}", methods=["GET", "PUT"], auth_level=func.AuthLevel.ANONYMOUS)
async def items(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req)


@app.route(route="items/special", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def special(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("special")


@app.route(route="files/{run}/{*path}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def files(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req)


@app.route(route="numbers/{n:int}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def numbers(req: func.HttpRequest) -> func.HttpResponse:
    return seen(req)


@app.route(methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def mirror(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse(
        req.get_body(), status_code=207, mimetype="application/octet-stream", headers={"X-Answer": "yes"}
    )
    response.headers.add("Set-Cookie", "a=1; Path=/")
    response.headers.add("Set-Cookie", "b=2; Path=/")
    return response


@app.route(methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def broken(req: func.HttpRequest) -> func.HttpResponse:
    logging.getLogger("app").warning("about to break")
    raise LookupError("as asked")


@app.route(methods=["GET"])
async def guarded(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("in")


@app.route(methods=["GET"], auth_level=func.AuthLevel.ADMIN)
async def master(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("in")
