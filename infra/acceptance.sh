#!/usr/bin/env bash
# Everything that only an Azure subscription can show: makes an installation of its own, tries it and takes it down again.
# Usage: infra/acceptance.sh NAME LOCATION     (signed in: azd auth login, az login; about an hour, a few dollars)
#   KEEP=1        leave the installation there
#   NETWORK=1     with the virtual network; what needs the storage account from outside is left out
#   FINETUNE=1    also train, deploy and measure a student (hours, and what the training costs)
#   ENTRA_CLIENT_ID, TEACHER_MODEL and all other parameters of docs/operations.md count as they do for azd.
# Each step is a row of the table "Never run here" in docs/operations.md. Ends with 1 if one failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
name=${1:?"a name for the installation"}
location=${2:?"a region"}
place=$(mktemp -d)
failed=()
group=rg-$name
app=
data=

step() { # step NAME COMMAND...
  local title=$1
  shift
  echo "== $title"
  if "$@"; then echo "ok: $title"; else
    echo "FAILED: $title"
    failed+=("$title")
    return 1
  fi
}

value() { azd env get-value "$1"; }

finish() {
  [ -n "${KEEP:-}" ] || step take-down take_down
  rm -rf "$place"
  if [ ${#failed[@]} -eq 0 ]; then echo "all steps passed"; else echo "failed: ${failed[*]}"; fi
  exit $((${#failed[@]} > 0))
}

take_down() {
  # The subnet's link to the platform outlives the app otherwise: docs/operations.md, "In a virtual network".
  if [ -n "${NETWORK:-}" ]; then
    az functionapp vnet-integration remove --resource-group "$group" --name "$app" || true
  fi
  azd down --force --purge && [ "$(az group exists --name "$group")" = false ]
}

compile() { az bicep build --file infra/main.bicep --stdout >/dev/null && az bicep lint --file infra/main.bicep; }

what_if() {
  AZURE_ENV_NAME=$name AZURE_LOCATION=$location python3 infra/parameters.py >"$place/parameters.json" \
    && az deployment sub what-if --location "$location" --template-file infra/main.bicep \
      --parameters "@$place/parameters.json" --validation-level ProviderNoRbac --exclude-change-types Ignore NoChange
}

deploy() { azd deploy --no-prompt || { sleep 120 && azd deploy --no-prompt; }; }

sign_in() { # the key, and a token where sign-in is on
  PLANSMITH_URL=$(value PLANSMITH_URL)
  PLANSMITH_KEY=$(az functionapp keys list --resource-group "$group" --name "$app" --query functionKeys.default --output tsv)
  export PLANSMITH_URL PLANSMITH_KEY
  if [ -n "${ENTRA_CLIENT_ID:-}" ]; then
    PLANSMITH_TOKEN=$(az account get-access-token --resource "api://$ENTRA_CLIENT_ID" --query accessToken --output tsv)
    export PLANSMITH_TOKEN
  fi
  [ -n "$PLANSMITH_KEY" ]
}

records() { python3 infra/smoke.py --records 12; }

catalog() {
  python3 -c "import json, sys; sys.path.insert(0, 'infra'); import smoke; print(json.dumps(smoke.CATALOG))" \
    >"$place/catalog.json"
}

upload() { # upload BLOB: a catalog for two records
  catalog
  az storage blob upload --auth-mode login --account-name "$data" --container-name catalogs --name "$1" \
    --file "$place/catalog.json" --metadata samples=2 --only-show-errors >/dev/null
}

wait_for_run() { # wait_for_run PREFIX: a run of an uploaded catalog, published within 15 minutes
  for _ in $(seq 90); do
    if az storage blob list --auth-mode login --account-name "$data" --container-name datasets --prefix "$1" \
      --query "[].name" --output tsv --only-show-errors | grep -q manifest.json; then return 0; fi
    sleep 10
  done
  return 1
}

event() { upload "accepted.json" && wait_for_run "accepted-"; }

name_beyond_ascii() { upload "übersicht 💎.json" && wait_for_run "ubersicht"; }

nothing_undelivered() {
  [ "$(az storage blob list --auth-mode login --account-name "$data" --container-name undelivered-events \
    --query "length(@)" --output tsv --only-show-errors)" = 0 ]
}

upgrade() { # a deploy kills what runs; no record may be lost
  python3 infra/smoke.py --records 100 --within-s 3600 &
  local running=$!
  sleep 45
  azd deploy --no-prompt
  local deployed=$?
  wait "$running" && [ "$deployed" -eq 0 ]
}

again() { # the same templates a second time: the start of a budget, roles and endpoints stay
  local before
  before=$(value BUDGET_START)
  azd provision --no-prompt && [ "$(value BUDGET_START)" = "$before" ]
}

telemetry() { # outcomes arrive where queries, workbook and alerts look
  local query='traces | where message == "record_outcome" and isnotempty(customDimensions.run_id) | count'
  local component
  component=$(az resource list --resource-group "$group" --resource-type Microsoft.Insights/components --query "[0].name" --output tsv)
  for _ in $(seq 60); do
    local count
    count=$(az monitor app-insights query --resource-group "$group" --app "$component" --analytics-query "$query" \
      --query "tables[0].rows[0][0]" --output tsv)
    [ "${count:-0}" -gt 0 ] && return 0
    sleep 10
  done
  return 1
}

login_page() { # a page for a browser, 401 for what is none, health for everybody
  local url
  url=$(value PLANSMITH_URL)
  status() { curl --silent --output /dev/null --write-out '%{http_code}' "$@"; }
  [ "$(status --user-agent 'Mozilla/5.0' --header 'accept: text/html' "$url/api/console")" = 302 ] \
    && [ "$(status --header 'authorization: Bearer wrong' "$url/api/runs")" = 401 ] \
    && [ "$(status "$url/api/health")" = 200 ]
}

fine_tune() { # the app's own role is enough to train, deploy and measure
  catalog
  .venv/bin/plansmith run "$place/catalog.json" --samples 100 --finetune --wait --yes
}

trap finish EXIT
azd env new "$name" --no-prompt && azd env set AZURE_LOCATION "$location" || exit 1
[ -z "${NETWORK:-}" ] || azd env set VNET_ENABLED true

step compile compile
step what-if what_if
step provision azd provision --no-prompt || exit 1
group=$(value AZURE_RESOURCE_GROUP)
app=$(value AZURE_FUNCTION_APP_NAME)
data=$(value PLANSMITH_STORAGE_ACCOUNT)
step deploy deploy
step health env PLANSMITH_URL="$(value PLANSMITH_URL)" python3 infra/smoke.py --health
step sign-in sign_in
step records records
if [ -z "${NETWORK:-}" ]; then
  step event event
  step name-beyond-ascii name_beyond_ascii
  step nothing-undelivered nothing_undelivered
fi
step upgrade upgrade
step again again
step telemetry telemetry
[ -z "${ENTRA_CLIENT_ID:-}" ] || step login-page login_page
[ -z "${FINETUNE:-}" ] || step fine-tune fine_tune
