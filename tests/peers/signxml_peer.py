"""Signs, verifies and encrypts with signxml and cryptography, and lets the example `seal` do the other half."""

import base64
import datetime
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree
from signxml import XMLSigner, XMLVerifier
from signxml.exceptions import InvalidInput, InvalidSignature

SEAL = os.path.abspath(sys.argv[1])
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
XMLENC11 = "http://www.w3.org/2009/xmlenc11#"
ASSERTION = (
    '<s:Assertion xmlns:s="urn:saml" xmlns:unused="urn:unused" ID="_a"><s:Issuer>idp</s:Issuer>'
    '<s:Subject b="2" a="1">Niccolò &amp; Ada\n<empty/></s:Subject></s:Assertion>'
)

failures = []


def check(name, passed):
    print(f"{'passed' if passed else 'FAILED'}: {name}")
    failures.extend([] if passed else [name])


class Pair:
    """A key and its certificate, also in files."""

    def __init__(self, folder, name, key):
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - day, now + day)
        self.key = key
        self.certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        self.key_file, self.certificate_file = folder / f"{name}.key.pem", folder / f"{name}.pem"
        self.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.certificate_file.write_text(self.certificate)


def seal(document, *arguments):
    """What the example prints, or None where it refuses."""
    done = subprocess.run([SEAL, *map(str, arguments)], input=document.encode(), capture_output=True)
    return done.stdout.decode() if done.returncode == 0 else None


def verified(document, pair):
    """What signxml reads from a signed document, or None where it refuses."""
    try:
        result = XMLVerifier().verify(document.encode(), x509_cert=pair.certificate, id_attribute="ID")
    except (InvalidInput, InvalidSignature):
        return None
    return "".join(result.signed_xml.find("{urn:saml}Subject").itertext())


def signed(pair, algorithm, digest):
    signer = XMLSigner(signature_algorithm=algorithm, digest_algorithm=digest, c14n_algorithm=EXCLUSIVE)
    root = signer.sign(
        etree.fromstring(ASSERTION), key=pair.key, cert=pair.certificate, reference_uri="_a", id_attribute="ID"
    )
    return etree.tostring(root, encoding="unicode")


def encrypted(pair, bits, digest, names):
    """An encrypted assertion, its key beside its data. `names` is what the key's method says of `digest`."""
    key, nonce = AESGCM.generate_key(bits), os.urandom(12)
    mask = padding.MGF1(digest)
    wrapped = pair.key.public_key().encrypt(key, padding.OAEP(mask, digest, None))
    value = "<xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>"
    data = value.format(base64.encodebytes(nonce + AESGCM(key).encrypt(nonce, ASSERTION.encode(), None)).decode())
    return (
        '<s:EncryptedAssertion xmlns:s="urn:saml" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">'
        '<xenc:EncryptedData Type="http://www.w3.org/2001/04/xmlenc#Element">'
        f'<xenc:EncryptionMethod Algorithm="{XMLENC11}aes{bits}-gcm"/>{data}</xenc:EncryptedData>'
        f'<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="{XMLENC11}rsa-oaep">{names}</xenc:EncryptionMethod>'
        f"{value.format(base64.b64encode(wrapped).decode())}</xenc:EncryptedKey></s:EncryptedAssertion>"
    )


def main(folder):
    ours = Pair(folder, "rsa", rsa.generate_private_key(65537, 2048))
    foreign = Pair(folder, "foreign", rsa.generate_private_key(65537, 2048))
    p256 = Pair(folder, "p256", ec.generate_private_key(ec.SECP256R1()))
    p384 = Pair(folder, "p384", ec.generate_private_key(ec.SECP384R1()))

    document = seal(ASSERTION, "sign", ours.key_file, ours.certificate_file, "_a")
    check("signxml verifies what we sign", verified(document, ours) == "Niccolò & Ada\n")
    check("signxml refuses it once changed", verified(document.replace("Ada", "Eve"), ours) is None)
    check("signxml refuses it with another key", verified(document, foreign) is None)

    for pair, algorithm, digest in [
        (ours, "rsa-sha256", "sha256"),
        (ours, "rsa-sha384", "sha384"),
        (ours, "rsa-sha512", "sha512"),
        (p256, "ecdsa-sha256", "sha256"),
        (p384, "ecdsa-sha384", "sha384"),
    ]:
        document = signed(pair, algorithm, digest)
        verify = lambda document, pair: seal(document, "verify", pair.certificate_file)
        check(f"we verify what signxml signs with {algorithm}", verify(document, pair) == "Assertion")
        check("we refuse it once changed", verify(document.replace("Ada", "Eve"), pair) is None)
        check("we refuse it with another key", verify(document, foreign) is None)

    sha256 = (
        '<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
        'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f'<e:MGF xmlns:e="{XMLENC11}" Algorithm="{XMLENC11}mgf1sha256"/>'
    )
    for bits in [128, 192, 256]:
        for name, digest, names in [("SHA-1", hashes.SHA1(), ""), ("SHA-256", hashes.SHA256(), sha256)]:
            document = encrypted(ours, bits, digest, names)
            decrypt = lambda pair: seal(document, "decrypt", pair.key_file, pair.certificate_file)
            check(f"we decrypt AES-{bits}-GCM and RSA-OAEP with {name}", decrypt(ours) == ASSERTION)
            check("we refuse it with another key", decrypt(foreign) is None)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
    print(f"signxml: {len(failures)} failed")
    sys.exit(1 if failures else 0)
