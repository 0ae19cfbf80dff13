// From a service to the provider and back.

import { deepEqual, equal, match } from "node:assert/strict";

export default {
  async "a citizen logs in with SPID, and the service knows who they are"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe", "/residenza?anno=2026");
    await bianca.isAtChooser();
    equal(await bianca.heading(), "Accedi a Anagrafe");
    await bianca.chooseProvider();
    match(await bianca.heading(), /livello 2/);
    await bianca.identify();
    await bianca.consent();
    await bianca.isAtService("anagrafe", "/residenza?anno=2026");
    equal(await bianca.page.locator("#level").innerText(), "2");
    equal(await bianca.page.locator("#method").innerText(), "spid");
  },

  async "who is logged in reaches a service of another body without another login"({ citizen }) {
    const dario = await citizen("dario");
    await dario.logIn("anagrafe");
    await dario.openService("fascicolo");
    await dario.isAtService("fascicolo");
  },

  async "a page that needs more asks for a stronger login"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("fascicolo");
    await bianca.openService("fascicolo", "/referti");
    await bianca.isAtChooser();
    match(await bianca.page.getByRole("status").innerText(), /livello di sicurezza 2.*serve il livello 3/);
    await bianca.chooseProvider();
    match(await bianca.heading(), /livello 3/);
    await bianca.identify();
    await bianca.consent();
    await bianca.isAtService("fascicolo", "/referti");
    equal(await bianca.page.locator("#level").innerText(), "3");
  },

  async "a public page needs no login"({ citizen }) {
    const anybody = await citizen();
    await anybody.openService("fascicolo", "/aiuto");
    equal(anybody.status, 200);
    equal(await anybody.heading(), "Pagina pubblica");
  },

  async "two tabs can be on their way at the same time"({ citizen }) {
    const here = await citizen("bianca");
    await here.openService("anagrafe");
    await here.chooseProvider();
    const there = await here.newTab();
    await there.logIn("fascicolo");
    await here.page.bringToFront();
    await here.identify();
    await here.consent();
    await here.isAtService("anagrafe");
  },

  async "neither scripts nor other sites get at the session"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("anagrafe");
    const cookies = await bianca.page.context().cookies();
    const sessions = cookies.filter(({ name }) => name === "__Host-varco-session");
    deepEqual(sessions.map(({ domain }) => domain).sort(), ["accesso.localhost", "anagrafe.localhost"]);
    for (const { httpOnly, secure, sameSite, path } of sessions) {
      deepEqual({ httpOnly, secure, sameSite, path }, { httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
    }
    equal(await bianca.page.evaluate(() => document.cookie), "");
  },

  async "the whole login works without scripts"({ citizen }) {
    const bianca = await citizen("bianca", { javaScriptEnabled: false });
    await bianca.logIn("anagrafe", "/certificati");
  },
};
