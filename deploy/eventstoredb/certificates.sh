#!/usr/bin/env bash
# A certificate authority and a certificate for each node, into /certs. What is there is kept.
set -euo pipefail
cd /certs
mkdir -p ca
if [ ! -f ca/ca.crt ]; then
  openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -keyout ca.key -out ca/ca.crt -subj '/CN=jiandang eventstoredb authority'
  chmod 600 ca.key
fi
for node in eventstoredb-1 eventstoredb-2 eventstoredb-3; do
  [ -f "$node/node.crt" ] && continue
  mkdir -p "$node"
  openssl req -newkey rsa:3072 -nodes -keyout "$node/node.key" -out "$node/node.csr" -subj '/CN=eventstoredb-node'
  openssl x509 -req -in "$node/node.csr" -CA ca/ca.crt -CAkey ca.key -CAcreateserial -days 1825 -out "$node/node.crt" \
    -extfile <(printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth' "$node")
  rm "$node/node.csr"
done
# The server runs as user 1000.
chown -R 1000:1000 eventstoredb-*
chmod 600 eventstoredb-*/node.key
