// The health card in a reader: the browser shows its certificate, and nobody types anything.

import { equal, match } from "node:assert/strict";
import { assertAccessible } from "../accessibility.mjs";
import { ACCESS } from "../demo.mjs";

/** With a valid card in the reader. */
export const valid = {
  async "a citizen logs in with the health card at the highest level"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("fascicolo", "/referti");
    await bianca.isAtChooser();
    await bianca.click("link", "Entra con TS-CNS");
    await bianca.isAtService("fascicolo", "/referti");
    equal(await bianca.page.locator("#level").innerText(), "3");
    equal(await bianca.page.locator("#method").innerText(), "health-card");
  },

  async "who logs out is told to take the card out"({ citizen }) {
    const bianca = await citizen("bianca", { bypassCSP: true });
    await bianca.openService("anagrafe");
    await bianca.click("link", "Entra con TS-CNS");
    await bianca.isAtService("anagrafe");
    await bianca.open(`${ACCESS}/logout`);
    await bianca.click("button", "Esci da tutti i servizi");
    await bianca.page.getByText("togli la carta dal lettore").waitFor();
    await assertAccessible(bianca.page);
  },

  async "the card logs in without script too"({ citizen }) {
    const bianca = await citizen("bianca", { javaScriptEnabled: false });
    await bianca.openService("anagrafe");
    await bianca.click("link", "Entra con TS-CNS");
    await bianca.isAtService("anagrafe");
  },
};

/** With a card in the reader that was revoked. */
export const revoked = {
  async "who has a card that was revoked reads so, and can try another way"({ citizen }) {
    const bianca = await citizen("bianca", { bypassCSP: true });
    await bianca.openService("anagrafe", "/residenza");
    await bianca.click("link", "Entra con TS-CNS");
    await bianca.isRefused(403, "health-card.revoked");
    equal(await bianca.heading(), "Carta revocata");
    await assertAccessible(bianca.page);
    await bianca.click("link", "Riprova");
    await bianca.isAtChooser();
  },
};

/** Without a reader. */
export const missing = {
  async "who has no card in the reader reads what to do"({ citizen }) {
    const bianca = await citizen("bianca", { bypassCSP: true });
    await bianca.openService("anagrafe");
    await bianca.click("link", "Entra con TS-CNS");
    await bianca.isRefused(403, "health-card.missing");
    match(await bianca.page.locator("main").innerText(), /Inserisci la carta nel lettore/);
    await assertAccessible(bianca.page);
  },
};
