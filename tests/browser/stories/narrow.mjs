// On a telephone: nothing is wider than the screen.

import { ok } from "node:assert/strict";
import { PAGES } from "../pages.mjs";

const TELEPHONE = { width: 320, height: 640 };

const fits = (name, open) => [
  `at 320 pixels nothing is cut off: ${name}`,
  async ({ citizen }) => {
    const visitor = await citizen("bianca", { viewport: TELEPHONE });
    await open(visitor);
    await assertFits(visitor.page);
  },
];

export async function assertFits(page) {
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  ok(width <= TELEPHONE.width, `${page.url()} is ${width} pixels wide`);
}

export default Object.fromEntries(Object.entries(PAGES).map(([name, open]) => fits(name, open)));
