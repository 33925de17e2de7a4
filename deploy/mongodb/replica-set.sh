#!/usr/bin/env bash
# One member of a replica set with a key file and users; secrets come from files. More members: add them with rs.add().
set -euo pipefail
install -m 400 -o mongodb -g mongodb /run/secrets/mongodb-keyfile /tmp/keyfile
export MONGO_INITDB_ROOT_USERNAME=root
export MONGO_INITDB_ROOT_PASSWORD_FILE=/run/secrets/mongodb-root-password
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile /tmp/keyfile --bind_ip_all --wiredTigerCacheSizeGB 1
