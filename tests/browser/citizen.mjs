// A citizen who uses the demo with a browser, as the pages suggest.

import { equal } from "node:assert/strict";
import { ACCESS, service } from "./demo.mjs";

/** The people of the test identity provider (tests/src/identity_provider/people.rs). */
export const PEOPLE = {
  bianca: { username: "bianca", password: "prova-1234", name: "Bianca Esempio" },
  dario: { username: "dario", password: "prova-1234", name: "Dario Collaudo" },
};

const PROVIDERS = { spid: "idp.localhost", cie: "cie.localhost" };

export class Citizen {
  /** The status of the page that is open. */
  status;

  constructor(page, person, scripts) {
    this.page = page;
    this.person = person;
    this.scripts = scripts;
    page.on("response", (response) => {
      const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
      if (isPage) this.status = response.status();
    });
  }

  /** The same citizen in another tab of the same browser. */
  async newTab() {
    return new Citizen(await this.page.context().newPage(), this.person, this.scripts);
  }

  // === going somewhere ===

  async open(address) {
    await this.page.goto(address);
  }

  async openService(id, path) {
    await this.open(service(id, path));
  }

  /** From nothing to a page of a service. */
  async logIn(id, path = "/", method = "spid") {
    await this.openService(id, path);
    await this.isAtChooser();
    await this.chooseProvider(method);
    await this.identify();
    await this.consent();
    await this.isAtService(id, path);
  }

  // === at the gateway ===

  async chooseProvider(method = "spid") {
    await this.page.locator(`a[href*="/login/${method}?"]`).first().click();
    await this.isAtProvider(method);
  }

  async click(role, name) {
    await this.page.getByRole(role, { name, exact: true }).click();
  }

  // === at the provider ===

  /** Proves who they are, at whatever level they are asked for. */
  async identify() {
    const { page, person } = this;
    await page.getByLabel("Nome utente").fill(person.username);
    await page.getByLabel("Password").fill(person.password);
    await this.click("button", "Entra");
    const code = page.getByLabel("Codice", { exact: true });
    const device = page.getByRole("button", { name: "Conferma con il dispositivo" });
    await code.or(device).waitFor();
    if (await device.isVisible()) return device.click();
    await code.fill(await page.locator("#sent-code").innerText());
    await this.click("button", "Continua");
  }

  async consent() {
    await this.answer("Acconsento");
  }

  async refuseConsent() {
    await this.answer("Non acconsento");
  }

  async cancel() {
    await this.answer("Annulla");
  }

  /**
   * Presses the button that ends the provider's part. An answer over SAML posts itself, where scripts run; one over
   * OpenID is an address.
   */
  async answer(button) {
    const isPosted = new URL(this.page.url()).hostname === PROVIDERS.spid;
    await this.click("button", button);
    if (isPosted && !this.scripts) await this.click("button", "Continua");
    await this.page.waitForURL(({ hostname }) => !Object.values(PROVIDERS).includes(hostname));
  }

  // === looking where they are ===

  async isAtChooser() {
    await this.page.waitForURL((url) => url.origin === ACCESS && url.pathname === "/login");
    equal(this.status, 200);
  }

  async isAtProvider(method = "spid") {
    await this.page.waitForURL(({ hostname }) => hostname === PROVIDERS[method]);
  }

  /** At a page of a service, which knows who they are. */
  async isAtService(id, path = "/") {
    await this.page.waitForURL(service(id, path));
    equal(this.status, 200);
    equal(await this.page.locator("#who").innerText(), this.person.name);
  }

  /** At a page that says no, with this status and code. */
  async isRefused(status, code) {
    await this.page.getByText(code, { exact: true }).waitFor();
    equal(this.status, status);
  }

  heading() {
    return this.page.getByRole("heading", { level: 1 }).innerText();
  }
}
