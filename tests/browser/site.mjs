// Starts the demonstration in a folder of its own and a browser beside it; both end with the test.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export async function start() {
  const program = process.env.TAIZHANG_TEST_BIN ?? join(root, 'target/debug/taizhang');
  const folder = mkdtempSync(join(tmpdir(), 'taizhang-browser-'));
  const args = ['demo', '--dir', join(folder, 'demo'), '--pack', join(root, 'packs/xinhua'), '--addr', '127.0.0.1:0'];
  const server = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const passwords = new Map();
  const url = await new Promise((resolve, reject) => {
    let text = '';
    let address;
    server.on('exit', (code) => reject(new Error(`demo ended with ${code}\n${text}`)));
    server.stdout.on('data', (chunk) => {
      text += chunk;
      address = /^url=(\S+)$/m.exec(text)?.[1].replace(/\/$/, '');
      for (const [, user, password] of text.matchAll(/^user=(\S+) password=(\S+)$/gm)) passwords.set(user, password);
      if (address && passwords.has('xinxi')) resolve(address);
    });
  });
  const browser = await chromium.launch({
    executablePath: process.env.TAIZHANG_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const stop = async () => {
    await browser.close();
    server.removeAllListeners('exit');
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  // The program on the book that is being served, as an operator runs it beside the server.
  const run = (...said) => execFileSync(program, [...said, '--book', `sqlite:${join(folder, 'demo/book.db')}`], { cwd: root, encoding: 'utf8' });
  return { url, passwords, browser, folder, run, stop };
}

// A page signed in as somebody; every request that leaves for another host is written down.
export async function signedIn(site, user, width = 1440) {
  const context = await site.browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  page.foreign = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith('data:')) page.foreign.push(request.url());
  });
  await page.goto(`${site.url}/login`);
  await page.fill('input[name=user]', user);
  await page.fill('input[name=password]', site.passwords.get(user));
  await Promise.all([page.waitForURL((address) => !address.pathname.startsWith('/login')), page.click('form button')]);
  return page;
}

const pictures = join(root, 'test-output/pictures');

// Where the picture of a page at a width is kept; what builds the program keeps the folder with the run.
export const pictureOf = (name, width) => join(pictures, `${name}-${width}.png`);

// A picture of a page is kept, and nothing is wider than the screen.
export async function fits(page, name, width) {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: pictureOf(name, width) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name} is ${wide} px wide at ${width}`);
}

// The same, and nobody is shut out.
export async function looked(page, name, width) {
  await fits(page, name, width);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
  const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  assert.deepEqual(serious.map((v) => `${name}: ${v.id} ${v.nodes[0].html}`), []);
}

let asked = 0;

// A client of the API, signed in as somebody; it gives the status too.
export async function client(site, user) {
  const sign = await fetch(`${site.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password: site.passwords.get(user) }),
  });
  const { token } = await sign.json();
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    if (body) headers['idempotency-key'] = `asked-${(asked += 1)}`;
    const answer = await fetch(`${site.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, told: await answer.json() };
  };
}

// The answer of a call that must be taken.
export async function done(call, method, path, body) {
  const { status, told } = await call(method, path, body);
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(told)}`);
  return told;
}
