#!/usr/bin/env python3
"""A trust anchor and OpenID providers of SPID and CIE, made of the PyPI package spid-cie-oidc, on loopback.

    federation_peer.py serve {anchor,spid,cie} --folder FOLDER
    federation_peer.py onboard ENTITY --type {openid_provider,federation_entity} --folder FOLDER [--without-mark]
    federation_peer.py entrust ENTITY --folder FOLDER      it may mark relying parties from now on
    federation_peer.py forget {spid,cie} --folder FOLDER   whatever others said is asked for anew

`onboard` and `entrust` work on the folder of the anchor, which may be running, `forget` on that of a provider. Run by tests/peers/federation.sh.
"""

import argparse
import json
import os
import time

# The package takes the time zone from the process, and Django's setting alone would let tokens be born expired.
os.environ["TZ"] = "Europe/Rome"
time.tzset()

ANCHOR = "http://127.0.0.1:8000"
PORTS = {"anchor": 8000, "spid": 8001, "cie": 8002}
# The types of trust marks by role; a provider asks its clients for the first.
MARKS = {
    "openid_relying_party": "https://www.spid.gov.it/openid-federation/agreement/sp-public",
    "openid_provider": "https://www.spid.gov.it/openid-federation/agreement/op-public",
    "federation_entity": "https://www.spid.gov.it/openid-federation/agreement/sa-public",
}
SIGNATURES = ["RS256", "RS512", "ES256", "ES512"]
KEY_MANAGEMENT = ["RSA-OAEP", "RSA-OAEP-256"]
ENCRYPTION = ["A128CBC-HS256", "A256CBC-HS512"]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_command = commands.add_parser("serve")
    serve_command.add_argument("role", choices=PORTS)
    onboard_command = commands.add_parser("onboard")
    onboard_command.add_argument("entity")
    onboard_command.add_argument("--type", required=True, choices=MARKS)
    onboard_command.add_argument("--without-mark", action="store_true")
    entrust_command = commands.add_parser("entrust")
    entrust_command.add_argument("entity")
    forget_command = commands.add_parser("forget")
    forget_command.add_argument("role", choices=["spid", "cie"])
    for command in (serve_command, onboard_command, entrust_command, forget_command):
        command.add_argument("--folder", required=True)
    return parser.parse_args()


def configure(role, folder):
    """Settings for Django: the package brings none of its own."""
    import aiohttp
    from django.conf import settings

    port = PORTS[role]
    flavour = "cie" if role == "cie" else "spid"
    os.makedirs(folder, exist_ok=True)
    settings.configure(
        DEBUG=True,
        SECRET_KEY="for tests on loopback",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="__main__",
        APPEND_SLASH=False,
        USE_TZ=True,
        TIME_ZONE="Europe/Rome",
        LANGUAGE_CODE="it-it",
        STATIC_URL="static/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        AUTH_USER_MODEL="spid_cie_oidc_accounts.User",
        INSTALLED_APPS=[
            "spid_cie_oidc.accounts",
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "bootstrap_italia_template",
            "spid_cie_oidc.entity",
            "spid_cie_oidc.authority",
            "spid_cie_oidc.onboarding",
            "spid_cie_oidc.provider",
            "djagger",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.path.join(folder, "db.sqlite3"),
                "OPTIONS": {"timeout": 20},
            }
        },
        # All of them share the host, and with it the cookies.
        SESSION_COOKIE_NAME=f"session{port}",
        CSRF_COOKIE_NAME=f"csrf{port}",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        HTTPC_PARAMS={"connection": {"ssl": True}, "session": {"timeout": aiohttp.ClientTimeout(total=4)}},
        OIDCFED_DEFAULT_TRUST_ANCHOR=ANCHOR,
        OIDCFED_TRUST_ANCHORS=[ANCHOR],
        OIDCFED_REQUIRED_TRUST_MARKS=[] if role == "anchor" else [MARKS["openid_relying_party"]],
        OIDCFED_PROVIDER_PROFILE=flavour,
        OIDCFED_DEFAULT_PROVIDER_PROFILE=flavour,
        OIDCFED_PROVIDER_MAX_REFRESH=10,
        OIDCFED_PROVIDER_MAX_CONSENT_TIMEFRAME=3600,
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "loggers": {"spid_cie_oidc": {"handlers": ["console"], "level": "INFO"}},
        },
    )
    import django

    django.setup()


def make_key():
    from spid_cie_oidc.entity.jwks import create_jwk

    return {**create_jwk(), "use": "sig", "alg": "RS256"}


def public(key):
    from spid_cie_oidc.entity.jwks import public_jwk_from_private_jwk

    return {**public_jwk_from_private_jwk(key), "use": key["use"], "alg": key["alg"]}


def describe(entity, name):
    """What every entity says of who stands behind it."""
    return {
        "organization_name": name,
        "homepage_uri": entity,
        "policy_uri": entity + "/policy",
        "logo_uri": entity + "/logo.svg",
        "contacts": ["federazione@prova.example"],
        "federation_resolve_endpoint": entity + "/resolve",
    }


def found_anchor():
    from spid_cie_oidc.authority.models import FederationEntityProfile
    from spid_cie_oidc.entity.models import FederationEntityConfiguration

    if FederationEntityConfiguration.objects.exists():
        return
    endpoints = {
        f"federation_{name}_endpoint": f"{ANCHOR}/{name}" for name in ("fetch", "list", "trust_mark_status")
    }
    FederationEntityConfiguration.objects.create(
        sub=ANCHOR,
        entity_type="federation_entity",
        is_active=True,
        jwks_fed=[make_key()],
        jwks_core=[make_key()],
        constraints={"max_path_length": 1},
        trust_mark_issuers={mark: [ANCHOR] for mark in MARKS.values()},
        metadata={"federation_entity": describe(ANCHOR, "Prova: autorità di federazione") | endpoints},
    )
    for role, mark in MARKS.items():
        template = {"id": mark, "ref": ANCHOR, "logo_uri": ANCHOR + "/logo.svg", "organization_type": "public"}
        FederationEntityProfile.objects.create(
            name=role, profile_category=role, profile_id=mark, trust_mark_template=template | {"id_code": "prova"}
        )


def found_provider(role):
    from django.contrib.auth import get_user_model
    from spid_cie_oidc.entity.models import FederationEntityConfiguration

    if FederationEntityConfiguration.objects.exists():
        return
    entity = f"http://127.0.0.1:{PORTS[role]}/oidc/op"
    core = make_key()
    scopes = ["openid", "offline_access"] + (["profile", "email"] if role == "cie" else [])
    signing = ["request_object", "id_token", "userinfo"]
    encrypting = ["userinfo", "id_token", "request_object"]
    metadata = {
        "issuer": entity,
        "organization_name": f"Prova: provider {role.upper()}",
        "jwks": {"keys": [public(core)]},
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "acr_values_supported": [f"https://www.spid.gov.it/SpidL{level}" for level in (1, 2, 3)],
        "subject_types_supported": ["pairwise"],
        "claims_supported": ["given_name", "family_name", "birthdate", "gender", "email"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "code_challenge_methods_supported": ["S256"],
        "client_registration_types_supported": ["automatic"],
        "request_authentication_methods_supported": {"ar": ["request_object"]},
        "authorization_response_iss_parameter_supported": True,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": SIGNATURES,
    }
    metadata |= {
        f"{name}_endpoint": f"{entity}/{name}"
        for name in ("authorization", "token", "userinfo", "introspection", "revocation")
    }
    metadata |= {f"{name}_signing_alg_values_supported": SIGNATURES for name in signing}
    metadata |= {f"{name}_encryption_alg_values_supported": KEY_MANAGEMENT for name in encrypting}
    metadata |= {f"{name}_encryption_enc_values_supported": ENCRYPTION for name in encrypting}
    FederationEntityConfiguration.objects.create(
        sub=entity,
        entity_type="openid_provider",
        is_active=True,
        authority_hints=[ANCHOR],
        jwks_fed=[make_key()],
        jwks_core=[core],
        metadata={"federation_entity": describe(entity, metadata["organization_name"]), "openid_provider": metadata},
    )
    user = get_user_model()(username="ada", is_active=True, email="ada@posta.example")
    user.set_password("prova-1234")
    user.attributes = {
        "given_name": "Ada",
        "family_name": "Prova",
        "birthdate": "1985-05-17",
        "gender": "female",
        "email": "ada@posta.example",
        "email_verified": True,
        "phone_number": "+390000000000",
        "place_of_birth": {"locality": "D612", "region": "FI"},
        "address": {"formatted": "Via della Prova 1 50100 Firenze"},
        "https://attributes.eid.gov.it/spid_code": "TEST00000001",
        "https://attributes.eid.gov.it/fiscal_number": "TINIT-PRVDAA85E57D612J",
    }
    user.save()


def onboard(entity, role, with_mark):
    """Notes the keys that the entity publishes now, as an officer of the federation does."""
    from spid_cie_oidc.authority.models import (
        FederationDescendant,
        FederationEntityAssignedProfile,
        FederationEntityProfile,
    )
    from spid_cie_oidc.entity.models import FederationEntityConfiguration
    from spid_cie_oidc.entity.statements import EntityConfiguration, get_entity_configurations

    configuration = EntityConfiguration(get_entity_configurations(entity)[0])
    configuration.validate_by_itself()
    if ANCHOR not in configuration.payload.get("authority_hints", []):
        raise SystemExit(f"{entity} does not name the anchor among its superiors")
    FederationDescendant.objects.filter(sub=entity).delete()
    descendant = FederationDescendant.objects.create(
        sub=entity,
        name=entity[-33:],
        type=role,
        jwks=configuration.jwks,
        status="valid",
        is_active=True,
        metadata_policy={},
    )
    if with_mark:
        FederationEntityAssignedProfile.objects.create(
            descendant=descendant,
            profile=FederationEntityProfile.objects.get(profile_category=role),
            issuer=FederationEntityConfiguration.objects.get(sub=ANCHOR),
        )
    print(json.dumps({"onboarded": entity, "trust_mark": MARKS[role] if with_mark else None}))


def entrust(entity):
    from spid_cie_oidc.entity.models import FederationEntityConfiguration

    anchor = FederationEntityConfiguration.objects.get(sub=ANCHOR)
    anchor.trust_mark_issuers[MARKS["openid_relying_party"]].append(entity)
    anchor.save()


def forget():
    from spid_cie_oidc.entity.models import FetchedEntityStatement, TrustChain

    for statements in (TrustChain, FetchedEntityStatement):
        statements.objects.all().delete()


def routes(role):
    """The addresses of a server: Django reads them from the name `urlpatterns` of this module."""
    from django.urls import path
    from spid_cie_oidc.entity.urls import urlpatterns as entities
    from spid_cie_oidc.entity.views import entity_configuration, resolve_entity_statement

    if role == "anchor":
        from spid_cie_oidc.authority.urls import urlpatterns as authority

        return entities + authority
    from spid_cie_oidc.provider.urls import urlpatterns as provider

    return entities + provider + [
        path("oidc/op/.well-known/openid-federation", entity_configuration),
        path("oidc/op/resolve", resolve_entity_statement),
    ]


def serve(role):
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.management import call_command
    from django.core.servers.basehttp import run

    call_command("migrate", verbosity=0)
    found_anchor() if role == "anchor" else found_provider(role)
    run("127.0.0.1", PORTS[role], WSGIHandler(), threading=True)


chosen = options()
acting = chosen.role if chosen.command in ("serve", "forget") else "anchor"
configure(acting, chosen.folder)
urlpatterns = routes(acting)
if chosen.command == "serve":
    serve(acting)
elif chosen.command == "onboard":
    onboard(chosen.entity, chosen.type, not chosen.without_mark)
elif chosen.command == "forget":
    forget()
else:
    entrust(chosen.entity)
