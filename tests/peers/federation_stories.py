"""What a citizen and an administrator live through when the gateway meets the software of others: a trust anchor
and two providers (federation_peer.py). Prints a line for each story; exits with 1 if one goes wrong.

    federation_stories.py PHASE...      the phases are the functions of this module
"""

import base64
import html
import json
import re
import sys
from urllib.parse import urlencode, urljoin, urlsplit

import requests

GATEWAY = "http://127.0.0.1:18080"
ANCHOR = "http://127.0.0.1:8000"
PROVIDERS = {"spid": "http://127.0.0.1:8001/oidc/op", "cie": "http://127.0.0.1:8002/oidc/op"}
BODY = f"{GATEWAY}/c_e715"
LEVELS = {level: f"https://www.spid.gov.it/SpidL{level}" for level in (1, 2, 3)}
FISCAL_NUMBER = "https://attributes.eid.gov.it/fiscal_number"

failed = []


def story(name, holds, seen=""):
    print(f"{'ok  ' if holds else 'FAIL'}  {name}" + ("" if holds else f": {seen}"), flush=True)
    if not holds:
        failed.append(name)


class Citizen:
    """Somebody with a browser that follows redirects one by one, and remembers where it has been."""

    def __init__(self):
        self.browser = requests.Session()
        self.trail = []

    def visit(self, address, form=None):
        for _ in range(20):
            method = "POST" if form is not None else "GET"
            headers = {"Accept": "text/html", "Origin": "null" if form is None else origin(address)}
            answer = self.browser.request(
                method, address, data=form, headers=headers, allow_redirects=False, timeout=20
            )
            self.trail.append((address, answer.status_code))
            if answer.status_code not in (301, 302, 303, 307):
                return answer
            address, form = urljoin(address, answer.headers["location"]), None
        raise AssertionError("redirected without end")

    def log_in(self, method, level=2):
        """From the gateway to the provider and back; where they end."""
        query = urlencode({"service": "echo", "idp": PROVIDERS[method], "level": level})
        page = self.visit(f"{GATEWAY}/login/{method}?{query}")
        if not page.url.startswith(PROVIDERS[method]) or page.status_code != 200:
            return page
        page = self.visit(page.url.split("?")[0], fields(page) | {"username": "ada", "password": "prova-1234"})
        if "/consent" in page.url and page.status_code == 200:
            page = self.visit(page.url, fields(page) | {"agree": "on"})
        return page

    def statement(self):
        """What the service is told of them, signature unverified: others verify it."""
        answer = self.visit(f"{GATEWAY}/echo")
        match = re.search(r"x-varco-assertion[^e]*(eyJ[\w-]+\.[\w-]+\.[\w-]+)", answer.text, re.IGNORECASE)
        return claims(match.group(1)) if match else {}


def origin(address):
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def fields(page):
    """The hidden fields of a page's form."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden" and "name" in attributes:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return found


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def code_of(page):
    """The code of the refusal that a page of the gateway shows."""
    match = re.search(r"\b(?:spid|cie|login)(?:\.[a-z][a-z0-9-]*){1,3}\b", page.text)
    return match.group(0) if match else f"{page.status_code} at {page.url}"


def refused_everywhere(why):
    for method in PROVIDERS:
        page = Citizen().log_in(method)
        reached = "/echo" in page.url
        story(f"{method}: {why}, nobody gets through", not reached, page.url)


# === phases ===


def strangers():
    """The anchor does not know the aggregator."""
    refused_everywhere("before the aggregator is onboarded")


def unmarked():
    """The body has no mark that the providers believe."""
    refused_everywhere("without a trust mark")


def logins():
    """At each provider and level."""
    for method in PROVIDERS:
        for level, name in LEVELS.items():
            citizen = Citizen()
            page = citizen.log_in(method, level)
            told = citizen.statement()
            story(f"{method}: login at level {level}", told.get("acr") == name, f"{code_of(page)} {told.get('acr')}")
            story(f"{method}: the method is told", told.get("amr") == [method], told.get("amr"))
            is_ada = (told.get("given_name"), told.get(FISCAL_NUMBER)) == ("Ada", "PRVDAA85E57D612J")
            story(f"{method}: attributes arrive, the number without its prefix", is_ada, sorted(told))


def same_person():
    """By whichever way they come."""
    subjects = []
    for method in PROVIDERS:
        citizen = Citizen()
        citizen.log_in(method)
        subjects.append(citizen.statement().get("sub"))
    story("one person is one subject, by SPID and by CIE", subjects[0] and subjects[0] == subjects[1], subjects)


def logout():
    """Ends what the provider granted."""
    for method in PROVIDERS:
        citizen = Citizen()
        citizen.log_in(method)
        page = citizen.visit(f"{GATEWAY}/logout", {})
        story(f"{method}: logout ends well", page.status_code == 200, f"{page.status_code} {code_of(page)}")
        story(f"{method}: after it the service asks again", "/login" in citizen.visit(f"{GATEWAY}/echo").url)


def policy():
    """What the aggregator lays down for its bodies holds at the providers."""
    for method, provider in PROVIDERS.items():
        query = urlencode({"sub": BODY, "trust_anchor": ANCHOR, "entity_type": "openid_relying_party"})
        answer = requests.get(f"{provider}/resolve?{query}", timeout=20)
        body = claims(answer.text) if answer.text.count(".") == 2 else {}
        relying_party = body.get("metadata", {}).get("openid_relying_party", {})
        seen = (relying_party.get("grant_types"), relying_party.get("client_name"))
        expected = (["authorization_code"], "Comune Dimostrativo (prova)")
        story(f"{method}: the policy of the aggregator is applied", seen == expected, f"{answer.status_code} {seen}")
        chain = body.get("trust_chain", [])
        story(f"{method}: the chain has four statements", len(chain) == 4, len(chain))


def published():
    """What anybody can read of the aggregator and of its bodies."""
    listed = requests.get(f"{GATEWAY}/list", params={"entity_type": "openid_relying_party"}, timeout=20)
    story("the aggregator lists its bodies", listed.json() == [BODY], listed.text)
    statement = requests.get(f"{GATEWAY}/fetch", params={"sub": BODY}, timeout=20)
    story("it vouches for a body", claims(statement.text).get("sub") == BODY, statement.text[:80])
    for sub in (GATEWAY, "https://nobody.example"):
        answer = requests.get(f"{GATEWAY}/fetch", params={"sub": sub}, timeout=20)
        story(f"and for nobody else ({sub})", answer.status_code in (400, 404), answer.status_code)
    configuration = requests.get(f"{BODY}/.well-known/openid-federation", timeout=20)
    kind = configuration.headers["content-type"]
    story("a body has a configuration of its own", kind == "application/entity-statement+jwt", kind)


def marked():
    """The anchor lets the aggregator mark its bodies."""
    marks = of_body().get("trust_marks", [])
    story("a body has a mark of the aggregator", [claims(m["trust_mark"])["iss"] for m in marks] == [GATEWAY], marks)
    for mark in marks:
        asked = {"id": mark["id"], "sub": BODY}
        answer = requests.post(f"{GATEWAY}/trust_mark_status", data=asked, timeout=20)
        story("which stands", answer.status_code == 200, f"{answer.status_code} {answer.text}")


def rotated():
    """The next keys of the body are published beside those in use."""
    keys = of_body()["metadata"]["openid_relying_party"]["jwks"]["keys"]
    uses = sorted(key["use"] for key in keys)
    story("both generations are published", uses == ["enc", "enc", "sig", "sig"], uses)


def of_body():
    """What the body says of itself."""
    return claims(requests.get(f"{BODY}/.well-known/openid-federation", timeout=20).text)


PHASES = {
    phase.__name__: phase
    for phase in (published, strangers, unmarked, marked, logins, policy, same_person, logout, rotated)
}

if __name__ == "__main__":
    for phase in sys.argv[1:]:
        print(f"\n{phase}: {PHASES[phase].__doc__}", flush=True)
        PHASES[phase]()
    sys.exit(1 if failed else 0)
