// A login that does not happen, and a page that is not there: what is said, and the way on.

import { equal } from "node:assert/strict";
import { ACCESS } from "../demo.mjs";

export default {
  async "who cancels at the provider reads why, and can try again"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe", "/residenza");
    await bianca.chooseProvider();
    await bianca.cancel();
    await bianca.isRefused(403, "spid.error.nr25");
    equal(await bianca.heading(), "Accesso annullato");
    await offersAdvice(bianca);
    await triesAgain(bianca, "/residenza");
  },

  async "who does not consent reads what that means, and can try again"({ citizen }) {
    const dario = await citizen("dario");
    await dario.openService("anagrafe", "/residenza");
    await dario.chooseProvider();
    await dario.identify();
    await dario.refuseConsent();
    await dario.isRefused(403, "spid.error.nr22");
    await offersAdvice(dario);
    await triesAgain(dario, "/residenza");
  },

  async "an answer that the browser sends again is refused"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe");
    await bianca.chooseProvider();
    await bianca.identify();
    const sent = bianca.page.waitForRequest(`${ACCESS}/return/spid`);
    await bianca.consent();
    await bianca.isAtService("anagrafe");
    await sendAgain(bianca.page, await sent);
    await bianca.isRefused(403, "login.attempt.unknown");
  },

  async "a wrong address has a page of its own"({ citizen }) {
    const anybody = await citizen();
    await anybody.open(`${ACCESS}/non-esiste`);
    await anybody.isRefused(404, "web.page.unknown");
    await offersAdvice(anybody);
    await anybody.click("link", "Torna all’elenco dei servizi");
    await anybody.page.waitForURL(`${ACCESS}/`);
    equal(anybody.status, 200);
  },
};

async function offersAdvice({ page }) {
  const advice = page.getByRole("heading", { name: "Che cosa puoi fare" }).locator("xpath=following-sibling::p[1]");
  equal((await advice.innerText()).length > 20, true, "there is no advice");
}

async function triesAgain(citizen, path) {
  await citizen.click("link", "Riprova");
  await citizen.isAtChooser();
  await citizen.chooseProvider();
  await citizen.identify();
  await citizen.consent();
  await citizen.isAtService("anagrafe", path);
}

/** Posts a form once more, as going back and forth in the history does. */
async function sendAgain(page, request) {
  await page.goto(ACCESS);
  await page.evaluate(
    ({ action, fields }) => {
      const form = Object.assign(document.createElement("form"), { action, method: "post" });
      for (const [name, value] of fields) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      document.body.append(form);
      form.submit();
    },
    { action: request.url(), fields: [...new URLSearchParams(request.postData())] },
  );
}
