// Who watches the watch: it must notice what the other stories rely on it to notice.

import { match } from "node:assert/strict";
import { ACCESS } from "../demo.mjs";

const MISCHIEF = {
  "an inline script": ["<script>document.title = 1</script>", /Content Security Policy/],
  "a complaint on the console": [`<script src="/complain.js"></script>`, /console: no/],
  "a missing picture": [`<img src="/missing.png" alt="">`, /404 for/],
  "a request to another site": [`<img src="https://elsewhere.example/x.png" alt="">`, /asks https:\/\/elsewhere/],
};

const notices = ([name, [html, complaint]]) => [
  `the watch notices ${name}`,
  async ({ citizen, takeNotes }) => {
    const { page } = await citizen();
    const home = await page.goto(ACCESS);
    const headers = { "content-security-policy": home.headers()["content-security-policy"] };
    const body = `<!doctype html><title>mischief</title>${html}`;
    await page.route(home.url(), (route) => route.fulfill({ contentType: "text/html", headers, body }));
    await page.route("**/complain.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: "console.error('no')" }),
    );
    await page.reload({ waitUntil: "load" });
    match(takeNotes().join("\n"), complaint);
  },
];

export default Object.fromEntries(Object.entries(MISCHIEF).map(notices));
