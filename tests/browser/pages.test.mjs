// Every page as each role meets it: it fits the screen, has no serious finding of accessibility, and asks
// nothing of another host. Pictures of all of them are kept, to be looked at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looked, signedIn, start } from './site.mjs';

let site;

before(async () => {
  site = await start();
});
after(async () => site?.stop());

const lists = ['', '?show=board', '?show=gantt', '?show=groups&group=level', '?show=month&month=2024-05',
  '?show=compare&as_of=2024-06-30&then=2024-03-31', '?more=yes&f1=started_on&op1=year'];
const roles = [
  ['lingdao', ['/', '/wall', '/goals', '/scenario', '/panels/observation', '/cards/policy.rd-subsidy', '/figures/meal_site.operating?as_of=2024-06-30', '/registers/relic?show=map', '/registers/project?show=map']],
  ['zhangce.project', ['/', ...lists.map((query) => `/registers/project${query}`), '/registers/project/new', '/registers/project/grid']],
  ['jingban.minzheng', ['/', '/registers/meal_site', '/duties']],
  ['ducha', ['/registers/task', '/journal', '/manage', '/calendar']],
  ['xinxi', ['/manage', '/manage/design', '/manage/design/register?register=award', '/manage/design/text?file=registers/award.toml', '/manage/design/notice', '/manage/machine', '/tour']],
];

for (const [user, paths] of roles) {
  test(`the pages of ${user} fit office screens and phones`, async () => {
    for (const width of [1440, 1366, 390]) {
      const page = await signedIn(site, user, width);
      for (const path of paths) {
        const answer = await page.goto(site.url + path);
        assert.equal(answer.status(), 200, path);
        await looked(page, `${user}${path.replace(/\W+/g, '_')}`, width);
      }
      assert.deepEqual(page.foreign, []);
      await page.context().close();
    }
  });
}

test('anybody sees the open pages, and no record through them', async () => {
  for (const width of [1440, 1366, 390]) {
    const context = await site.browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    for (const path of ['/open', '/open/claims', '/login']) {
      await page.goto(site.url + path);
      await looked(page, `open${path.replace(/\W+/g, '_')}`, width);
      assert.equal(await page.locator('a[href^="/records/"]').count(), 0);
    }
    await context.close();
  }
});

test('on the open page an amount that nobody reported yet is no zero, and a count of none is', async () => {
  const answer = await (await site.browser.newContext()).newPage();
  await answer.goto(`${site.url}/open?as_of=2024-06-30`);
  const row = (name) => answer.locator('tr', { hasText: name }).first().locator('td.num').innerText();
  assert.equal(await row('全年地区生产总值'), '未报告');
  assert.equal(await row('发放创业担保贷款'), '3,230');
  await answer.goto(`${site.url}/open?as_of=2021-06-30`);
  assert.equal(await row('在运营的老年助餐场所'), '0');
  await answer.context().close();
});

test('a clerk opens a record, sees what moves, keeps a draft, and finds the figure changed', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  await page.goto(`${site.url}/registers/meal_site/new`);
  await page.fill('[name="f.number"]', '测试-01');
  await page.fill('[name="f.name"]', '<script>alert(1)</script>食堂');
  await page.fill('[name="f.town"]', '410402100');
  await page.fill('[name="f.filed_on"]', '2024-06-01');
  await page.fill('[name="f.opened_on"]', '2024-06-15');
  await page.fill('[name="occurred_on"]', '2024-06-15');
  await page.click('button[value=keep]');
  assert.match(await page.locator('main').innerText(), /已暂存，没有登记/);
  await page.goto(`${site.url}/registers/meal_site/new?draft=yes`);
  assert.equal(await page.inputValue('[name="f.number"]'), '测试-01');
  await page.click('button[value=preview]');
  assert.match(await page.locator('.preview').innerText(), /在运营的老年助餐场所[\s\S]*\+1/);
  await page.click('button[value=save]');
  await page.waitForURL(/\/records\/\d+/);
  assert.match(await page.locator('h1').innerText(), /<script>alert\(1\)<\/script>食堂/);
  await page.goto(`${site.url}/figures/meal_site.operating?unit=410402&as_of=2024-06-30`);
  assert.equal(await page.locator('.number .value').innerText(), '27');
  await page.fill('#find', '食堂');
  await page.locator('.palette a').first().waitFor();
  assert.deepEqual(page.foreign, []);
});

test('the wall is not empty on a day without targets, and says which day it shows instead', async () => {
  const page = await signedIn(site, 'lingdao');
  await page.goto(`${site.url}/wall`);
  assert.match(await page.locator('.wall-note').innerText(), /最近有数的一天：2024-\d\d-\d\d/);
  for (const part of ['.wall-goals li', '.sprint li', 'svg.plane a', 'svg.gantt a']) assert.ok(await page.locator(part).count() > 0, part);
  await page.locator('svg.plane a.cluster').first().click();
  assert.match(page.url(), /show=map&box=/);
  assert.ok(await page.locator('svg.plane a').count() > 1);
  await page.context().close();
});

// Ten minutes of arc at four metres are 11.6 mm; a screen of 55 inches is 1,218 mm wide.
test('the wall is read from four metres without scrolling, on a phone too, and is asked for anew by itself', async () => {
  const page = await signedIn(site, 'lingdao', 1920);
  for (const [width, height] of [[1920, 1080], [3840, 2160]]) {
    await page.setViewportSize({ width, height });
    await page.goto(`${site.url}/wall`);
    await looked(page, 'wall', width);
    const small = await page.evaluate(() => {
      const millimetres = 1218 / innerWidth;
      const texts = [...document.querySelectorAll('main.wall *')].filter((one) => one.getClientRects().length && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
      const size = (one) => parseFloat(getComputedStyle(one).fontSize) * (one.ownerSVGElement ? one.ownerSVGElement.getScreenCTM().a : 1);
      // Measures and ticks stand beside what they belong to.
      return texts.filter((one) => !one.closest('.value small, .tick, text.scale')).filter((one) => size(one) * millimetres < 11.6).map((one) => `${one.textContent.trim().slice(0, 20)} ${(size(one) * millimetres).toFixed(1)} mm`);
    });
    assert.deepEqual(small, [], `at ${width}`);
    const over = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    assert.ok(over <= 0, `${over} px below the edge at ${width}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.clock.install();
  await page.goto(`${site.url}/wall`);
  await looked(page, 'wall', 390);
  await page.evaluate(() => { window.old = true; });
  const again = page.waitForEvent('load');
  await page.clock.fastForward(61_000);
  await again;
  assert.equal(await page.evaluate(() => window.old), undefined, 'the page is a new one');
  assert.ok(await page.locator('.wall-goals li').count());
  await page.context().close();
});

test('a sheet takes a block that was copied from a workbook', async () => {
  const page = await signedIn(site, 'zhangce.project');
  await page.goto(`${site.url}/registers/project/grid`);
  await page.locator('table.cells tbody input').first().focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', '样例·粘贴一\t焦店镇\n样例·粘贴二\t焦店镇\n');
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  assert.equal(await page.inputValue('[name="c.2.name"]'), '样例·粘贴二');
  await page.click('button[value=check]');
  assert.match(await page.locator('.refusals').innerText(), /第 1 行 入库日期/);
});

test('pages read and save without scripts', async () => {
  const context = await site.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${site.url}/login`);
  await page.fill('input[name=user]', 'ducha');
  await page.fill('input[name=password]', site.passwords.get('ducha'));
  await page.click('form button');
  await page.goto(`${site.url}/registers/task?sort=number`);
  await page.locator('table.list tbody a').first().click();
  await page.locator('nav.acts a', { hasText: '备注' }).click();
  await page.fill('textarea[name=reason]', '无脚本登记');
  await page.click('button[value=save]');
  assert.match(await page.locator('.saved').innerText(), /已登记，流水 \d+ 号/);
  await context.close();
});
