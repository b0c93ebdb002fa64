// Opens a page in a browser and prints the numbers that it shows, as text: a line "name<TAB>text" for each element with the
// attribute data-number, in their order.  Then what went wrong, and any address but the page's own host that it asked for.
//
//   node look.js ADDRESS [SCREENSHOT]
const puppeteer = require('puppeteer-core');

async function look(address, screenshot) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: 'new',
    // the page is our own, and the sandbox needs rights that a container has not
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-extensions'],
  });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1100, height: 1400 });
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(`console: ${message.text()}`); });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.hostname !== new URL(address).hostname && url.protocol !== 'data:') complaints.push(`request: ${url.hostname}`);
    });
    await page.goto(address, { waitUntil: 'load', timeout: 60000 });
    await page.waitForSelector('body[data-ready]', { timeout: 120000 });
    const numbers = await page.$$eval('[data-number]', (elements) => elements.map((e) => [e.dataset.number, e.textContent.trim()]));
    for (const [name, text] of numbers) console.log(`${name}\t${text}`);
    for (const complaint of complaints) console.log(`! ${complaint}`);
    if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
  } finally {
    await browser.close();
  }
}

look(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
