// Every page in both languages, held against the rules that a program can check.

import { equal } from "node:assert/strict";
import { assertAccessible } from "../accessibility.mjs";
import { PAGES } from "../pages.mjs";

const LANGUAGES = { it: "it-IT", en: "en-GB" };

const isAccessible = (name, open, [language, locale]) => [
  `accessible, in ${language}: ${name}`,
  async ({ citizen }) => {
    const visitor = await citizen("bianca", { locale, bypassCSP: true });
    await open(visitor);
    equal(await visitor.page.locator("html").getAttribute("lang"), language);
    await assertAccessible(visitor.page);
  },
];

/** A story for every page in every language. */
export const everyPage = (pages) =>
  Object.fromEntries(
    Object.entries(pages).flatMap(([name, open]) =>
      Object.entries(LANGUAGES).map((language) => isAccessible(name, open, language)),
    ),
  );

export default everyPage(PAGES);
