"""One round of python3-saml: a signed request, and a response verified. Microseconds of CPU for each, as JSON."""

import base64
import json
import pathlib
import re
import sys
import time

from onelogin.saml2.auth import OneLogin_Saml2_Auth

folder, times = pathlib.Path(sys.argv[1]), int(sys.argv[2])
response = (folder / "response.xml").read_bytes()
key = (folder / "key.pem").read_text()
certificate = (folder / "certificate.pem").read_text()
request_id = re.search(rb'InResponseTo="([^"]*)"', response).group(1).decode()

settings = {
    "strict": True,
    "sp": {
        "entityId": "https://access.example/c_e715",
        "assertionConsumerService": {"url": "https://access.example/return/spid"},
        "x509cert": certificate,
        "privateKey": key,
    },
    "idp": {
        "entityId": "https://idp.example/",
        "singleSignOnService": {"url": "https://idp.example/sso"},
        "x509cert": certificate,
    },
    "security": {
        "authnRequestsSigned": True,
        "wantMessagesSigned": True,
        "wantAssertionsSigned": True,
        "signatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "digestAlgorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
        "requestedAuthnContext": ["https://www.spid.gov.it/SpidL2"],
    },
}
request = {
    "https": "on",
    "http_host": "access.example",
    "script_name": "/return/spid",
    "get_data": {},
    "post_data": {"SAMLResponse": base64.b64encode(response).decode()},
}


def begin():
    assert "Signature=" in OneLogin_Saml2_Auth(request, settings).login(return_to="state")


def complete():
    auth = OneLogin_Saml2_Auth(request, settings)
    auth.process_response(request_id=request_id)
    assert auth.is_authenticated(), (auth.get_errors(), auth.get_last_error_reason())
    assert auth.get_attributes()["fiscalNumber"] == ["TINIT-LVLDAA85T50G702B"]


def each(act):
    act()
    before = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - before) / times * 1e6


print(json.dumps({"begin": each(begin), "complete": each(complete)}))
