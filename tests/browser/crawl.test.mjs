// Whoever signs in and follows every link finds pages that answer, explain themselves, shut nobody out, fit a
// phone, are small enough for a village's line, and ask nothing of another host. What several roles share is looked at closely once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { existsSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fits, looked, pictureOf, signedIn, start } from './site.mjs';

let site;
before(async () => {
  site = await start();
});
after(async () => site?.stop());

const roles = ['xinxi', 'ducha', 'lingdao', 'zhangce.city', 'daiban.jiaodian', 'shenji', 'fuze.jiaodian', 'jingban.minzheng'];
const PAGES = 70;
const closely = new Set();
const pictured = new Set();
const begun = Date.now();

// An address without its values: records and registers of one sort are one page. Saved queries are none.
function kind(link) {
  const [path, query = ''] = link.split('#')[0].split('?');
  const names = query.split('&').map((pair) => (/^(show|tab|as)=/.test(pair) ? pair : pair.split('=')[0]));
  const kept = [...new Set(names)].filter((name) => name && !/^(unit|only|as_of|known_at|year|month|sort|from|to|page|after|before|box|f\d|op\d|v\d|f\..*)$/.test(name));
  const parts = path.replace(/\/\d+/g, '/n').replace(/^\/(registers|figures|bulletins|cards|panels|calendar|open)\/[^/]+/, '/$1/x');
  return kept.length ? `${parts}?${kept.sort().join('&')}` : parts;
}

// Pages that explain themselves in another way: papers to print, the wall, what is asked of the whole screen.
const bare = /^\/(wall|login|activate|records\/n\/(certificate|receipt))/;

// Pages for anybody, papers to print and lists of places to go have their two sentences and no sample of work.
const unsampled = /^\/(open|search|units|records\/n\/papers)/;

for (const user of roles) {
  test(`every page that ${user} can reach`, async () => {
    const page = await signedIn(site, user);
    const waiting = ['/', '/wall', '/open', '/pocket', '/tour'];
    const seen = new Set(waiting.map(kind));
    const faults = [];
    let walked = 0;
    while (waiting.length && walked < PAGES) {
      const path = waiting.shift();
      const close = !closely.has(kind(path));
      walked += 1;
      const answer = close ? await page.goto(site.url + path) : await page.request.get(site.url + path);
      // Who may not reveal what is personal is not shown a row of a workbook that holds it, and is told so.
      if (answer.status() === 422 && kind(path) === '/entries/n/source') continue;
      if (answer.status() !== 200) faults.push(`${path} answers ${answer.status()}`);
      if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
      const html = await answer.text();
      const sent = gzipSync(html).length;
      if (sent > 60 * 1024) faults.push(`${path} sends ${sent} bytes`);
      if (close) {
        closely.add(kind(path));
        const name = `crawl${kind(path).replace(/\W+/g, '_')}`;
        pictured.add(name);
        const told = (error) => faults.push(`${path} ${error.message.slice(0, 300)}`);
        await looked(page, name, 1440).catch(told);
        for (const width of [390, 1366]) {
          await page.setViewportSize({ width, height: 844 });
          await fits(page, name, width).catch(told);
        }
        await page.setViewportSize({ width: 1440, height: 900 });
      }
      if (!bare.test(kind(path)) && !html.includes('class="about"')) faults.push(`${path} does not explain itself`);
      if (!bare.test(kind(path)) && !unsampled.test(kind(path)) && !html.includes('class="help-sample"')) faults.push(`${path} has no worked sample`);
      for (const [, link] of html.matchAll(/href="(\/[^"]*)"/g)) {
        const to = link.replaceAll('&amp;', '&');
        if (/^\/(assets|api|evidence)\/|\/file\?|as=(docx|csv|xlsx|pdf|md|html)|\/(docx|pdf)\?|download|export|\/template\b|\.(csv|xlsx|docx|pdf|md|json|html)\b|format=/.test(to) || seen.has(kind(to))) continue;
        seen.add(kind(to));
        waiting.push(to);
      }
    }
    assert.ok(!faults.length, faults.map((fault) => fault.slice(0, 300)).join('\n'));
    assert.ok(walked > 15, `${walked} pages`);
    const scripts = await page.evaluate(async () => {
      const found = [...document.scripts].map((one) => fetch(one.src).then((answer) => answer.text()));
      return (await Promise.all(found)).join('');
    });
    assert.ok(gzipSync(scripts).length <= 120 * 1024, `${gzipSync(scripts).length} bytes of scripts`);
    if (process.env.TAIZHANG_TEST_TELL) console.log(user, walked, [...seen].join(' '));
    assert.deepEqual(page.foreign, []);
    await page.context().close();
  });
}

test('a picture of every page at every width is kept with the run', () => {
  assert.ok(pictured.size > 80, `${pictured.size} pages`);
  for (const name of pictured) {
    for (const width of [1440, 1366, 390]) {
      const picture = pictureOf(name, width);
      assert.ok(existsSync(picture) && statSync(picture).mtimeMs >= begun, `${picture} is of this run`);
    }
  }
});
