"""docs/settings.md is the one table of settings: what the app reads, what Bicep sets, what must not be set."""

import ast
import re

from local.checkout import ROOT
from tests.builders.bicep import Expression, bicep
from tests.builders.sources import modules

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/settings.md").read_text().splitlines()
    if line.startswith("| `")
]
TABLE = {row[0].strip("`"): row[3] for row in ROWS}
IN_AZURE = {name for name, set_to in TABLE.items() if not set_to.startswith("–")}
BICEP = {each["name"]: each["value"] for each in bicep("functions").variables["settings"]}

# What the host and the worker read, not this app's code.
HOSTS_OWN = re.compile(
    r"AzureWebJobsStorage(__\w+)?|FUNCTIONS_\w+|APPLICATIONINSIGHTS_\w+|PYTHON_APPLICATIONINSIGHTS_\w+|OTEL_\w+"
    r"|PLANSMITH_STORAGE__credential"
)

# https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan: replaced by functionAppConfig, or refused.
FORBIDDEN = set(
    "FUNCTIONS_WORKER_RUNTIME FUNCTIONS_EXTENSION_VERSION FUNCTIONS_WORKER_RUNTIME_VERSION"
    " FUNCTIONS_MAX_HTTP_CONCURRENCY FUNCTIONS_WORKER_PROCESS_COUNT FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED"
    " SCM_DO_BUILD_DURING_DEPLOYMENT ENABLE_ORYX_BUILD WEBSITE_RUN_FROM_PACKAGE"
    " WEBSITE_CONTENTAZUREFILECONNECTIONSTRING WEBSITE_CONTENTSHARE WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT"
    " WEBSITE_VNET_ROUTE_ALL WEBSITE_TIME_ZONE TZ".split()
)


def _read_by_the_app() -> set[str]:
    tree = ast.parse((ROOT / "shared/settings.py").read_text())
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    }
    found = {text for text in texts if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", text)}
    children = {text for text in texts if re.fullmatch(r"__[a-z]\w+", text)}
    for path in modules("functions/"):
        found |= set(re.findall(r"%([A-Z_]+)%", (ROOT / path).read_text()))
    return found | {f"PLANSMITH_STORAGE{child}" for child in children}


def test_every_setting_that_is_read_has_a_row_and_every_row_is_read():
    ours = {name for name in TABLE if not HOSTS_OWN.fullmatch(name)}
    assert ours == _read_by_the_app()


def test_bicep_sets_what_the_table_says():
    assert set(BICEP) == IN_AZURE


def test_what_is_not_set_in_azure_says_why():
    bare = {name for name, set_to in TABLE.items() if set_to.startswith("–") and "(" not in set_to}
    assert bare == set()


def test_nothing_is_set_that_flex_consumption_forbids():
    assert FORBIDDEN & set(BICEP) == set()
    assert "siteConfig: {" in bicep("functions").source.decode()
    assert not re.search(r"linuxFxVersion|alwaysOn", bicep("functions").source.decode())


def test_no_key_is_in_a_setting():
    text = " ".join(each.text if isinstance(each, Expression) else str(each) for each in BICEP.values())
    assert not re.search(r"AccountKey|listKeys|SharedAccess", text)
    assert not {name for name in BICEP if name.endswith("_KEY")}


def test_no_connection_is_set_in_both_forms():
    assert {name for name in BICEP if f"{name}__blobServiceUri" in BICEP} == set()
