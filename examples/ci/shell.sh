#!/bin/sh
# Deploys only what conforms. IDEM_API_KEY and IDEM_API_KEY_2, of another key holder, are in the environment.
set -e
npx --yes idem-conformance --target https://staging.example.com --profile standard --wait 60 --require SCOPE
./deploy-to-production
