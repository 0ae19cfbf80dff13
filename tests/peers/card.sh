#!/usr/bin/env bash
# Cards as other software makes, holds and shows them: certificates, lists and answers by openssl, logins by curl, a
# card in a PKCS#11 token (softhsm2), and both listeners before sslscan and testssl. Run by `cargo xtask peer card`;
# everything lands under target/. All of it stays on loopback.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
folder=$target/peers/card
rm -rf "$folder"
mkdir -p "$folder/published" "$folder/tokens"
cd "$folder"
# shellcheck source=tests/peers/card_cards.sh
. "$root/tests/peers/card_cards.sh"

number='PRVDAA85E57D612J'
tail='\/7430010024925855.lsKV\/lNtBAmc8x5lzSb\+cxx2UzE='
passed=0 failed=0
processes=()
trap 'for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done' EXIT

in_background() { # log, command...
    "${@:2}" >"$1" 2>&1 &
    processes+=($!)
}

check() { # what, actual, expected (a regular expression)
    if [[ $2 =~ $3 ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $1: expected $3, found: ${2:0:300}"
    fi
}

# What a citizen sees at the end of a login: the status, and the code of the page or whom the service sees.
login() { # curl's arguments...
    local jar
    jar=$(mktemp -p "$folder")
    rm -f page
    curl --silent --insecure --location --max-redirs 6 --cookie-jar "$jar" --cookie "$jar" --output page \
        --write-out '%{http_code} ' "$@" 'http://127.0.0.1:18480/login/health-card?service=echo' || true
    [ ! -e page ] || grep -o 'health-card\.[a-z-]*\|x-varco-assertion' page | head -1
}
with() { login --cert "$1.pem" --key "$1.key" "${@:2}"; }

echo "making cards"
make_authority ca 'Regione Demo - CA Cittadini'
make_authority stranger 'Altra CA'
make_card ca valid "$number$tail" card
make_card ca expired "$number$tail" card 20180101000000Z 20240101000000Z
make_card ca early "$number$tail" card 20330101000000Z 20340101000000Z
make_card ca revoked "$number$tail" card
make_card ca wrong_policy "$number$tail" other_policy
make_card ca signing "$number$tail" signature
make_card ca wrong_number "PRVDAA85E57D612K$tail" card
make_card ca omocodia "RSSMRA80A01H50MM$tail" card
make_card ca of_lombardy "$number$tail" lombardy
make_card ca of_identity "$number$tail" identity
make_card ca critical_policy "$number$tail" critical
make_card ca short_key "$number$tail" card 20240101000000Z 20340101000000Z rsa:1024
make_card ca ocsp_good "$number$tail" without_list
make_card ca ocsp_revoked "$number$tail" without_list
make_card ca nobody_knows "$number$tail" alone
make_card stranger unknown "$number$tail" card
revoke ca revoked
revoke ca ocsp_revoked
publish_list ca
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.pem -days 90 \
    -subj /CN=card.localhost -addext subjectAltName=DNS:card.localhost,DNS:access.localhost,IP:127.0.0.1 2>/dev/null

echo "starting the gateway"
in_background authority.log python3 "$root/tests/peers/card_responder.py" 18490 published ca
export VARCO_GATEWAY__ACCESS_URL=http://127.0.0.1:18480 VARCO_GATEWAY__LISTEN=127.0.0.1:18480
export VARCO_GATEWAY__TLS="{\"listen\":\"127.0.0.1:18444\",\"certificate_file\":\"$folder/server.pem\",\"key_file\":\"$folder/server.key\"}"
export VARCO_MANAGEMENT__LISTEN=127.0.0.1:18482 VARCO_STORE__DURABLE="sqlite:$folder/varco.sqlite"
export VARCO_SERVICES__ECHO__UPSTREAM=http://127.0.0.1:18481
export VARCO_METHODS__HEALTH_CARD__LISTEN=127.0.0.1:18443 VARCO_METHODS__HEALTH_CARD__URL=https://127.0.0.1:18443
export VARCO_METHODS__HEALTH_CARD__TLS_CERTIFICATE=$folder/server.pem VARCO_METHODS__HEALTH_CARD__TLS_KEY=$folder/server.key
export VARCO_METHODS__HEALTH_CARD__TRUST_LISTS=$folder/ca.pem
export VARCO_METHODS__HEALTH_CARD__REVOCATION_HOSTS='["127.0.0.1:18490"]'
in_background echo.log "$target/debug/varco-echo" --port 18481
in_background gateway.log "$target/debug/varco" serve --config "$root/config/conformance.toml"
for _ in $(seq 100); do
    curl --silent --fail --output /dev/null http://127.0.0.1:18482/readyz && break
    sleep 0.1
done

echo "logging in"
check 'a good card' "$(with valid)" '^200 '
check 'no card' "$(login)" '^403 health-card.missing'
check 'an expired card' "$(with expired)" '^403 health-card.expired'
check 'a card from the future' "$(with early)" '^403 health-card.not-yet-valid'
check 'a revoked card' "$(with revoked)" '^403 health-card.revoked'
check 'an authority that is on no list' "$(with unknown)" '^403 health-card.untrusted'
check 'another policy' "$(with wrong_policy)" '^403 health-card.wrong-kind'
check 'the certificate that signs' "$(with signing)" '^403 health-card.signature-certificate'
check 'a wrong check character' "$(with wrong_number)" '^403 health-card.fiscal-number'
check 'omocodia' "$(with omocodia)" '^200 '
check 'Lombardy' "$(with of_lombardy)" '^200 '
check 'the identity card' "$(with of_identity)" '^200 '
check 'critical policies' "$(with critical_policy)" '^200 '
printf 'openssl_conf = all\n[all]\nssl_conf = modules\n[modules]\nsystem_default = weak\n[weak]\nCipherString = DEFAULT@SECLEVEL=0\n' >weak.cnf
check 'a key of 1024 bits' "$(OPENSSL_CONF=weak.cnf with short_key)" '^403 health-card.weak-key'
check 'a responder that says good' "$(with ocsp_good)" '^200 '
check 'a responder that says revoked' "$(with ocsp_revoked)" '^403 health-card.revoked'
check 'nobody who says anything' "$(with nobody_knows)" '^403 health-card.revocation-unknown'
check 'a header that claims a card' "$(login --header "X-SSL-Client-Cert: $(tr '\n' ' ' <valid.pem)")" '^403 health-card.missing'

echo "a card in a token"
export SOFTHSM2_CONF=$folder/softhsm2.conf
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$folder" >softhsm2.conf
module=$(find /usr/lib -name libsofthsm2.so | head -1)
softhsm2-util --init-token --free --label card --so-pin 12345678 --pin 1234 >/dev/null
openssl pkcs8 -topk8 -nocrypt -in valid.key -out valid.p8
softhsm2-util --import valid.p8 --token card --label CNS0 --id 01 --pin 1234 >/dev/null
openssl x509 -in valid.pem -outform DER -out valid.der
pkcs11-tool --module "$module" --login --pin 1234 --token-label card --write-object valid.der --type cert --id 01 \
    >/dev/null 2>&1
of_token() {
    PKCS11_MODULE_PATH=$module login --engine pkcs11 --cert-type ENG --key-type ENG \
        --cert 'pkcs11:token=card;id=%01;type=cert' --key "pkcs11:token=card;id=%01;type=private;pin-value=$1"
}
check 'a card behind PKCS#11' "$(of_token 1234)" '^200 '
check 'a wrong PIN' "$(of_token 9999 2>/dev/null)" '^302'

echo "the two listeners"
speak() { openssl s_client -connect "127.0.0.1:$1" "${@:2}" </dev/null 2>&1 || true; }
cards=$(speak 18443 -alpn h2,http/1.1 -reconnect)
check 'cards: the authorities are hinted at' "$cards" 'CN = Regione Demo - CA Cittadini'
check 'cards: TLS 1.2' "$cards" 'Protocol  : TLSv1.2'
check 'cards: HTTP/1.1 alone' "$cards" 'ALPN protocol: http/1.1'
check 'cards: no session is taken up again' "$(grep -c '^Reused' <<<"$cards" || true)" '^0$'
check 'cards: no tickets' "$(grep -c 'session ticket' <<<"$cards" || true)" '^0$'
check 'cards: no TLS 1.3' "$(speak 18443 -tls1_3)" 'alert protocol version'
check 'cards: one request a connection' \
    "$(curl --silent --insecure --include https://127.0.0.1:18443/ | tr -d '\r')" 'connection: close'
browsers=$(speak 18444 -cert valid.pem -key valid.key)
check 'browsers: nobody is asked for a certificate' "$browsers" 'No client certificate CA names sent'
check 'browsers: TLS 1.3' "$browsers" 'TLSv1.3'
for port in 18443 18444; do
    scan=$(sslscan --no-colour "127.0.0.1:$port")
    for old in SSLv2 SSLv3 TLSv1.0 TLSv1.1; do
        check "$port: no $old" "$scan" "$old +disabled"
    done
    check "$port: no renegotiation" "$scan" 'renegotiation not supported'
    check "$port: not vulnerable to heartbleed" "$(grep -c 'heartbleed' <<<"$scan")" '^[1-9]'
    testssl --quiet --color 0 --warnings off --jsonfile "testssl.$port.json" \
        "127.0.0.1:$port" >"testssl.$port.txt" 2>&1 || true
    # What testssl says of the certificate is of one that was made a minute ago for this machine.
    found=$(python3 - "testssl.$port.json" <<'READ'
import json, sys
about_certificate = ("cert", "DNS_CAA", "OCSP", "HSTS", "engine_problem", "scanTime")
findings = json.load(open(sys.argv[1]))
assert len(findings) > 40, f"testssl looked at {len(findings)} things only"
print(*(f["id"] for f in findings
        if f["severity"] in ("MEDIUM", "HIGH", "CRITICAL") and not f["id"].startswith(about_certificate)))
READ
    )
    check "$port: testssl" "[$found]" '^\[\]$'
done

echo "card: $passed passed and $failed failed"
[ "$failed" -eq 0 ]
