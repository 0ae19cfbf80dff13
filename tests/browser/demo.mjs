// The demo as a process: started by the tests, stopped by the tests.

import { spawn } from "node:child_process";
import { X509Certificate, createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The host that logs citizens in. */
export const ACCESS = "https://accesso.localhost:8443";

/** A page of a service. */
export const service = (id, path = "/") => `https://${id}.localhost:8443${path}`;

const BINARY = resolve(process.env.VARCO_DEMO ?? `${ROOT}/target/debug/varco-demo`);
/** What the demo prints when every door is open. */
const READY = /^Press Ctrl-C to stop\.$/m;
const PATIENCE = 90_000;

export class Demo {
  #process;
  #output = "";
  #ended;

  /** Starts everything, with these settings from the environment, and waits until it is ready. */
  static async start(settings = {}) {
    const demo = new Demo();
    await demo.#launch(settings);
    return demo;
  }

  /** The hash that names the key of the servers' certificate, as Chromium wants it. */
  get publicKeyHash() {
    const certificate = new X509Certificate(readFileSync(`${ROOT}/certs/demo/server.pem`));
    const key = certificate.publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(key).digest("base64");
  }

  /** What it has printed so far. */
  get output() {
    return this.#output;
  }

  /** Asks it to stop, as Ctrl-C does, and waits until it has. */
  async stop() {
    this.#process.kill("SIGTERM");
    const late = setTimeout(() => this.#process.kill("SIGKILL"), PATIENCE);
    const end = await this.#ended;
    clearTimeout(late);
    if (end.code !== 0) throw new Error(`the demo did not stop cleanly: ${JSON.stringify(end)}\n${this.#output}`);
  }

  #launch(settings) {
    // The gateway reads VARCO_ variables as settings, and it has none of this name.
    const { VARCO_DEMO: _, ...environment } = process.env;
    const options = { cwd: ROOT, env: { ...environment, ...settings }, stdio: ["ignore", "pipe", "pipe"] };
    this.#process = spawn(BINARY, options);
    // However the tests end, nothing of theirs goes on listening.
    process.once("exit", () => this.#process.kill("SIGTERM"));
    this.#ended = new Promise((done) => this.#process.once("exit", (code, signal) => done({ code, signal })));
    return new Promise((ready, failed) => {
      const fail = (why) => failed(new Error(`${BINARY} ${why}\n${this.#output}`));
      const late = setTimeout(() => {
        this.#process.kill("SIGTERM");
        fail("is not ready in time");
      }, PATIENCE);
      this.#process.once("error", (error) => fail(`cannot be started: ${error.message}`));
      this.#ended.then(() => fail("ended before it was ready"));
      const read = (text) => {
        this.#output += text;
        if (!READY.test(this.#output)) return;
        clearTimeout(late);
        ready();
      };
      this.#process.stdout.on("data", read);
      this.#process.stderr.on("data", read);
    });
  }
}
