#!/usr/bin/env bash
# Runs the public conformance tool spid-sp-test against the gateway, once for each of its profiles: metadata,
# AuthnRequest and all responses of the tool. Run by `cargo xtask peer spid`, which builds the gateway and
# installs Debian's xmlsec1 and openssl; everything else lands under target/.
#
# The profile spid-sp-op-public-lite is not run: the tool breaks off on it (a TypeError of its own).
set -euo pipefail
cd "$(dirname "$0")/../.."

version=1.2.18
target=${CARGO_TARGET_DIR:-target}
work=$(realpath -m "$target/peers/spid")
venv=$target/peers/venv
varco=$target/debug/varco
tool=$venv/bin/spid_sp_test
provider=https://localhost:8443 # the tool's own, for SPID, CIE and eIDAS alike

rm -rf "$work" && mkdir -p "$work"
if ! "$tool" --version 2>/dev/null | grep -q "$version"; then
    echo "installing spid-sp-test $version under $venv"
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "spid-sp-test==$version"
fi
export PYTHONWARNINGS=ignore

# The provider's certificate is out of date: the key in its metadata counts.
"$tool" --idp-metadata >"$work/idp.xml"

started=()
stop() { for process in "${started[@]}"; do kill "$process" 2>/dev/null && wait "$process" || true; done; }
trap stop EXIT

# serve NAME CONFIGURATION MANAGEMENT-PORT: a gateway, and what answers behind it on the port in between.
serve() {
    "$target/debug/varco-echo" --port $(($3 - 1)) >"$work/$1-echo.log" 2>&1 &
    started+=($!)
    "$varco" serve --config "$2" >"$work/$1.log" 2>&1 &
    started+=($!)
    local ready="import urllib.request as u; u.urlopen('http://127.0.0.1:$3/readyz', timeout=2)"
    for _ in $(seq 100); do python3 -c "$ready" 2>/dev/null && return || sleep 0.2; done
    cat "$work/$1.log"
    exit 1
}

export VARCO_METHODS__SPID__IDP_METADATA="[\"$work/idp.xml\"]"
VARCO_STORE__DURABLE="sqlite:$work/conformance/varco.sqlite" serve conformance config/conformance.toml 18082

export VARCO_METHODS__CIE__IDP_METADATA="[\"$work/idp.xml\"]" VARCO_METHODS__EIDAS__IDP_METADATA="[\"$work/idp.xml\"]"
export VARCO_STORE__DURABLE="sqlite:$work/profiles/varco.sqlite"
for body in pub_ag_lite pri_ag_lite; do
    "$varco" keys certificate --body $body --config tests/peers/profiles.toml >"$work/$body.keys"
    export VARCO_BODIES__${body^^}__KEY_FILE="$work/profiles/keys/spid.$body.key.pem"
    export VARCO_BODIES__${body^^}__CERTIFICATE_FILE="$work/profiles/keys/spid.$body.crt.pem"
done
serve profiles tests/peers/profiles.toml 18092

# The issuer of an assertion of CIE may leave its format out: tests 70 and 71 say that it may not. The tool
# knows that of the profile cie-sp-public alone.
for_cie=$("$tool" --print-responses-settings |
    python3 -c 'import json, sys; print(*[test for test in json.load(sys.stdin) if test not in ("70", "71")])')

running=()
# check PROFILE LEAST PORT METHOD BODY SERVICE [ARGUMENT]...: one run of the tool, in the background. LEAST is how
# many checks the profile makes with our metadata: where there are fewer, the tool has skipped something.
check() {
    local gateway=http://127.0.0.1:$3
    echo "$1 $2" >>"$work/expected"
    "$tool" --profile "$1" --metadata-url "$gateway/metadata/$4/$5" \
        --authn-url "$gateway/login/$4?service=$6&idp=$provider" \
        --extra -tr "${@:7}" -d ERROR -rf json -o "$work/$1.json" >"$work/$1.log" 2>&1 &
    running+=($!)
}

# All of them with all responses: 111, and 109 for CIE.
check spid-sp-ag-public-full 300 18080 spid c_e715 echo
check spid-sp-public 349 18090 spid pub pub
check spid-sp-private 324 18090 spid pri pri
check spid-sp-ag-public-lite 334 18090 spid pub_ag_lite pub_ag_lite
check spid-sp-ag-private-full 358 18090 spid pri_ag_full pri_ag_full
check spid-sp-ag-private-lite 353 18090 spid pri_ag_lite pri_ag_lite
check spid-sp-op-public-full 317 18090 spid pub_op_full pub_op_full
check cie-sp-public 240 18090 cie pub_ag_full pub_ag_full
check cie-sp-private 255 18090 cie pri pri -tn $for_cie
check ficep-eidas-sp 290 18090 eidas pub_ag_full pub_ag_full
# Whether it went well is for the reports to tell, all of them, and not only the first that did not.
wait "${running[@]}" || true

python3 tests/peers/spid_report.py "$work"
