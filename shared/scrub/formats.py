"""The formats of credentials that can be told by their look alone: ours and those of detect-secrets."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

from shared.scrub.plain import lowered
from shared.scrub.vendors import BEGINNINGS, DRAWN, KEYED, LETTERS, VENDORS


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of credential: its pattern, and its hints (lower case), of which every text with a match holds one."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


# Detectors whose pattern alone is sure; those that need a keyword, a network check or guess are left out
# (keyword and entropy rules of our own replace theirs; account ids of Twilio are no credentials).
_DETECTORS = (
    ("aws", "AWSKeyDetector", ("akia", "asia", "a3t", "abia", "acca", "aws")),
    ("azure_storage_key", "AzureStorageKeyDetector", ("accountkey=",)),
    ("discord", "DiscordBotTokenDetector", (".",)),
    ("github_token", "GitHubTokenDetector", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("gitlab_token", "GitLabTokenDetector", ("gl", "gr1348941")),
    ("mailchimp", "MailchimpDetector", ("-us",)),
    ("openai", "OpenAIDetector", ("t3blbkfj",)),
    ("pypi_token", "PypiTokenDetector", ("pypi-",)),
    ("sendgrid", "SendGridDetector", ("sg.",)),
    ("slack", "SlackDetector", ("xox", "hooks.slack")),
    ("softlayer", "SoftlayerDetector", ("softlayer",)),
    ("square_oauth", "SquareOAuthDetector", ("sq0csp",)),
    ("stripe", "StripeDetector", ("k_live_",)),
    ("telegram_token", "TelegramBotTokenDetector", (":",)),
)
# Formats that detect-secrets lacks, with bars between their hints; by the documentation of the vendors.
_OWN: tuple[tuple[str, str | tuple[str, ...], str], ...] = (
    (
        "private_key",
        "private key",
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|[\s\S]*)",
    ),
    ("jwt", "eyj", r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w.+/=-]*)?"),
    ("google_api_key", "aiza", r"\bAIza[\w-]{35}"),
    ("google_oauth", "ya29.|gocspx-", r"\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}"),
    ("github_pat", "github_pat_", r"\bgithub_pat_\w{22,}"),
    (
        "model_service_key",
        "sk-",
        r"(?<![\w-])sk-(?=[\w-]*\d)(?:(?:[a-z]{2,8}\d{0,2}-)?[\w-]{0,24}?[A-Za-z0-9]{20,}|(?=[\w-]*[A-Z])[\w-]{40,})[\w-]*|"
        r"(?<![\w-])sk-(?=(?:[\w-]*?(?:[A-Z]{2}|[A-Z][a-z][A-Z])){3})[\w-]{40,}",
    ),
    ("hugging_face", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    ("npm_token", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("stripe_key", "k_live_|k_test_|whsec_", r"\b[rsp]k_(?:live|test)_[0-9A-Za-z]{16,}|\bwhsec_[\w+/=]{24,}"),
    ("slack_token", "xox|xapp-", r"\bxox[a-z]-[\w-]{10,}|\bxapp-\d-[\w-]{10,}"),
    ("twilio_key", "sk", r"\bSK[0-9a-f]{32}\b"),
    ("mailgun_key", "key-", r"\bkey-[0-9a-f]{32}\b"),
    ("shopify_token", "shpat_|shpca_|shppa_|shpss_", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("postman_key", "pmak-", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("digitalocean_token", "_v1_", r"\bdo[opr]_v1_[0-9a-f]{64}"),
    ("databricks_token", "dapi", r"\bdapi[0-9a-f]{32}(?:-\d)?\b"),
    ("square_token", "sq0", r"\bsq0(?:atp|csp|idp|cgb)-[\w-]{22,}"),
    ("new_relic_key", "nra", r"\bNRA[KL]-[A-Z0-9]{27}|\b[0-9a-f]{36}NRAL\b"),
    ("airtable_token", "pat", r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("age_key", "age-secret-key-1", r"\bAGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    ("google_refresh_token", "1//0", r"(?<!\w)1//0[\w-]{24,}"),
    (
        "vendor_token",
        VENDORS,
        rf"(?<![\w-])(?i:{'|'.join(map(re.escape, VENDORS))})(?:[\w.-]{{0,24}}?"
        r"(?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{12,}|(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{20,}|"
        # Words in camel case have two small letters after a capital.
        r"(?=[\w-]*[a-z])(?=[\w-]*?[A-Z][a-z]?[A-Z])[\w-]{20,}|(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32,})[\w.-]*",
    ),
    (
        "keyed_token",
        tuple(word + sign for word in KEYED for sign in "_-"),
        rf"(?<![\w.-])(?:[a-z][a-z0-9]{{0,11}}[_-]){{0,3}}(?:{'|'.join(KEYED)})[_-](?:[a-z0-9]{{1,10}}[_-]){{0,2}}"
        rf"(?:{DRAWN})(?:[_.-][A-Za-z0-9]+)*(?![\w-])",
    ),
    (
        "drawn_token",
        tuple(map(str.lower, BEGINNINGS)),
        rf"(?<![\w.-])(?:{'|'.join(re.escape(begin) + rest for begin, rest in BEGINNINGS.items())})(?![\w-])",
    ),
    (
        "parted_token",
        "access_token$|v1.0-|st.|.atlasv1.|sntrys_|:|msh",
        r"access_token\$\w{1,16}\$[a-z0-9]{8,}\$[0-9a-f]{32}|(?<![\w-])v1\.0-[0-9a-f]{24}-[0-9a-f]{40,}|"
        r"\bst\.[\w-]{20,}\.[0-9a-f]{16,}\.[0-9a-f]{16,}|\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}|"
        r"\bsntrys_[\w+/=.-]{40,}|(?<!\d)\d{12,}:[0-9a-f]{32}|"
        r"\b[0-9a-f]{10}msh[0-9a-f]{15}p1[0-9a-f]{6}jsn[0-9a-f]{12}\b",
    ),
    ("notion_token", "secret_", r"\bsecret_[A-Za-z0-9]{40,}"),
    (
        "artifactory",
        "akc|ap",
        r"(?<![\w+-])AKC[a-zA-Z0-9]{20,}(?![\w+-])|(?<![\w+-])AP[0-9A-F](?=\w*\d)[a-zA-Z0-9]{30,}(?![\w+-])",
    ),
    ("azure_client_secret", "q~", r"(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~-]|\.\w)"),
    (
        "azure_key",
        "azfu|azse|acdb|+ast|aiot|arm|acr|apim",
        r"(?<![\w/+-])[\w/+-]{40,}(?:AzFu|AzSe|ACDb|\+ASt|AIoT|ARm|ACR|APIM)[\w/+-]{4,10}={0,2}",
    ),
    (
        "connection_string",
        "accountkey|shared|password|pwd",
        r"(?i)\b(?:AccountKey|SharedAccessKey|SharedSecret|SharedAccessSignature|Password|Pwd)\s*=\s*"
        r"(?![<{$*])[^;&\s\"'<>]{4,}",
    ),
    ("discord_webhook", "discord", r"(?i)discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"),
    (
        "bearer",
        "bearer|token|apikey|ssws|geniekey",
        r"(?i)\b(?:bearer|token|apikey|ssws|geniekey)[ +]++(?=[\w.~+/=-]*\d)[\w.~+/-]{12,}+=*(?!@)|"
        r"\bbearer [\w.~+/-]{20,}+=*(?!@)|"
        rf"\b(?:token|apikey|ssws|geniekey)[ +]++(?-i:(?=[A-Z]*[a-z]){LETTERS})(?![\w@])",
    ),
    (
        "scheme_parameters",
        "digest|hawk|oauth|hmac|signature|mac |aws4-",
        r"(?i)(?<![\w-])(?:digest|hawk|oauth|hmac|signature|mac|aws4-hmac-sha256)\s+"
        r"(?:[\w-]{1,30}=(?:\\?\"[^\"\\]{0,300}\\?\"|[^\s\",'`]{1,300})[,;]?\s{0,3}){2,20}",
    ),
    (
        "scheme_pair",
        "sharedkey|hmac|aws ",
        r"(?i)(?<![\w-])(?:sharedkey(?:lite)?|hmac|aws)\s+[\w.-]{1,60}:[\w+/-]{20,}={0,2}",
    ),
    (
        "putty_key",
        "private-lines:",
        r"Private-Lines:\s*\d+\s+(?:[A-Za-z0-9+/=]{16,76}\s*){1,200}(?:Private-MAC:\s*[0-9a-f]+)?",
    ),
    (
        "json_web_key",
        "\"kty|'kty",
        r"(?<=[\"'](?:d|k|p|q)[\"'])\s?:\s?\\?[\"'][\w-]{20,}|(?<=[\"']d[p,q][\"'])\s?:\s?\\?[\"'][\w-]{20,}",
    ),
    (
        "webhook_url",
        "webhook.office.com|hooks.zapier|maker.ifttt|webhooks|hook.",
        r"(?i)(?<=webhook\.office\.com/)webhookb?2?/[^\s\"'<>]{20,}|(?<=hooks\.zapier\.com/)hooks/catch/[\w/]{8,}|"
        r"(?<=maker\.ifttt\.com/)trigger/[\w-]+/(?:json/)?with/key/[\w-]{8,}|(?<=\.make\.com/)[a-z0-9]{24,}",
    ),
    (
        "curl_user",
        "curl",
        r"(?<!\S)(?:-u|-U|--user|--proxy-user)[ =]{0,3}(?:\"[^\":\n]{1,100}:(?!\$)[^\"\n]{1,200}(?=\")|"
        r"'[^':\n]{1,100}:(?!\$)[^'\n]{1,200}(?=')|[^\s:\"'<>=]{1,100}:(?![\s$<])[^\s\"'`]{1,200})",
    ),
    (
        "curl_cookie",
        "curl",
        r"(?<!\S)(?:-b|--cookie)[ =]{1,3}(?:\"[^\"=\n]{1,100}=(?![<$])[^\"\n]{1,2000}(?=\")|"
        r"'[^'=\n]{1,100}=(?![<$])[^'\n]{1,2000}(?=')|[^\s=\"'<>]{1,100}=(?![<$])[^\s\"'`]{4,2000})",
    ),
    ("url_userinfo", "://", r"(?<=://)(?![^\s/?#@]*\{\{)[^\s/?#@:\"'<>]*:[^\s/?#\"'<>]+(?=@)"),
    ("oracle_login", "jdbc:oracle", r"(?i)(?<=:thin:)[^\s/@:]{1,60}/[^\s@]{1,100}(?=@)"),
    (
        "url_signature",
        "sig|x-amz|x-goog|access_token|api_key|apikey",
        r"(?i)(?<=[?&;])(?:sig|x-amz-signature|x-amz-security-token|x-goog-signature|signature|"
        r"access_token|api_?key)=(?![<{$])[^&\s\"'<>]{8,}",
    ),
)


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """All formats; detect-secrets is imported at the first call, because it costs 0.4 s of start-up."""
    found = [
        Format(kind, tuple(hints.split("|")) if isinstance(hints, str) else hints, re.compile(pattern))
        for kind, hints, pattern in _OWN
    ]
    for module, detector, hints in _DETECTORS:
        plugin = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), detector)
        found.extend(Format(module, hints, pattern) for pattern in plugin.denylist)
    return tuple(found)


@lru_cache(maxsize=1)
def _hinted() -> tuple[AhoCorasick, list[list[int]]]:
    """An automaton that finds all hints, and for each hint the indexes of its formats."""
    numbers: dict[str, list[int]] = {}
    for number, form in enumerate(formats()):
        for hint in form.hints:
            numbers.setdefault(hint, []).append(number)
    return AhoCorasick(numbers, implementation=Implementation.DFA), list(numbers.values())


def formats_hinted(text: str) -> list[Format]:
    """The formats that have a hint in `text`; finding hints costs a fraction of trying all patterns."""
    words, numbers = _hinted()
    found = {word for word, _, _ in words.find_matches_as_indexes(lowered(text), overlapping=True)}
    known = formats()
    return [known[number] for number in sorted({number for word in found for number in numbers[word]})]
