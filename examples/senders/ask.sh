#!/bin/sh
# Uploads a catalog and asks for a run of it, as whoever `az` has signed in: ACCOUNT=<account> sh ask.sh shop.json
set -eu
name=$(basename "$1")
az storage blob upload --auth-mode login --account-name "$ACCOUNT" --container-name catalogs --name "$name" --file "$1" \
  --metadata start=false --overwrite
az storage message put --auth-mode login --account-name "$ACCOUNT" --queue-name run-requests \
  --content "{\"catalog\": \"catalogs/$name\", \"options\": {\"samples\": 200}, \"request_key\": \"az/$name\"}"
