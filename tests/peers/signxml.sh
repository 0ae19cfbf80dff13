#!/usr/bin/env bash
# Holds the signatures and the decryption of varco-xmldsig against the Python packages signxml and
# cryptography, in both directions. Run by `cargo xtask peer signxml`; everything lands under target/.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=5.2.0
target=${CARGO_TARGET_DIR:-target}
venv=$target/peers/venv-signxml

cargo build --quiet --package varco-xmldsig --example seal
if ! "$venv/bin/pip" show signxml 2>/dev/null | grep -qx "Version: $version"; then
    echo "installing signxml $version under $venv"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "signxml==$version"
fi
"$venv/bin/python" tests/peers/signxml_peer.py "$target/debug/examples/seal"
