"""Made-up credentials of every format that is known, drawn at random, and documents that hold them."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.builders.documents import collection, openapi, request

_SETS = {
    "w": string.ascii_letters + string.digits,
    "x": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "l": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "d": string.digits,
}
_PART = re.compile(r"~([a-zA-Z])(\d+)(?:-(\d+))?~")
# Each format with the shapes it comes in: `~x20-24~` are 20 to 24 characters of a set, and what stands between
# angle quotes is the secret (all of it where there are none). No shape is a token, so that no scanner takes it for one.
SHAPES: dict[str, tuple[str, ...]] = {
    "private_key": (
        "-----BEGIN RSA PRIVATE " + "KEY-----\n‹~b64~\n~b64~\n~b40~==›\n-----END RSA PRIVATE " + "KEY-----",
    ),
    "jwt": ("eyJ‹~w17~.eyJ~x40-90~.~x43~›", "eyJ‹~w33~.eyJ~x120~.~x86~›"),
    "google_api_key": ("AIza‹~x35~›",),
    "google_oauth": ("ya29.‹~x30-120~›", "GOCSPX-‹~x28~›"),
    "github_pat": ("github_pat_‹~w22~_~w59~›",),
    "github_token": tuple(f"gh{kind}_‹~w36~›" for kind in "pousr"),
    "model_service_key": ("sk-‹~w48~›", "sk-proj-‹~x48-120~›", "sk-ant-api03-‹~x93~AA›", "sk-or-v1-‹~h64~›"),
    "openai": ("sk-‹~w20~T3BlbkFJ~w20~›",),
    "hugging_face": ("hf_‹~w34~›",),
    "npm_token": ("npm_‹~w36~›",),
    "stripe_key": (
        "sk_live_‹~w24-99~›",
        "rk_test_‹~w24~›",
        "pk_live_‹~w24~›",
        "whsec_‹~w32~›",
        "whsec_‹~b32~›",
    ),
    "stripe": ("sk_live_‹~w24~›",),
    "slack_token": ("xoxb-~d12~-~d12~-‹~w24~›", "xapp-1-A~U10~-~d13~-‹~h64~›"),
    "slack": ("xoxp-~d11~-~d11~-~d12~-‹~h32~›", "https://hooks.slack.com/services/T~U8~/B~U8~/‹~w24~›"),
    "twilio_key": ("SK‹~h32~›",),
    "mailgun_key": ("key-‹~h32~›",),
    "mailchimp": ("‹~h32~-us~d2~›",),
    "shopify_token": ("shpat_‹~h32~›", "shpss_‹~h32~›"),
    "postman_key": ("PMAK-‹~h24~-~h34~›",),
    "digitalocean_token": ("dop_v1_‹~h64~›", "doo_v1_‹~h64~›", "dor_v1_‹~h64~›"),
    "databricks_token": ("dapi‹~h32~›", "dapi‹~h32~›-2"),
    "square_token": ("sq0atp-‹~x22~›", "sq0csp-‹~x43~›"),
    "square_oauth": ("sq0csp-‹~x43~›",),
    "new_relic_key": ("NRAK-‹~U27~›", "‹~h36~›NRAL"),
    "airtable_token": ("pat‹~w14~.~h64~›",),
    "age_key": ("AGE-SECRET-KEY-1‹~U58~›",),
    "google_refresh_token": ("1//0‹~x40-100~›",),
    "vendor_token": tuple(
        f"{start}‹{rest}›"
        for start, rest in (
            ("lin_api_", "~w40~"),
            ("ntn_", "~d11~~w35~"),
            ("figd_", "~x40~"),
            ("dckr_pat_", "~x27~"),
            ("glsa_", "~w32~_~h8~"),
            ("rubygems_", "~h48~"),
            ("pul-", "~h40~"),
            ("hvs.", "~x24-90~"),
            ("sbp_", "~h40~"),
            ("r8_", "~w37~"),
            ("gsk_", "~w52~"),
            ("pplx-", "~w48~"),
            ("xai-", "~w80~"),
            ("nvapi-", "~x64~"),
            ("xkeysib-", "~h64~-~w16~"),
            ("cfpat-", "~x43~"),
            ("dp.pt.", "~w43~"),
            ("ATATT3", "~x180~"),
            ("tvly-", "~w32~"),
            ("phx_", "~w43~"),
            ("vercel_", "~w24~"),
            ("pscale_tkn_", "~x43~"),
            ("ops_eyJ", "~w250~"),
            ("sk-lf-", "~h8~-~h4~-~h4~-~h4~-~h12~"),
            ("lsv2_pt_", "~h32~_~h10~"),
            ("csk-", "~l48~"),
            ("mlsn.", "~h64~"),
            ("sqp_", "~h40~"),
            ("napi_", "~l64~"),
            ("hcaik_01", "~l56~"),
            ("pcsk_", "~w6~_~w60~"),
            ("FLWSECK_TEST-", "~h32~-X"),
            ("signkey-prod-", "~h64~"),
            ("tskey-auth-", "~w12~CNTRL-~w32~"),
            ("CCIPAT_", "~w22~_~h40~"),
            ("xaat-", "~h8~-~h4~-~h4~-~h4~-~h12~"),
        )
    ),
    "keyed_token": (
        *(
            "sk_‹~h48~›",
            "pk_‹~h34~›",
            "sk_test_‹~w42~›",
            "pat-na1-‹~h8~-~h4~-~h4~-~h4~-~h12~›",
            "tr_prod_‹~w32~›",
        ),
        *(
            "access-sandbox-‹~h8~-~h4~-~h4~-~h4~-~h12~›",
            "sdk-‹~h8~-~h4~-~h4~-~h4~-~h12~›",
            "key_live_‹~w40~›",
        ),
        *("pk_~d8~_‹~U40~›", "access_‹~w36~›", "cal_live_‹~h32~›"),
    ),
    "drawn_token": (
        *(
            "fc-‹~h32~›",
            "fw_‹~w24~›",
            "dose‹~h32~›",
            "LTAI‹~w20~›",
            "oy2‹~l43~›",
            "IQoJb3JpZ2luX2Vj‹~b200~›=",
        ),
        *("AQ.‹~x50~›", "xoxe.xoxp-1-‹~b160~›", "dt0c01.‹~U24~.~U64~›"),
    ),
    "parted_token": (
        *("access_token$production$‹~l16~$~h32~›", "v1.0-‹~h24~-~h146~›", "st.‹~h24~.~h32~.~h32~›"),
        *("‹~w14~.atlasv1.~x67~›", "2/~d16~/~d16~:‹~h32~›", "‹~h10~msh~h15~p1~h6~jsn~h12~›"),
    ),
    "notion_token": ("secret_‹~w43~›",),
    "artifactory": ("AKCp‹~w69~›", "APB‹~w60~›"),
    "azure_client_secret": ("‹~w3~8Q~~~x34~›",),
    "azure_key": ("‹~b40~AzSe~w6~=›", "‹~b76~+ASt~b6~==›"),
    "azure_storage_key": (
        "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=‹~b86~==›;EndpointSuffix=core.windows.net",
    ),
    "connection_string": (
        "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=‹~b43~=›",
        "Server=db;User Id=sa;Password=‹~w14~›;",
    ),
    "discord": ("M‹~w23~.~x6~.~x27~›",),
    "discord_webhook": ("https://discord.com/api/webhooks/~d18~/‹~x68~›",),
    "bearer": ("Bearer ‹~x24-90~›", "token ‹~h40~›", "SSWS ‹~w42~›", "GenieKey ‹~h8~-~h4~-~h4~-~h4~-~h12~›"),
    "basic_auth": ("Basic ‹dXNlcjp~w16~›",),
    "scheme_parameters": (
        'Digest username="shop", realm="api", nonce="‹~h32~›", uri="/a", response="~h32~"',
        'Hawk id="~w12~", ts="~d10~", nonce="~w6~", mac="‹~b43~=›"',
        "AWS4-HMAC-SHA256 Credential=AKIA~U16~/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=‹~h64~›",
    ),
    "scheme_pair": ("SharedKey shop:‹~b43~=›", "HMAC ~w12~:‹~b43~=›", "AWS AKIA~U16~:‹~b27~=›"),
    "putty_key": ("Private-Lines: 1\n‹~b64~›\nPrivate-MAC: ~h40~",),
    "json_web_key": ('{"kty":"RSA","n":"~x40~","e":"AQAB","d":"‹~x86~›"}', '{"kty": "oct", "k": "‹~x43~›"}'),
    "webhook_url": (
        "https://hooks.zapier.com/hooks/catch/‹~d7~/~l7~›/",
        "https://shop.webhook.office.com/webhookb2/‹~h8~-~h4~-~h4~-~h4~-~h12~@~h8~-~h4~-~h4~-~h4~-~h12~/IncomingWebhook/~h32~›",
        "https://maker.ifttt.com/trigger/order/with/key/‹~x22-43~›",
        "https://hook.eu1.make.com/‹~l32~›",
    ),
    "curl_user": ("curl -u shop:‹~w16~› https://api.test/a", "curl --user 'shop:‹~w16~›' https://api.test/a"),
    "curl_cookie": ("curl -b session=‹~w24~› https://api.test/a",),
    "url_userinfo": ("https://shop:‹~w16~›@api.test/a",),
    "oracle_login": ("jdbc:oracle:thin:shop/‹~w12~›@db.test:1521:XE",),
    "url_signature": (
        "https://shop.blob.core.windows.net/a/b?sv=2024-01-01&se=2026-01-01&sr=b&sp=r&sig=‹~w43~›",
        "https://api.test/a?access_token=‹~w32~›",
        "https://s3.test/a?X-Amz-Signature=‹~h64~›",
    ),
    "aws": (
        *(f"{start}‹~U16~›" for start in ("AKIA", "ASIA", "ABIA", "ACCA")),
        'aws_secret_access_key = "‹~b40~›"',
    ),
    "gitlab_token": (
        *(f"{start}-‹~x20~›" for start in ("glpat", "gldt", "glft", "glsoat", "glrt")),
        *("glpat-‹~x27~.01.~l9~›", "GR1348941‹~x20~›", "glcbt-~h2~_‹~x20~›", "glptt-‹~h40~›"),
        *("glimt-‹~x25~›", "glagent-‹~x50~›", "gloas-‹~x64~›"),
    ),
    "pypi_token": ("pypi-AgEIcHlwaS5vcmc‹~x90-150~›",),
    "sendgrid": ("SG.‹~x22~.~x43~›",),
    "softlayer": ("softlayer_api_key = ‹~l64~›", "https://api.softlayer.com/soap/v3/‹~l64~›/a"),
    "telegram_token": ("‹~d9~:AA~x33~›",),
}


@dataclass(frozen=True)
class Token:
    """A made-up credential: its format, all of it, and the part that must vanish."""

    kind: str
    text: str
    secret: str


def tokens(kind: str, count: int, rng: random.Random) -> Iterator[Token]:
    """`count` credentials of a format, of all its shapes in turn."""
    shapes = SHAPES[kind]
    for number in range(count):
        drawn = _drawn(shapes[number % len(shapes)], rng)
        before, _, rest = drawn.partition("‹")
        secret, _, after = rest.partition("›")
        yield Token(kind, f"{before}{secret}{after}", secret)


def _drawn(shape: str, rng: random.Random) -> str:
    def drawn(part: re.Match[str]) -> str:
        low, high = int(part[2]), int(part[3] or part[2])
        return "".join(rng.choices(_SETS[part[1]], k=rng.randint(low, high)))

    return _PART.sub(drawn, shape).replace("~~", "~")


def left(token: Token, stored: str) -> bool:
    """Whether a stored catalog (as text) shows the secret part of a token, as it is or as a url or JSON has it."""
    forms = {
        token.secret,
        quote(token.secret, safe=""),
        quote(token.secret),
        token.secret.replace("\n", "\\n"),
    }
    return any(form in stored for form in forms)


def in_openapi(found: list[Token]) -> dict[str, Any]:
    """A document with each token in a description, an example, a default, a path and a header."""

    def operation(one: Token) -> dict[str, Any]:
        text = f"Send {one.text} first."
        header = {"name": "X-Custom", "in": "header", "schema": {"type": "string"}, "example": one.text}
        query = {"name": "q", "in": "query", "schema": {"type": "string", "default": one.text}}
        fields = {"note": {"type": "string", "example": one.text, "description": text}}
        content = {"application/json": {"schema": {"type": "object", "properties": fields}}}
        return {
            "description": text,
            "parameters": [header, query],
            "requestBody": {"content": content},
            "responses": {"200": {"description": text}},
        }

    return openapi(
        {f"/{i}/{quote(one.text, safe='')}/x": {"post": operation(one)} for i, one in enumerate(found)}
    )


def in_postman(found: list[Token]) -> dict[str, Any]:
    """The same as a collection, its values in bodies, forms, queries, headers and urls."""
    items = []
    for number, one in enumerate(found):
        text = f"Send {one.text} first."
        row = {"key": "note", "value": one.text, "description": text}
        url = {
            "raw": f"https://api.test/{number}/{quote(one.text, safe='')}/x?note={quote(one.text, safe='')}",
            "query": [row],
        }
        header = [{"key": "X-Custom", "value": one.text}]
        body = {"mode": "formdata", "formdata": [row]} if number % 2 else {"note": one.text}
        items.append(request(f"r{number}", url, "POST", header=header, body=body, description=text))
        plain = one.text if one.text.startswith("https://") else f"https://api.test/{one.text}"
        items.append(request(f"u{number}", plain))
    return collection(*items)


def in_simple(found: list[Token]) -> dict[str, Any]:
    """The same in the simple form."""

    def entry(number: int, one: Token) -> dict[str, Any]:
        text = f"Send {one.text} first."
        parameters = [
            {"name": "note", "type": "string", "default": one.text, "description": text},
            {"name": "other", "type": "string", "example": one.text},
            {"name": "X-Custom", "type": "string", "location": "header", "example": one.text},
        ]
        path = f"/{number}/{quote(one.text, safe='')}/x"
        return {"name": f"r{number}", "description": text, "path": path, "parameters": parameters}

    return {"apis": [entry(number, one) for number, one in enumerate(found)]}
