// Every page of the gateway that a citizen can see, each with the way there.

import { ACCESS } from "./demo.mjs";

export const PAGES = {
  async home(citizen) {
    await citizen.open(ACCESS);
  },
  async chooser(citizen) {
    await citizen.openService("fascicolo");
  },
  async "chooser for a higher level"(citizen) {
    await citizen.logIn("fascicolo");
    await citizen.openService("fascicolo", "/referti");
  },
  async "refused login"(citizen) {
    await citizen.openService("anagrafe");
    await citizen.chooseProvider();
    await citizen.cancel();
  },
  async "wrong address"(citizen) {
    await citizen.open(`${ACCESS}/non-esiste`);
  },
  async "home with a session"(citizen) {
    await citizen.logIn("anagrafe");
    await citizen.open(ACCESS);
  },
  async "logout confirmation"(citizen) {
    await citizen.logIn("anagrafe");
    await citizen.open(`${ACCESS}/logout`);
  },
  async "logged out"(citizen) {
    await citizen.open(`${ACCESS}/logout`);
  },
};

/** The form that takes a citizen to the provider; without the script that posts it, it stays. */
export async function departure(citizen) {
  await citizen.page.route("**/depart.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await citizen.openService("anagrafe");
  await citizen.page.locator('a[href*="/login/spid?"]').first().click();
  await citizen.page.locator("form#depart").waitFor();
}
