#!/usr/bin/env bash
# Runs the public conformance tool spid-sp-test against the gateway: its metadata, its AuthnRequest and
# every response of the tool. Run by `cargo xtask peer spid`, which builds the gateway and installs
# Debian's xmlsec1; everything else lands under target/.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=1.2.18
profile=spid-sp-ag-public-full
least=290 # fewer checks than this, and the tool has skipped something
target=${CARGO_TARGET_DIR:-target}
work=$target/peers/spid
venv=$target/peers/venv

rm -rf "$work" && mkdir -p "$work"
if ! "$venv/bin/spid_sp_test" --version 2>/dev/null | grep -q "$version"; then
    echo "installing spid-sp-test $version under $venv"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "spid-sp-test==$version"
fi
export PYTHONWARNINGS=ignore

# The tool's own identity provider. Its certificate is out of date: the key in its metadata counts.
"$venv/bin/spid_sp_test" --idp-metadata >"$work/idp.xml"

started=()
stop() { for process in "${started[@]}"; do kill "$process" 2>/dev/null && wait "$process" || true; done; }
trap stop EXIT

"$target/debug/varco-echo" --port 18081 >"$work/echo.log" 2>&1 &
started+=($!)
VARCO_METHODS__SPID__IDP_METADATA="[\"$(realpath "$work/idp.xml")\"]" \
    VARCO_STORE__DURABLE="sqlite:$(realpath "$work")/varco.sqlite" \
    "$target/debug/varco" serve --config config/conformance.toml >"$work/gateway.log" 2>&1 &
started+=($!)

ready() { python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:18082/readyz", timeout=2)' 2>/dev/null; }
for _ in $(seq 100); do ready && break || sleep 0.2; done
ready || { cat "$work/gateway.log"; exit 1; }

"$venv/bin/spid_sp_test" \
    --metadata-url http://127.0.0.1:18080/metadata/spid/c_e715 \
    --authn-url "http://127.0.0.1:18080/login/spid?service=echo&idp=https://localhost:8443" \
    --profile "$profile" --extra -tr -d ERROR -rf json -o "$work/report.json" | tee "$work/tool.log" || failed=1

python3 - "$work/report.json" "$least" <<'REPORT'
import json, sys

def results(node):
    if isinstance(node, dict) and "result" in node:
        yield node
    else:
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from results(child)

checks = list(results(json.load(open(sys.argv[1]))))
failed = [check for check in checks if check["result"] == "failure"]
for check in failed:
    print("failed:", check["test"], check.get("value"))
print(f"spid-sp-test: {len(checks) - len(failed)} passed, {len(failed)} failed")
if failed or len(checks) < int(sys.argv[2]):
    sys.exit(f"expected at least {sys.argv[2]} checks and no failure")
REPORT
exit "${failed:-0}"
