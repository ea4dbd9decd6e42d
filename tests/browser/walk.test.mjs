// The first pages, walked through as a person would: from signing in to the entry behind a number.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { root, signedIn, start } from './site.mjs';
import { workbook } from './workbook.mjs';

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
  const corrected = Number(/60 → 60000\s+流水 (\d+) 号/.exec(now)[1]);
  await page.goto(`${figure}&known_at=${corrected - 1}`);
  const then = await page.locator('main').innerText();
  assert.match(then, /\b60\b/);
  assert.doesNotMatch(then.split('各单位')[0], /60,000/);
  await page.goto(figure);
  await page.locator('a[href^="/records/"]').first().click();
  assert.match(await page.locator('main').innerText(), /更正[\s\S]*理由：半年报告印作60兆瓦时/);
});

test('S16: a project comes in one workbook with its months, and goes as one', async () => {
  const page = await signedIn(site, 'zhangce.project');
  const figure = async () => {
    await page.goto(`${site.url}/figures/project.investment_done?unit=410402&from=2024-01-01&to=2024-06-30`);
    return (await page.locator('main').innerText()).split('各单位')[0];
  };
  const before = await figure();
  await page.goto(`${site.url}/imports?register=project`);
  await page.setInputFiles('input[type=file]', {
    name: '样例·走查.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: workbook([
      ['项目', [['项目名称', '所在镇街', '项目级别', '入库日期'], ['样例·一表走查', '410402100', '一般项目', '2024-05-10']]],
      ['项目月进度', [['项目名称', '月份', '填报日期', '本月完成投资（万元）'], ['样例·一表走查', '2024-05', '2024-06-03', '110'], ['样例·一表走查', '2024年6月', '2024-07-02', '90']]],
      ['说明', [['本表由样例生成']]],
    ]),
  });
  await page.fill('input[name=occurred_on]', '2024-06-30');
  await page.click('button[value=check]');
  await page.locator('button[value=write]').waitFor();
  const told = await page.locator('main').innerText();
  assert.match(told, /项目月进度\s+项目月进度\s+2\s+2\s+0\s+0\s+0/);
  await page.screenshot({ path: join(pictures, 'import-sheets.png'), fullPage: true });
  await page.click('button[value=write]');
  await page.locator('button[value=undo]').waitFor();
  const after = await figure();
  assert.notEqual(after, before, 'the months count');
  await page.goBack();
  await page.fill('form.filters input[name=reason]', '样例·走查');
  await page.click('button[value=undo]');
  await page.getByText(/已整批撤销/).first().waitFor({ timeout: 15000 }).catch(async () => assert.fail(await page.locator('body').innerText()));
  assert.equal((await figure()).replace(/流水 \d+ 号/, ''), before.replace(/流水 \d+ 号/, ''), 'all of it went');
  assert.deepEqual(page.foreign, []);
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
