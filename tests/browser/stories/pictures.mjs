// The pictures of the documentation.

import { ok } from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { ROOT } from "../demo.mjs";

const FOLDER = `${ROOT}/docs/pictures`;
const MOST_BYTES = 200_000;

export default {
  async "the pictures are taken"({ citizen }) {
    mkdirSync(FOLDER, { recursive: true });
    const bianca = await citizen("bianca");
    await bianca.openService("anagrafe");
    await picture(bianca, "chooser");
    await bianca.chooseProvider();
    await bianca.cancel();
    await picture(bianca, "error");
    await bianca.logIn("anagrafe");
    await picture(bianca, "service");
  },
};

async function picture({ page }, name) {
  const path = `${FOLDER}/${name}.png`;
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.screenshot({ path });
  ok(statSync(path).size < MOST_BYTES, `${path} is too large`);
}
