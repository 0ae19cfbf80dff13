// Drives a real browser through the demo: `node run.mjs [--pictures]`.
//
// It starts the demo by itself (VARCO_DEMO names the binary), plays every story, and stops the demo.
// A story that fails leaves pictures of its screens in target/browser/.

import { mkdirSync, rmSync } from "node:fs";
import { Stage, launch } from "./browser.mjs";
import { Demo, ROOT } from "./demo.mjs";
import { Reader } from "./reader.mjs";
import accessibility from "./stories/accessibility.mjs";
import * as card from "./stories/card.mjs";
import departure from "./stories/departure.mjs";
import keyboard from "./stories/keyboard.mjs";
import language from "./stories/language.mjs";
import login from "./stories/login.mjs";
import logout from "./stories/logout.mjs";
import narrow from "./stories/narrow.mjs";
import openid from "./stories/openid.mjs";
import pictures from "./stories/pictures.mjs";
import refusals from "./stories/refusals.mjs";
import watch from "./stories/watch.mjs";

const FAILURES = `${ROOT}/target/browser`;
const withPictures = process.argv.includes("--pictures");

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const score = { passed: 0, failed: 0 };
rmSync(FAILURES, { recursive: true, force: true });
await play({}, [
  login,
  openid,
  logout,
  refusals,
  language,
  keyboard,
  narrow,
  accessibility,
  watch,
  card.missing,
  withPictures ? pictures : {},
]);
await play({ VARCO_METHODS__SPID__BINDING: "post" }, [departure]);
for (const name of ["valid", "revoked"]) await playWithCard(name);
console.log(`${score.passed} passed, ${score.failed} failed`);
process.exitCode = score.failed === 0 ? 0 : 1;

/** Plays the stories of one card, in a browser that has it. */
async function playWithCard(name) {
  const reader = new Reader();
  process.once("exit", () => reader.remove());
  await play({}, [card[name]], reader, name);
  reader.remove();
}

/** Plays chapters of stories through a demo with these settings. */
async function play(settings, chapters, reader, name) {
  const demo = await Demo.start(settings);
  try {
    // The demo has just made the card.
    reader?.insert(name);
    const browser = await launch(demo.publicKeyHash, reader?.home);
    for (const [name, story] of chapters.flatMap((chapter) => Object.entries(chapter))) {
      await tell(name, story, new Stage(browser));
    }
    await browser.close();
  } finally {
    await demo.stop();
  }
}

async function tell(name, story, stage) {
  try {
    await story(stage);
    const notes = stage.takeNotes();
    if (notes.length > 0) throw new Error(`a page misbehaves:\n  ${notes.join("\n  ")}`);
    score.passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    score.failed += 1;
    console.log(`FAILED  ${name}\n${error.stack.replace(/^/gm, "        ")}`);
    mkdirSync(FAILURES, { recursive: true });
    await stage.photograph(FAILURES, name.replace(/\W+/g, "-"));
  } finally {
    await stage.close();
  }
}
