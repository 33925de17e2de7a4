#!/usr/bin/env bash
# Healthy = primary, with the user of the apps. At the first call it begins the set and makes the user; again changes nothing.
set -euo pipefail
export ROOT_PASSWORD APP_PASSWORD
ROOT_PASSWORD="$(cat /run/secrets/mongodb-root-password)"
APP_PASSWORD="$(cat /run/secrets/mongodb-password)"
exec mongosh --quiet --host 127.0.0.1 --nodb --file /deploy/initiate.js
