// Italian and English: what the browser asks for, and what the citizen decides.

import { equal } from "node:assert/strict";
import { ACCESS } from "../demo.mjs";

export default {
  async "a browser that asks for English gets English"({ citizen }) {
    const visitor = await citizen("bianca", { locale: "en-GB" });
    await visitor.open(ACCESS);
    await speaks(visitor, "en", "Services of the region");
  },

  async "a chosen language stays through a whole login, and can be changed back"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe");
    await speaks(bianca, "it", "Accedi a Anagrafe");
    await bianca.click("link", "English");
    await speaks(bianca, "en", "Log in to Anagrafe");
    await bianca.chooseProvider();
    await bianca.cancel();
    await speaks(bianca, "en", "Login cancelled");
    await bianca.click("link", "Try again");
    await speaks(bianca, "en", "Log in to Anagrafe");
    await bianca.click("link", "Italiano");
    await speaks(bianca, "it", "Accedi a Anagrafe");
    await bianca.open(ACCESS);
    await speaks(bianca, "it", "I servizi della regione");
  },
};

async function speaks({ page }, language, heading) {
  await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  equal(await page.locator("html").getAttribute("lang"), language);
}
