// CIE, which speaks OpenID: the provider and the page of a refusal are others, what citizens do is the same.

import { equal, match } from "node:assert/strict";
import { assertAccessible } from "../accessibility.mjs";
import { ACCESS } from "../demo.mjs";
import { reach } from "./keyboard.mjs";

export default {
  async "a citizen logs in with CIE by one button, and the service knows who they are"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe", "/residenza?anno=2026");
    await bianca.isAtChooser();
    await bianca.chooseProvider("cie");
    match(await bianca.heading(), /CIE, livello 2/);
    await bianca.identify();
    await bianca.consent();
    await bianca.isAtService("anagrafe", "/residenza?anno=2026");
    equal(await bianca.page.locator("#level").innerText(), "2");
    equal(await bianca.page.locator("#method").innerText(), "cie");
  },

  async "a page that needs more asks for a stronger login with CIE"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("fascicolo", "/", "cie");
    await bianca.openService("fascicolo", "/referti");
    await bianca.isAtChooser();
    await bianca.chooseProvider("cie");
    match(await bianca.heading(), /CIE, livello 3/);
    await bianca.identify();
    await bianca.consent();
    await bianca.isAtService("fascicolo", "/referti");
    equal(await bianca.page.locator("#level").innerText(), "3");
  },

  async "who cancels with CIE reads why, and can try again"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe", "/residenza");
    await bianca.chooseProvider("cie");
    await bianca.cancel();
    await bianca.isRefused(403, "cie.callback.denied");
    await assertAccessible(bianca.page);
    await bianca.page.locator('main a[href*="/login?"]').first().click();
    await bianca.isAtChooser();
    await bianca.chooseProvider("cie");
    await bianca.identify();
    await bianca.consent();
    await bianca.isAtService("anagrafe", "/residenza");
  },

  async "with CIE nothing needs a script"({ citizen }) {
    const bianca = await citizen("bianca", { javaScriptEnabled: false });
    await bianca.logIn("anagrafe", "/", "cie");
  },

  async "a login with CIE works by keyboard alone, on pages that everybody can read"({ citizen }) {
    const bianca = await citizen("bianca");
    const { page, person } = bianca;
    await bianca.openService("anagrafe");
    await reach(page, page.locator('a[href*="/login/cie?"]').first());
    await page.keyboard.press("Enter");
    await bianca.isAtProvider("cie");
    await assertAccessible(page);
    await reach(page, page.getByLabel("Nome utente"));
    await page.keyboard.type(person.username);
    await reach(page, page.getByLabel("Password"));
    await page.keyboard.type(person.password);
    await page.keyboard.press("Enter");
    await reach(page, page.getByLabel("Codice", { exact: true }));
    await page.keyboard.type(await page.locator("#sent-code").innerText());
    await page.keyboard.press("Enter");
    const consent = page.getByRole("button", { name: "Acconsento", exact: true });
    await consent.waitFor();
    await assertAccessible(page);
    await reach(page, consent);
    await page.keyboard.press("Enter");
    await bianca.isAtService("anagrafe");
  },

  async "the address that leads back is good once"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe");
    await bianca.chooseProvider("cie");
    await bianca.identify();
    const back = bianca.page.waitForRequest((request) => request.url().startsWith(`${ACCESS}/return/cie`));
    await bianca.consent();
    await bianca.isAtService("anagrafe");
    await bianca.open((await back).url());
    await bianca.isRefused(403, "login.attempt.unknown");
  },
};
