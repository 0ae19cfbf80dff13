// Where requests travel by form (methods.spid.binding = "post"), there is one page more.

import { departure } from "../pages.mjs";
import { everyPage } from "./accessibility.mjs";
import { assertFits } from "./narrow.mjs";

export default {
  async "the form that leads to the provider posts itself"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("anagrafe");
  },

  async "without scripts the citizen presses its button"({ citizen }) {
    const bianca = await citizen("bianca", { javaScriptEnabled: false });
    await bianca.openService("anagrafe");
    await bianca.page.locator('a[href*="/login/spid?"]').first().click();
    await bianca.click("button", "Continua");
    await bianca.isAtProvider();
    await bianca.identify();
    await bianca.consent();
    await bianca.isAtService("anagrafe");
  },

  async "at 320 pixels nothing is cut off: departure"({ citizen }) {
    const bianca = await citizen("bianca", { viewport: { width: 320, height: 640 } });
    await departure(bianca);
    await assertFits(bianca.page);
  },

  ...everyPage({ departure }),
};
