#!/usr/bin/env python3
"""Prints tokens that the Python package jwcrypto signed and encrypted, with the keys that were used, for the tests of
varco-federation: `jose_vectors.py > adapters/federation/src/jose/tests/jwcrypto.json`. The keys are for tests alone.
"""

import json

from jwcrypto import jwe, jwk, jws

SIGNATURES = ["RS256", "RS512", "PS256", "PS512", "ES256", "ES512"]
MANAGEMENT = ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"]
CONTENT = ["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"]
CLAIMS = {"iss": "https://op.example", "sub": "a subject", "aud": ["https://rp.example"], "exp": 1795600000}


def make(kind, name, usage, **more):
    key = jwk.JWK.generate(kty=kind, kid=name, use=usage, **more)
    return {
        "name": name,
        "public": key.export_public(as_dict=True),
        "pem": key.export_to_pem(private_key=True, password=None).decode(),
    }, key


def signed(key, algorithm):
    token = jws.JWS(json.dumps(CLAIMS))
    token.add_signature(key, None, json.dumps({"alg": algorithm, "kid": key.key_id, "typ": "JWT"}))
    return token.serialize(compact=True)


def encrypted(content, key, management, encryption):
    header = {"alg": management, "enc": encryption, "kid": key.key_id, "cty": "JWT"}
    if management.startswith("ECDH"):
        header |= {"apu": "QWxpY2U", "apv": "Qm9i"}
    token = jwe.JWE(content.encode(), json.dumps(header))
    token.add_recipient(key)
    return token.serialize(compact=True)


if __name__ == "__main__":
    keys = {}
    keys["RSA"] = make("RSA", "rsa", "sig", size=2048)
    keys["P-256"] = make("EC", "p256", "sig", crv="P-256")
    keys["P-521"] = make("EC", "p521", "sig", crv="P-521")
    keys["enc-RSA"] = make("RSA", "enc-rsa", "enc", size=2048)
    keys["enc-EC"] = make("EC", "enc-ec", "enc", crv="P-256")
    by_algorithm = {"ES256": "P-256", "ES512": "P-521"}
    tokens = [
        {"alg": name, "token": signed(keys[by_algorithm.get(name, "RSA")][1], name)} for name in SIGNATURES
    ]
    inner = tokens[0]["token"]
    boxes = []
    for management in MANAGEMENT:
        key = keys["enc-EC" if management.startswith("ECDH") else "enc-RSA"][1]
        for content in CONTENT:
            boxes.append({"alg": management, "enc": content, "token": encrypted(inner, key, management, content)})
    print(json.dumps({"keys": [shown for shown, _ in keys.values()], "signed": tokens, "encrypted": boxes}, indent=1))
