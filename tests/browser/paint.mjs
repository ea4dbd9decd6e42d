// First paint of a page beside that of a static copy of the same bytes: what the server's thinking costs whoever
// waits. Run by hand, with a server that is there: node paint.mjs http://127.0.0.1:8080 TOKEN /registers/project
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const [base, token, path = '/registers/project'] = process.argv.slice(2);
const TIMES = 31;
const cookie = `tz=${token}`;
const copies = new Map();
const copied = async (address) => {
  const answer = await fetch(base + address, { headers: { cookie, 'accept-encoding': 'identity' } });
  return { type: answer.headers.get('content-type'), body: Buffer.from(await answer.arrayBuffer()) };
};
const page = await copied(path);
copies.set(path, page);
for (const [, address] of page.body.toString().matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) copies.set(address, await copied(address));
const still = createServer((request, response) => {
  const copy = copies.get(request.url);
  if (!copy) return response.writeHead(404).end();
  const keep = request.url.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-store';
  return response.writeHead(200, { 'content-type': copy.type, 'cache-control': keep }).end(copy.body);
});
await new Promise((ready) => still.listen(0, '127.0.0.1', ready));
const places = { served: base, still: `http://127.0.0.1:${still.address().port}` };

const browser = await chromium.launch({
  executablePath: process.env.TAIZHANG_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const context = await browser.newContext();
await context.addCookies([{ name: 'tz', value: token, url: base }]);
const seen = { served: [], still: [] };
const tab = await context.newPage();
for (let at = 0; at < TIMES; at += 1) {
  for (const [name, place] of Object.entries(places)) {
    await tab.goto(place + path);
    const paint = await tab.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    if (at > 0) seen[name].push(await paint.jsonValue());
  }
}
const middle = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
const [served, copy] = [middle(seen.served), middle(seen.still)];
console.log(`${path}: first paint ${served.toFixed(1)} ms, of a static copy ${copy.toFixed(1)} ms, ratio ${(served / copy).toFixed(2)}`);
await browser.close();
still.close();
