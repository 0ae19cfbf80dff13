// Everything by keyboard, and the eye can always follow.

import { equal, ok } from "node:assert/strict";

export default {
  async "the whole login works by keyboard alone"({ citizen }) {
    const bianca = await citizen("bianca");
    const { page, person } = bianca;
    await bianca.openService("anagrafe");
    await bianca.isAtChooser();
    await reach(page, page.locator('a[href*="/login/spid?"]').first());
    await page.keyboard.press("Enter");
    await bianca.isAtProvider();
    await reach(page, page.getByLabel("Nome utente"));
    await page.keyboard.type(person.username);
    await reach(page, page.getByLabel("Password"));
    await page.keyboard.type(person.password);
    await page.keyboard.press("Enter");
    await reach(page, page.getByLabel("Codice", { exact: true }));
    await page.keyboard.type(await page.locator("#sent-code").innerText());
    await page.keyboard.press("Enter");
    await reach(page, page.getByRole("button", { name: "Acconsento", exact: true }));
    await page.keyboard.press("Enter");
    await bianca.isAtService("anagrafe");
    await reach(page, page.getByRole("link", { name: "Esci" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Non sei collegato a nessun servizio" }).waitFor();
  },

  async "the first stop of the keyboard skips to the content"({ citizen }) {
    const anybody = await citizen();
    await anybody.openService("anagrafe");
    const { page } = anybody;
    await reach(page, page.getByRole("link", { name: "Vai al contenuto" }), 1);
    await page.keyboard.press("Enter");
    await reach(page, page.locator("main a").first(), 1);
  },
};

/** Presses Tab until the element has the focus; at every stop on the way, the focus can be seen. */
export async function reach(page, element, mostStops = 40) {
  await element.waitFor();
  // A page that scrolls smoothly is on its way while we look.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(describeFocus);
    ok(focused.visible, `the focus on ${focused.what} cannot be seen`);
    if (await element.evaluate((it) => it === document.activeElement)) return;
  }
  equal("never reached", await element.evaluate((it) => it.outerHTML));
}

/** Runs in the page: whether the element with the focus is on the screen, and looks otherwise than at rest. */
function describeFocus() {
  const element = document.activeElement;
  const look = () => {
    for (const transition of element.getAnimations()) transition.finish();
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    const outline = outlineStyle === "none" || outlineWidth === "0px" ? "none" : `${outlineWidth} ${outlineColor}`;
    return `${outline}, ${boxShadow}`;
  };
  const focused = look();
  element.blur();
  const resting = look();
  element.focus({ preventScroll: true });
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const onScreen = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  return { what: element.outerHTML, visible: onScreen && focused !== resting };
}
