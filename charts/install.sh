#!/bin/sh
# Prints install.yaml: the chart with Postgres and Redis in the cluster, for trying out.
set -eu
cd "$(dirname "$0")/.."

printf '%s\n' '# Made by npm run generate:install. For trying out: kubectl apply --server-side -f install.yaml' \
  'apiVersion: v1' 'kind: Namespace' 'metadata:' '  name: switchyard'
helm template switchyard charts/switchyard --namespace switchyard --kube-version 1.36 \
  --set postgres.enabled=true --set redis.enabled=true
