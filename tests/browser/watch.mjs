// What no page may do, whatever the story: complain on the console, break its own security policy,
// load something that is not there, or talk to anybody outside this machine.

export class Watch {
  #notes = [];

  constructor(context) {
    context.on("console", (message) => {
      if (message.type() === "error" && !isExpected(message)) this.#note(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.#note(`script: ${error.error().message}`));
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const inside = protocol === "data:" || hostname.endsWith(".localhost");
      if (!inside) this.#note(`asks ${request.url()}`);
    });
    context.on("response", (response) => {
      const missing = response.status() >= 400 && !response.request().isNavigationRequest();
      if (missing) this.#note(`${response.status()} for ${response.url()}`);
    });
  }

  /** What was noticed since the last time. Chromium reports violations of the policy on the console. */
  takeNotes() {
    return this.#notes.splice(0);
  }

  #note(what) {
    this.#notes.push(what);
  }
}

/**
 * Chromium writes a line for every answer with a status of 400 and above: for pages, whose status the
 * stories check, and for the icon that it looks for at a site without one, which no page asked for.
 */
function isExpected(message) {
  const { url } = message.location();
  const isStatus = /^Failed to load resource: the server responded with a status of \d+/.test(message.text());
  return isStatus && (url === message.page()?.url() || new URL(url).pathname === "/favicon.ico");
}
