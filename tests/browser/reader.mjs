// A card in a reader, as far as a browser knows of it: a certificate in its store, which it shows to the host that reads
// cards without asking. The store is a folder of its own; that nobody is asked is a policy of the system, which is
// taken back at the end.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./demo.mjs";

const POLICIES = "/etc/chromium/policies/managed";
const POLICY = join(POLICIES, "varco-demo-card.json");
const PATTERN = JSON.stringify({ pattern: "https://carta.localhost:8445", filter: {} });
/** The password of the demo's files. */
const PIN = "12345";

export class Reader {
  /** Where the browser has its store: the home of whoever starts it. */
  home = mkdtempSync(join(tmpdir(), "varco-reader-"));

  constructor() {
    mkdirSync(POLICIES, { recursive: true });
    writeFileSync(POLICY, JSON.stringify({ AutoSelectCertificateForUrls: [PATTERN] }));
    mkdirSync(this.#store, { recursive: true });
    execFileSync("certutil", ["-d", `sql:${this.#store}`, "-N", "--empty-password"]);
  }

  /** Puts one of the demo's cards in, before the browser is started. */
  insert(card) {
    const file = `${ROOT}/certs/demo/cards/${card}.p12`;
    execFileSync("pk12util", ["-d", `sql:${this.#store}`, "-K", "", "-i", file, "-W", PIN]);
  }

  /** Leaves nothing behind. */
  remove() {
    rmSync(POLICY, { force: true });
    rmSync(this.home, { recursive: true, force: true });
  }

  get #store() {
    return join(this.home, ".pki", "nssdb");
  }
}
