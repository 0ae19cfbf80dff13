// One round of @node-saml/node-saml: a signed request, and a response verified. Microseconds of CPU for each, as
// JSON. Run where the package is installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [installed, folder, times] = process.argv.slice(2);
const { SAML } = createRequire(resolve(installed, "package.json"))("@node-saml/node-saml");

const read = (name) => readFileSync(join(folder, name), "utf8");
const response = read("response.xml");
const requestId = /InResponseTo="([^"]*)"/.exec(response)[1];
const SAMLResponse = Buffer.from(response).toString("base64");

// What a replica remembers of the requests that it made.
const asked = new Map();
const saml = new SAML({
  callbackUrl: "https://access.example/return/spid",
  entryPoint: "https://idp.example/sso",
  issuer: "https://access.example/c_e715",
  audience: "https://access.example/c_e715",
  idpIssuer: "https://idp.example/",
  idpCert: read("certificate.pem"),
  privateKey: read("key.pem"),
  signatureAlgorithm: "sha256",
  digestAlgorithm: "sha256",
  wantAuthnResponseSigned: true,
  wantAssertionsSigned: true,
  validateInResponseTo: "always",
  authnContext: ["https://www.spid.gov.it/SpidL2"],
  cacheProvider: {
    saveAsync: async (key, value) => (asked.set(key, value), { createdAt: Date.now(), value }),
    getAsync: async (key) => asked.get(key) ?? null,
    removeAsync: async (key) => (asked.delete(key), key),
  },
});

async function begin() {
  const url = await saml.getAuthorizeUrlAsync("state", "access.example", {});
  if (!url.includes("Signature=")) throw new Error("not signed");
}

async function complete() {
  asked.set(requestId, new Date().toISOString());
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse });
  if (profile.fiscalNumber !== "TINIT-LVLDAA85T50G702B") throw new Error("another person");
}

async function each(act) {
  for (let warm = 0; warm < 20; warm++) await act();
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

console.log(JSON.stringify({ begin: await each(begin), complete: await each(complete) }));
