// The first pages, walked through as a person would: from signing in to the entry behind a number.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { root, signedIn, start } from './site.mjs';

let site;
const pictures = join(root, 'test-output/pictures');

before(async () => {
  mkdirSync(pictures, { recursive: true });
  site = await start();
});
after(async () => site?.stop());

test('a leader opens a number of the bulletin down to the entry that made it', async () => {
  const page = await signedIn(site, 'lingdao');
  await page.goto(`${site.url}/bulletins/half-year?as_of=2024-06-30`);
  const number = page.locator('a[href*="/figures/meal_site.operating?"]').first();
  assert.equal((await number.textContent()).trim(), '26');
  await number.click();
  assert.match(await page.title(), /在运营的老年助餐场所/);
  await page.locator('a[href^="/records/"]').first().click();
  assert.match(await page.locator('body').innerText(), /流水 \d+ 号/);
  assert.deepEqual(page.foreign, []);
});

test('S16: the battery is 60 as released and 60,000 as known now, with the reason on its record', async () => {
  const page = await signedIn(site, 'ducha');
  const figure = `${site.url}/figures/project.battery_capacity?unit=410402&as_of=2024-06-30`;
  await page.goto(figure);
  const now = await page.locator('main').innerText();
  assert.match(now, /60,000/);
  const known = Number(/按流水 (\d+) 号所知/.exec(now)[1]);
  await page.goto(`${figure}&known_at=${known - 1}`);
  const then = await page.locator('main').innerText();
  assert.match(then, /\b60\b/);
  assert.doesNotMatch(then.split('各单位')[0], /60,000/);
  await page.goto(figure);
  await page.locator('a[href^="/records/"]').first().click();
  assert.match(await page.locator('main').innerText(), /更正[\s\S]*理由：半年报告印作60兆瓦时/);
});

test('nobody sees a page without signing in', async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  for (const path of ['/', '/registers/meal_site', '/figures', '/journal', '/bulletins/half-year']) {
    await page.goto(site.url + path);
    assert.match(page.url(), /\/login/, path);
  }
});

test('pages fit a phone and an office screen, without serious findings of accessibility', async () => {
  const paths = ['/', '/registers', '/registers/meal_site', '/figures', '/bulletins/half-year?as_of=2024-06-30', '/journal'];
  for (const width of [1440, 390]) {
    const page = await signedIn(site, 'lingdao', width);
    for (const [at, path] of paths.entries()) {
      await page.goto(site.url + path);
      await page.screenshot({ path: join(pictures, `${at}-${width}.png`) });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${path} is ${wide} px wide at ${width}`);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze();
      const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(serious.map((v) => `${path}: ${v.id} ${v.nodes[0].html}`), []);
    }
    assert.deepEqual(page.foreign, []);
  }
});
