// Makes dist/, the files that the gateway serves to browsers: one style sheet with only the parts of
// bootstrap-italia that the pages use, one file of icons, the fonts, and a script of a few lines.
// Every text file gets a Brotli copy. dist/version names the whole: it is part of every address, so
// that browsers keep the files until they change. It is written last; without it dist/ is unfinished.
//
// sass stays on 1.99, the last version that runs on Node 18 (Debian 12).

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const kit = join(here, "node_modules", "bootstrap-italia");
const spid = join(here, "node_modules", "spid-smart-button", "dist", "img");

const ICONS = [
  "it-arrow-right",
  "it-card",
  "it-check-circle",
  "it-chevron-right",
  "it-error",
  "it-external-link",
  "it-info-circle",
  "it-key",
  "it-pa",
  "it-user",
];
const FONTS = { regular: 400, 600: 600, 700: 700 };

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
write("varco.css", styles());
write("icons.svg", icons());
write("favicon.svg", readFileSync(join(here, "src", "favicon.svg")));
write("depart.js", readFileSync(join(here, "src", "depart.js")));
for (const [face, weight] of Object.entries(FONTS)) {
  const font = join(kit, "dist", "fonts", "Titillium_Web", `titillium-web-v10-latin-ext_latin-${face}.woff2`);
  writeFileSync(join(dist, `titillium-${weight}.woff2`), readFileSync(font));
}
writeFileSync(join(dist, "version"), version());

function styles() {
  const sheet = sass.compile(join(here, "src", "varco.scss"), {
    style: "compressed",
    loadPaths: [join(kit, "src", "scss")],
    // The kit is written for Sass before modules; its warnings are not ours to mend.
    logger: sass.Logger.silent,
  });
  return sheet.css;
}

/** The symbols of the kit that the pages use, and AgID's mark of SPID. */
function icons() {
  const sprite = readFileSync(join(kit, "dist", "svg", "sprites.svg"), "utf8");
  const symbols = ICONS.map((name) => {
    const found = sprite.match(new RegExp(`<(symbol|svg)\\b[^>]*\\bid="${name}"[^>]*>.*?</\\1>`, "s"));
    if (!found) throw new Error(`bootstrap-italia has no icon ${name}`);
    return found[0].replace(/^<svg\b/, "<symbol").replace(/<\/svg>$/, "</symbol>");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}${spidMark()}</svg>`;
}

/** The mark colours itself by a style element, which our security policy would drop: by attribute instead. */
function spidMark() {
  const mark = readFileSync(join(spid, "spid-ico-circle-bb.svg"), "utf8");
  const colours = Object.fromEntries([...mark.matchAll(/\.(st\d)\{fill:(#\w+)\}/g)].map(([, name, fill]) => [name, fill]));
  const shapes = mark
    .replace(/^.*<\/style>|<\/svg>\s*$/gs, "")
    .replace(/ ?\bid="[^"]*"/g, "")
    .replace(/class="(st\d)"/g, (_, name) => `fill="${colours[name]}"`);
  return `<symbol id="spid" viewBox="0 0 587.6 587.6">${shapes}</symbol>`;
}

function write(name, content) {
  writeFileSync(join(dist, name), content);
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(content));
}

function version() {
  const hash = createHash("sha256");
  for (const name of readdirSync(dist).sort()) hash.update(name).update(readFileSync(join(dist, name)));
  return hash.digest("hex").slice(0, 12);
}
