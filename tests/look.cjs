// Opens pages in Chromium as people do, and says what happened: node look.cjs JOB.json
// The job names the modules' folder, the browser, and the views: url, width, height, dark, shot.
const fs = require("fs");
const path = require("path");

const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const puppeteer = require(path.join(job.modules, "puppeteer-core"));
const axe = fs.readFileSync(path.join(job.modules, "@daisy/axe-core-for-ace/axe.min.js"), "utf8");

// What stands out of the page to the right, but for what scrolls in a box of its own.
const measure = () => {
  const root = document.documentElement;
  const scrolls = each => ["auto", "scroll", "hidden"].includes(getComputedStyle(each).overflowX);
  const boxed = each => {
    for (let up = each.parentElement; up && up !== document.body; up = up.parentElement)
      if (scrolls(up)) return true;
    return false;
  };
  const over = [...document.body.querySelectorAll("*")].filter(
    each => each.getBoundingClientRect().right > root.clientWidth + 1
      && !each.closest("svg, math") && !boxed(each));
  return {
    width: root.clientWidth,
    scroll: root.scrollWidth,
    over: over.slice(0, 3).map(each => each.outerHTML.slice(0, 200)),
    hidden: [...document.images].filter(each => each.complete && !each.naturalWidth).length,
    images: document.images.length,
    text: document.body.innerText.length,
  };
};

const findings = async () => {
  const said = await window.axe.run(document, { preload: false });
  const short = rule => ({
    rule: rule.id,
    help: rule.help,
    nodes: rule.nodes.slice(0, 3).map(node => [node.html.slice(0, 200), node.any.map(a => a.message)]),
  });
  return said.violations.map(short);
};

async function look(browser, view) {
  const page = await browser.newPage();
  const said = { console: [], requests: [] };
  page.on("console", message => {
    if (["error", "warn", "warning"].includes(message.type())) said.console.push(message.text());
  });
  page.on("pageerror", error => said.console.push(String(error)));
  page.on("request", request => {
    if (!/^(file|data):/.test(request.url())) said.requests.push(request.url());
  });
  await page.setViewport({ width: view.width, height: view.height, deviceScaleFactor: view.scale });
  const scheme = view.dark ? "dark" : "light";
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(view.url, { waitUntil: "load", timeout: 120000 });
  if (view.type) {
    for (const [selector, text] of Object.entries(view.type)) await page.type(selector, text);
  }
  if (view.measure) Object.assign(said, await page.evaluate(measure));
  if (view.ask) said.answer = await page.evaluate(view.ask);
  if (view.shot) await page.screenshot({ path: view.shot, fullPage: view.full });
  if (view.axe) {
    // What the page forbids by its policy does not bind the browser's own tools.
    await page.evaluate(axe);
    said.axe = await page.evaluate(findings);
  }
  await page.close();
  return said;
}

(async () => {
  const browser = await puppeteer.launch({
    executablePath: job.browser,
    headless: true,
    userDataDir: job.profile,
    args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
  });
  try {
    const all = [];
    for (const view of job.views) all.push(await look(browser, view));
    process.stdout.write(JSON.stringify(all));
  } finally {
    await browser.close();
  }
})().catch(error => {
  process.stderr.write(String(error.stack || error));
  process.exit(1);
});
