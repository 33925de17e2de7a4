// @ts-check
/**
 * Opens a page in a real browser, without network unless it is asked for, and prints what it shows: a child process,
 * since Jest takes no ESM driver.
 * Argument: JSON of {browser, url, wait: selector, click?: selector, files?: {selector, paths}, shot?: path, online?:
 * boolean}.
 */
const { browser: executablePath, url, wait, click, files, shot, online } = JSON.parse(process.argv[2] ?? '{}');

const main = async () => {
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1366, height: 768 });
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.setOfflineMode(!online);
    await page.goto(url);
    await page.waitForSelector(wait, { timeout: 60_000 });
    if (click) await page.click(click);
    if (files) {
      const input = await page.$(files.selector);
      await /** @type {any} */ (input)?.uploadFile(...files.paths);
      await page.waitForFunction(`document.body.dataset.papers === 'checked'`, { timeout: 60_000 });
    }
    if (shot) await page.screenshot({ path: shot, fullPage: true });
    const text = await page.evaluate(`document.body.innerText`);
    const verdict = await page.evaluate(`document.body.dataset.verdict`);
    process.stdout.write(JSON.stringify({ verdict, text, errors }));
  } finally {
    await browser.close();
  }
};

main().catch((error) => {
  process.stderr.write(String(error.stack));
  process.exit(1);
});
