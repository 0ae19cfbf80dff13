// Debian's Chromium, with a new profile, that trusts the demo's certificate and sees nothing but this machine.

import { chromium } from "playwright-core";
import { Citizen, PEOPLE } from "./citizen.mjs";
import { Watch } from "./watch.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost",
];

const DESK = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, locale: "it-IT" };

/** How long a citizen waits for anything, in milliseconds. */
const PATIENCE = 10_000;

/** A browser; with a home of its own where it has certificates to show. */
export function launch(publicKeyHash, home) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, `--ignore-certificate-errors-spki-list=${publicKeyHash}`],
    env: { ...process.env, ...(home && { HOME: home }) },
  });
}

/** Where one story happens: it opens browsers of its own, and leaves nothing behind. */
export class Stage {
  #browser;
  #contexts = [];

  constructor(browser) {
    this.#browser = browser;
  }

  /** Somebody with a browser that nobody has used before. */
  citizen = async (name = "bianca", options = {}) => {
    const context = await this.#browser.newContext({ ...DESK, ...options });
    context.setDefaultTimeout(PATIENCE);
    this.#contexts.push({ context, watch: new Watch(context) });
    return new Citizen(await context.newPage(), PEOPLE[name], options.javaScriptEnabled ?? true);
  };

  /** What no page should have done, and some page did, since the last time. */
  takeNotes = () => this.#contexts.flatMap(({ watch }) => watch.takeNotes());

  /** What was on the screens, as pictures in this folder. */
  async photograph(folder, name) {
    const pages = this.#contexts.flatMap(({ context }) => context.pages());
    const path = (index) => `${folder}/${name}-${index + 1}.png`;
    await Promise.all(pages.map((page, index) => page.screenshot({ path: path(index) })));
  }

  async close() {
    for (const { context } of this.#contexts) await context.close();
  }
}
