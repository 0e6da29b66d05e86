// Opens pages in a headless Chromium that has no network, and does what it is told with each.
//
// stdin: [{file, width, scheme, script, steps: [step]}], stdout: [{requests, console, results: [result of each step]}].
// A step is one of {eval}, {press}, {type}, {media}, {scheme}, {width}, {axe}, {mermaid}, {shot}.
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const source = (name) => fs.readFileSync(require.resolve(name), "utf8");

const STEPS = {
  eval: (page, text) => page.evaluate(text),
  press: (page, key) => page.keyboard.press(key),
  type: (page, text) => page.keyboard.type(text),
  media: (page, media) => page.emulateMedia({ media }),
  scheme: (page, colorScheme) => page.emulateMedia({ colorScheme }),
  width: (page, width) => page.setViewportSize({ width, height: 900 }),
  shot: (page, place) => page.screenshot({ path: place }),
  wait: async (page, text) => {
    for (let left = 100; left > 0 && !(await page.evaluate(text)); left -= 1) await page.waitForTimeout(50);
    return page.evaluate(text);
  },
  axe: async (page) => {
    await page.evaluate(`${source("axe-core")};0`);
    const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" ")}`);
  },
  mermaid: async (page, texts) => {
    await page.addScriptTag({ path: path.join(path.dirname(require.resolve("mermaid")), "mermaid.min.js") });
    return page.evaluate(async (all) => {
      mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
      const drawn = [];
      for (const [at, text] of all.entries()) {
        const holder = document.body.appendChild(document.createElement("div"));
        holder.innerHTML = (await mermaid.render(`drawn${at}`, text)).svg;
        drawn.push(holder.textContent);
      }
      return drawn;
    }, texts);
  },
};

async function look(browser, job) {
  const context = await browser.newContext({
    viewport: { width: job.width ?? 1200, height: 900 },
    colorScheme: job.scheme ?? "light",
    javaScriptEnabled: job.script ?? true,
    offline: true,
  });
  const page = await context.newPage();
  const requests = [];
  const said = [];
  page.on("request", (one) => requests.push(one.url()));
  page.on("console", (one) => said.push(one.text()));
  page.on("pageerror", (one) => said.push(String(one)));
  if (job.file) await page.goto(`file://${job.file}`);
  const results = [];
  for (const step of job.steps) {
    const [[name, value]] = Object.entries(step);
    results.push((await STEPS[name](page, value)) ?? null);
  }
  await context.close();
  return { requests, console: said, results };
}

const names = ["chromium", "chromium-browser", "google-chrome"];
const folders = (process.env.PATH ?? "").split(path.delimiter);
const executablePath = folders.flatMap((one) => names.map((name) => path.join(one, name))).find((one) => fs.existsSync(one));
const profile = fs.mkdtempSync(path.join(os.tmpdir(), "fabricgen-browser-"));
const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--disk-cache-dir=${profile}`,
  ],
});
const seen = [];
for (const job of JSON.parse(fs.readFileSync(0, "utf8"))) seen.push(await look(browser, job));
await browser.close();
fs.rmSync(profile, { recursive: true, force: true });
process.stdout.write(JSON.stringify(seen));
