#!/usr/bin/env bash
# Runs the gateway in a federation of other people's software: a trust anchor and a provider each of SPID and CIE,
# all of the Python package spid-cie-oidc. Run by `cargo xtask peer federation`; everything lands under target/.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=1.6.3
target=${CARGO_TARGET_DIR:-target}
work=$(realpath -m "$target/peers/federation")
venv=$target/peers/venv-federation
varco=$target/debug/varco
python=$venv/bin/python
gateway=http://127.0.0.1:18080

rm -rf "$work" && mkdir -p "$work"
if ! "$venv/bin/pip" show spid-cie-oidc 2>/dev/null | grep -qx "Version: $version"; then
    echo "installing spid-cie-oidc $version under $venv"
    python3 -m venv --clear "$venv"
    # The second package holds the templates of the first, which does not name it.
    "$venv/bin/pip" install --quiet --disable-pip-version-check "spid-cie-oidc==$version" design-django-theme==1.4.8
fi

started=()
stop() { for process in "${started[@]}"; do kill "$process" 2>/dev/null && wait "$process" || true; done; }
trap stop EXIT

# ready ADDRESS LOG: waits until somebody answers there.
ready() {
    local asked="import urllib.request as u; u.urlopen('$1', timeout=2)"
    for _ in $(seq 200); do python3 -c "$asked" 2>/dev/null && return || sleep 0.3; done
    cat "$2"
    exit 1
}

peer() { "$python" tests/peers/federation_peer.py "$@"; }
stories() { "$python" tests/peers/federation_stories.py "$@"; }

for role in anchor spid cie; do
    "$python" tests/peers/federation_peer.py serve "$role" --folder "$work/$role" >"$work/$role.log" 2>&1 &
    started+=($!)
done
ready http://127.0.0.1:8000/.well-known/openid-federation "$work/anchor.log"
for provider in 8001:spid 8002:cie; do
    entity=http://127.0.0.1:${provider%:*}/oidc/op
    ready "$entity/.well-known/openid-federation" "$work/${provider#*:}.log"
    peer onboard "$entity" --type openid_provider --folder "$work/anchor"
done

export VARCO_STORE__DURABLE="sqlite:$work/gateway/varco.sqlite"
export VARCO_SERVICES__ECHO__LEVEL=1
anchor='["http://127.0.0.1:8000"]'
export VARCO_METHODS__SPID__TRUST_ANCHORS=$anchor
# One anchor for both: each method has its own provider below it.
export VARCO_METHODS__SPID__OPENID_PROVIDERS='["http://127.0.0.1:8001/oidc/op"]'
export VARCO_METHODS__CIE__OPENID_PROVIDERS='["http://127.0.0.1:8002/oidc/op"]'
# The package says nothing of issuer, audience and times there.
export VARCO_METHODS__SPID__LENIENT_USERINFO=true VARCO_METHODS__CIE__LENIENT_USERINFO=true
export VARCO_FEDERATION__METADATA_POLICY='{"openid_relying_party":
    {"grant_types": {"subset_of": ["authorization_code"]}, "client_name": {"value": "Comune Dimostrativo (prova)"}}}'

"$target/debug/varco-echo" --port 18081 >"$work/echo.log" 2>&1 &
started+=($!)
serve() {
    "$varco" serve --config config/conformance.toml >>"$work/gateway.log" 2>&1 &
    served=$!
    started+=("$served")
    ready http://127.0.0.1:18082/readyz "$work/gateway.log"
}
restart() { kill "$served" && wait "$served" || true && serve; }

serve
stories published strangers
peer onboard "$gateway" --type federation_entity --folder "$work/anchor" --without-mark
stories unmarked
# The aggregator hears what the anchor says of it when it starts, and every few minutes.
peer entrust "$gateway" --folder "$work/anchor"
# So do the providers.
for role in spid cie; do peer forget "$role" --folder "$work/$role"; done
restart
stories marked logins policy same_person logout
"$varco" keys rotate --core --config config/conformance.toml
restart
stories rotated logins
