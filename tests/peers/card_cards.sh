# Makes an authority and its cards with openssl, as the real ones are: sourced by card.sh, in an empty folder.
# `make_card NAME COMMON_NAME EXTENSIONS [START END]` writes NAME.pem and NAME.key.

revocation_address=http://127.0.0.1:18490

make_authority() { # name, common name
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 3650 \
        -subj "/C=IT/O=Regione Demo/OU=Servizi di Certificazione/CN=$2" \
        -addext keyUsage=critical,keyCertSign,cRLSign -addext basicConstraints=critical,CA:TRUE 2>/dev/null
    : >"$1.index"
    echo 1000 >"$1.serial"
    echo 01 >"$1.number"
    cat >"$1.cnf" <<CONFIGURATION
[ca]
default_ca = authority
[authority]
dir = .
database = $1.index
serial = $1.serial
crlnumber = $1.number
new_certs_dir = .
certificate = $1.pem
private_key = $1.key
default_md = sha256
default_crl_days = 7
policy = any
preserve = yes
unique_subject = no
[any]
countryName = optional
organizationalUnitName = optional
commonName = supplied
givenName = optional
surname = optional
[card]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = clientAuth,emailProtection
certificatePolicies = 1.3.76.16.2.1
crlDistributionPoints = URI:$revocation_address/$1.crl,URI:ldap://ldap.regione.example/cn=x
authorityInfoAccess = OCSP;URI:$revocation_address/ocsp
CONFIGURATION
    variant "$1" lombardy certificatePolicies=1.3.159.6.1.3.2.10
    variant "$1" identity certificatePolicies=1.3.76.47.4
    variant "$1" other_policy certificatePolicies=1.3.76.16.9.9
    variant "$1" critical certificatePolicies=critical,1.3.76.16.2.1
    variant "$1" signature keyUsage=critical,nonRepudiation extendedKeyUsage=
    variant "$1" without_list crlDistributionPoints=
    variant "$1" alone crlDistributionPoints= authorityInfoAccess=
}

# The extensions of a card, with these changed; one that is empty is left out.
variant() { # authority, name, name=value...
    local authority=$1 name=$2 line key
    shift 2
    sed -n '/^\[card\]/,/^\[lombardy\]/p' "$authority.cnf" | grep ' = ' >"$name.lines"
    for change in "$@"; do
        key=${change%%=*}
        grep -v "^$key = " "$name.lines" >"$name.next" || true
        [ -z "${change#*=}" ] || echo "$key = ${change#*=}" >>"$name.next"
        mv "$name.next" "$name.lines"
    done
    { echo "[$name]"; cat "$name.lines"; } >>"$authority.cnf"
}

make_card() { # authority, name, common name, extensions, start, end, key
    openssl req -new -newkey "${7:-rsa:2048}" -nodes -keyout "$2.key" -out "$2.csr" \
        -subj "/C=IT/OU=Regione Demo/GN=ADA/SN=PROVA/CN=$3" 2>/dev/null
    openssl ca -batch -notext -config "$1.cnf" -in "$2.csr" -out "$2.pem" -extensions "$4" \
        -startdate "${5:-20240101000000Z}" -enddate "${6:-20340101000000Z}" 2>/dev/null
}

revoke() { # authority, card
    openssl ca -config "$1.cnf" -revoke "$2.pem" 2>/dev/null
}

publish_list() { # authority
    openssl ca -config "$1.cnf" -gencrl -out "$1.crl.pem" 2>/dev/null
    openssl crl -in "$1.crl.pem" -outform DER -out "published/$1.crl"
}
