// Leaving one service is leaving all of them.

import { equal } from "node:assert/strict";
import { ACCESS } from "../demo.mjs";

const GONE = "Non sei collegato a nessun servizio";

export default {
  async "logging out of one service is logging out of every service"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("anagrafe");
    await bianca.openService("fascicolo");
    await bianca.isAtService("fascicolo");
    await bianca.click("link", "Esci");
    await bianca.page.waitForURL(`${ACCESS}/logout`);
    equal(await bianca.heading(), GONE);
    for (const service of ["fascicolo", "anagrafe"]) {
      await bianca.openService(service);
      await bianca.isAtChooser();
    }
  },

  async "the list of services knows who is logged in, and asks before it logs out"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("anagrafe");
    await bianca.open(ACCESS);
    await bianca.page.getByText("Bianca Esempio, hai effettuato l’accesso con SPID").waitFor();
    await bianca.click("link", "Esci");
    equal(await bianca.heading(), "Vuoi uscire?");
    await bianca.click("link", "Resta collegato");
    await bianca.click("link", "Esci");
    await bianca.click("button", "Esci da tutti i servizi");
    equal(await bianca.heading(), GONE);
    await bianca.openService("anagrafe");
    await bianca.isAtChooser();
  },

  async "after the logout the Back button shows nobody"({ citizen }) {
    const bianca = await citizen("bianca");
    await bianca.logIn("anagrafe");
    await bianca.open(ACCESS);
    await bianca.page.getByText(bianca.person.name).waitFor();
    await bianca.click("link", "Anagrafe");
    await bianca.isAtService("anagrafe");
    await bianca.click("link", "Esci");
    await bianca.page.waitForURL(`${ACCESS}/logout`);
    await bianca.page.goBack();
    await bianca.isAtChooser();
    await bianca.page.goBack();
    await bianca.page.waitForURL(`${ACCESS}/`);
    equal(await bianca.page.getByText(bianca.person.name).count(), 0);
  },
};
