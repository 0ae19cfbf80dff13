// The rules of WCAG 2.2 AA, as far as a program can check them: axe.

import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails if the page breaks a rule. */
export async function assertAccessible(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES);
  if (found.passes.length === 0) throw new Error(`axe found nothing to check on ${page.url()}`);
  if (found.violations.length > 0) throw new Error(`${page.url()}:\n${found.violations.map(describe).join("\n")}`);
}

function describe({ id, help, nodes }) {
  return `  ${id}: ${help}\n${nodes.map((node) => `    ${node.html}`).join("\n")}`;
}
