#!/bin/sh
# Deploys only what conforms. IDEM_API_KEY is in the environment.
set -e
npx --yes idem-conformance --target https://staging.example.com --wait 60 --require SCOPE
./deploy-to-production
