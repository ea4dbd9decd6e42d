// What people do at their desk beyond one record: they act by typing, follow what they care about, ask with grouped
// conditions, change many records at once, and take a chart along.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedIn, start } from './site.mjs';

let site;

before(async () => {
  site = await start();
});
after(async () => site?.stop());

test('the palette goes to pages and begins records, by words and by first letters', async () => {
  const page = await signedIn(site, 'zhangce.project');
  await page.keyboard.press('Control+k');
  await page.locator('.palette a', { hasText: '驾驶舱' }).waitFor();
  await page.keyboard.type('新增 项目');
  const wanted = page.locator('.palette li', { has: page.locator('a[href="/registers/project/new"]') });
  await wanted.waitFor();
  while ((await wanted.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown');
  await Promise.all([page.waitForURL('**/registers/project/new'), page.keyboard.press('Enter')]);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('pdss');
  await page.locator('.palette a', { hasText: '平顶山市公共实训基地' }).first().waitFor();
  assert.equal(await page.getAttribute('#find', 'aria-expanded'), 'true');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.palette').isVisible(), false);
  const leader = await signedIn(site, 'lingdao');
  await leader.goto(`${site.url}/search?q=新增`);
  assert.equal(await leader.locator('ul.found a[href$="/new"]').count(), 0, 'who may not write is offered no form');
});

test('what one follows is listed with what others changed there, until it was seen', async () => {
  const leader = await signedIn(site, 'lingdao');
  const figure = `${site.url}/figures/meal_site.operating?unit=410402&as_of=2024-06-30`;
  for (const path of ['/registers/meal_site', '/figures/meal_site.operating?unit=410402&as_of=2024-06-30']) {
    await leader.goto(site.url + path);
    await leader.click('form.follow button');
    assert.match(await leader.locator('form.follow button').innerText(), /已关注/);
  }
  await leader.goto(site.url);
  assert.equal(await leader.locator('.followed > li').count(), 2);
  assert.equal(await leader.locator('.followed .unseen').count(), 0);
  const clerk = await signedIn(site, 'zhangce.livelihood');
  await clerk.goto(`${site.url}/registers/meal_site/new`);
  const said = { number: '关注-01', name: '样例·关注食堂', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' };
  for (const [id, value] of Object.entries(said)) await clerk.fill(`[name="f.${id}"]`, value);
  await clerk.fill('[name="occurred_on"]', '2024-06-15');
  await clerk.click('button[value=save]');
  await clerk.locator('.saved').waitFor();
  await leader.reload();
  const text = await leader.locator('.followed').innerText();
  assert.match(text, /26 → 27/);
  assert.match(text, /样例·关注食堂/);
  await leader.click('button[value=seen]');
  assert.equal(await leader.locator('.followed .unseen').count(), 0);
  await leader.goto(figure);
  await leader.click('form.follow button');
  assert.match(await leader.locator('form.follow button').innerText(), /☆/);
  await clerk.goto(site.url);
  assert.match(await clerk.locator('main').innerText(), /我立的账[\s\S]*样例·关注食堂/);
});

test('conditions stand in groups, and one field of many records is changed with a result for each', async () => {
  const page = await signedIn(site, 'zhangce.project');
  const total = async (query) => {
    await page.goto(`${site.url}/registers/project?${query}`);
    return Number(/共 (\d+) 条/.exec(await page.locator('nav.pages').innerText())[1]);
  };
  const [level, started] = ['f1=level&op1=eq&v1=省重点', 'f2=started_on&op2=present'];
  const [a, b, both] = [await total(level), await total(started), await total(`${level}&${started}`)];
  assert.ok(a > 0 && b > 0);
  assert.equal(await total(`${level}&${started}&g2=2`), a + b - both, 'one group or the other');
  assert.equal(await total(`${level}&${started}&g2=2&join=any`), both, 'one of each group');
  assert.match(await page.locator('.chips').innerText(), /（\s*项目级别[\s\S]*且[\s\S]*（/);
  await page.goto(`${site.url}/registers/project`);
  const rows = await page.locator('tbody input[name=r]').count();
  assert.ok(rows > 20);
  await page.check('input[data-all]');
  assert.equal(await page.locator('tbody input[name=r]:checked').count(), rows, 'one tick ticks all rows of the page');
  await page.selectOption('form.bulk select', '@amend');
  await page.click('form.bulk button');
  assert.equal(await page.locator('form input[type=checkbox][name=r]:checked, form input[type=hidden][name=r]').count(), rows, 'all of them come along');
  await page.goBack();
  await page.uncheck('input[data-all]');
  assert.equal(await page.locator('tbody input[name=r]:checked').count(), 0);
  for (const at of [0, 1]) await page.locator('tbody input[name=r]').nth(at).check();
  await page.selectOption('form.bulk select', '@amend');
  await page.click('form.bulk button');
  await page.selectOption('select[name=field]', 'progress');
  await page.click('button.act');
  await page.fill('[name="f.progress"]', '样例·主体封顶');
  await page.fill('[name=reason]', '样例·统一口径');
  await page.click('form.writing button.act');
  assert.match(await page.locator('.saved').innerText(), /办成 2 条/);
});

test('a card that is dragged goes through the door of its move, and a list is compared with an earlier day', async () => {
  const page = await signedIn(site, 'zhangce.project');
  await page.goto(`${site.url}/registers/project?show=board`);
  const card = page.locator('.card-record[data-moves*="building:"]').first();
  const name = (await card.locator('a').first().innerText()).trim();
  await Promise.all([page.waitForURL(/\/records\/\d+\/move\?move=/), card.dragTo(page.locator('.lane[data-stage=building]'), { targetPosition: { x: 20, y: 12 } })]);
  const needed = page.locator('form.writing .field', { has: page.locator('[name="f.started_on"]') });
  if (await needed.count()) await page.fill('[name="f.started_on"]', '2024-08-20');
  await page.fill('[name=occurred_on]', '2024-08-20');
  await page.click('button[value=save]');
  await page.locator('.saved').waitFor();
  await page.goto(`${site.url}/registers/project?show=board`);
  assert.ok(await page.locator('.lane[data-stage=building] .card-record', { hasText: name }).count(), 'it lies where it was put');
  await page.goto(`${site.url}/registers/project?show=compare&as_of=2024-08-31&then=2024-08-01`);
  const row = page.locator('tr', { hasText: name });
  assert.ok((await row.locator('del').count()) && (await row.locator('ins').count()), 'the old value is struck above the new');
  await page.goto(`${site.url}/registers/project`);
  await page.setViewportSize({ width: 390, height: 844 });
  const first = page.locator('table.list tbody tr').first().locator('td, th').filter({ has: page.locator('a') }).first();
  const before = (await first.boundingBox()).x;
  await page.locator('main .scroll').first().evaluate((box) => { box.scrollLeft = 200; });
  assert.ok(Math.abs((await first.boundingBox()).x - before) < 60, 'the first column stays when the rest is scrolled');
  assert.equal(await page.locator('table.list thead th').first().evaluate((head) => getComputedStyle(head).position), 'sticky');
});

test('a figure stands beside its target, and its chart and table are taken along', async () => {
  const page = await signedIn(site, 'lingdao');
  await page.goto(`${site.url}/figures/project.investment_done?unit=410402&from=2024-01-01&to=2024-06-30`);
  assert.match(await page.locator('.course svg.chart').textContent(), /目标/);
  assert.ok((await page.locator('.course polyline.beside').getAttribute('points')).length > 20, 'what was planned is drawn');
  assert.match(await page.locator('#records + .scroll').innerText(), /样例·/, 'records are called by the projects that they belong to');
  const [picture] = await Promise.all([page.waitForEvent('download'), page.locator('.trend .take button').first().click()]);
  assert.match(picture.suggestedFilename(), /\.png$/);
  const bytes = await (await import('node:fs/promises')).readFile(await picture.path());
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  assert.ok(bytes.length > 5000, 'something is drawn');
  const [drawing] = await Promise.all([page.waitForEvent('download'), page.locator('.trend .take button').nth(1).click()]);
  assert.match(drawing.suggestedFilename(), /\.svg$/);
  const text = await (await import('node:fs/promises')).readFile(await drawing.path(), 'utf8');
  const parts = await page.evaluate((svg) => {
    const read = new DOMParser().parseFromString(svg, 'image/svg+xml');
    return [!!read.querySelector('parsererror'), read.documentElement.querySelectorAll('rect').length, read.documentElement.textContent];
  }, text);
  assert.equal(parts[0], false);
  assert.ok(parts[1] > 6, 'bars are drawn');
  assert.match(parts[2], /完成投资[\s\S]*24,540/, 'the picture carries its title and its numbers');
  await page.locator('.breakdowns .take button').first().click();
  assert.match(await page.locator('#told').innerText(), /已复制/);
});

test('a figure says what became of it since it was released, where it is used, and is shared with both its times', async () => {
  const page = await signedIn(site, 'lingdao');
  await page.goto(`${site.url}/figures/project.battery_capacity?unit=410402&as_of=2024-06-30`);
  const standing = page.locator('section.standing');
  const words = (await standing.innerText()).replace(/\s+/g, ' ');
  assert.match(words, /发布后变动 新华区上半年工作情况通报（截至 2024-06-30，第 \d+ 号发布）： 60 → 60000 流水 \d+ 号/);
  assert.match(words, /用在通报 新华区上半年工作情况通报/);
  assert.match(words, /原文对照 2 /);
  const entry = Number(/60000 流水 (\d+) 号/.exec(words)[1]);
  await standing.locator('a[href^="/journal?before="]').click();
  assert.match(await page.locator('main').innerText(), new RegExp(`${entry}[\\s\\S]*更正`));
  await page.goBack();
  const shared = await page.getAttribute('a[data-copy]', 'href');
  assert.match(shared, /as_of=2024-06-30&known_at=\d+/, 'both times stand in the address');
  const release = Number(/第 (\d+) 号发布/.exec(words)[1]);
  await page.goto(site.url + shared.replace(/known_at=\d+/, `known_at=${release}`));
  assert.equal(await page.locator('.number .value').innerText(), '60', 'whoever gets the address sees what was known then');
  const other = await signedIn(site, 'ducha');
  await other.goto(site.url + shared);
  assert.equal(await other.locator('.number .value').innerText(), '60,000');
  await page.goto(`${site.url}/figures/meal_site.operating?unit=410402&as_of=2024-06-30`);
  assert.match(await page.locator('section.standing').innerText(), /用于计算\s+平均餐位[\s\S]*用于目标\s+样例·运营老年助餐场所/);
  await page.locator('section.standing a[href^="/bulletins/half-year"]').click();
  const bulletin = page.url();
  await page.goto(`${site.url}/figures/enterprise.count?unit=410402&as_of=2024-06-30`);
  await page.locator('section.standing a[href^="/cards/"]').first().click();
  assert.equal((await page.locator('h1').count()), 1, 'a scorecard of what feeds the figure');
  await page.goto(bulletin);
  assert.match(await page.locator('h1').first().innerText(), /上半年工作情况通报/);
});

test('everything is done by keys alone: the palette, a list, a sheet, a form that is saved', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  const key = (name, times = 1) => Array.from({ length: times }).reduce((done) => done.then(() => page.keyboard.press(name)), Promise.resolve());
  const focused = () => page.evaluate(() => {
    const at = document.activeElement;
    return [at.tagName, at.getAttribute('name') ?? at.getAttribute('href') ?? at.value ?? ''].join(' ');
  });
  const reach = async (wanted) => {
    for (let steps = 0; steps < 120; steps += 1) {
      if (wanted.test(await focused())) return;
      await key('Tab');
    }
    assert.fail(`${wanted} was not reached by the tabulator, last at ${await focused()}`);
  };
  await page.goto(site.url);
  await key('Tab');
  assert.match(await focused(), /^A #main/, 'the first stop skips the head');
  await key('Control+k');
  await page.keyboard.type('老年助餐场所');
  await page.locator('.palette a[href="/registers/meal_site"]').waitFor();
  while ((await page.locator('.palette li', { has: page.locator('a[href="/registers/meal_site"]') }).first().getAttribute('aria-selected')) !== 'true') await key('ArrowDown');
  await Promise.all([page.waitForURL('**/registers/meal_site'), key('Enter')]);
  await key('j', 3);
  const third = await focused();
  assert.match(third, /^A \/records\/\d+/);
  await key('k');
  assert.notEqual(await focused(), third);
  await key('j');
  await Promise.all([page.waitForURL(`**${third.slice(2)}`), key('Enter')]);
  await page.goBack();
  await Promise.all([page.waitForURL('**/registers/meal_site/new*'), key('n')]);
  const said = { number: '键盘-01', name: '样例·只用键盘', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' };
  for (const [id, value] of Object.entries(said)) {
    await reach(new RegExp(`^\\w+ f\\.${id}$`));
    const date = (await page.evaluate(() => document.activeElement.type)) === 'date';
    await page.keyboard.type(date ? value.replace(/(\d+)-(\d+)-(\d+)/, '$2$3$1') : value);
    if (date && (await page.evaluate(() => document.activeElement.value)) !== value) await page.evaluate((text) => { document.activeElement.value = text; }, value);
  }
  await reach(/^BUTTON (do|save)/);
  while ((await page.evaluate(() => document.activeElement.value)) !== 'save') await key('Tab');
  await Promise.all([page.waitForURL(/\/records\/\d+/), key('Enter')]);
  assert.match(await page.locator('h1').innerText(), /样例·只用键盘/);
  assert.match(await page.locator('.saved').innerText(), /已登记/);

  await page.goto(`${site.url}/registers/meal_site/grid`);
  await reach(/^INPUT c\.1\./);
  await page.keyboard.type('格子-1');
  await key('Enter');
  assert.match(await focused(), /^INPUT c\.2\./, 'Enter goes to the row below');
  await key('ArrowUp');
  assert.match(await focused(), /^INPUT c\.1\./);
  await key('Shift+Tab');
  const outline = await page.evaluate(() => { const style = getComputedStyle(document.activeElement); return [style.outlineStyle, style.outlineWidth].join(' '); });
  assert.doesNotMatch(outline, /none|^\S+ 0px/, 'where one is can be seen');
  assert.deepEqual(page.foreign, []);
});

test('a unit is found by first letters, and buildings stand as they were let on a day', async () => {
  const page = await signedIn(site, 'lingdao');
  await page.goto(`${site.url}/registers/workshop?show=buildings&as_of=2024-06-30`);
  const taken = async () => {
    const rows = await page.locator('.copied tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
    return rows.reduce((sum, row) => sum + Number(row[4].replace(/[^\d.]/g, '')), 0);
  };
  const then = await taken();
  assert.ok(then > 0 && (await page.locator('svg.building rect.taken').count()) > 0);
  await page.goto(`${site.url}/figures/lease.area?unit=410402&as_of=2024-06-30`);
  assert.equal(Number((await page.locator('.number .value').innerText()).replaceAll(',', '')), then, 'the drawing is the figure');
  await page.goto(`${site.url}/registers/workshop?show=buildings&as_of=2023-06-30`);
  assert.notEqual(await taken(), then, 'another day, another state');
  await page.click('details.switch summary');
  await page.fill('details.switch input[name=q]', 'jdz');
  await Promise.all([page.waitForURL(/unit=%23\d+/), page.click('details.switch button')]);
  assert.match(await page.locator('details.switch summary').innerText(), /焦店镇/);
});

test('a list and a record are printed whole, on A4, with a line to sign', async () => {
  const page = await signedIn(site, 'zhangce.project');
  await page.goto(`${site.url}/registers/project`);
  const rows = await page.locator('table.list tbody tr').count();
  await page.emulateMedia({ media: 'print' });
  const cut = await page.evaluate(() => [...document.querySelectorAll('.scroll')].some((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1));
  assert.ok(rows > 20 && !cut, 'nothing of the list is cut off');
  assert.equal(await page.locator('form.bulk, .tick-cell, .head').evaluateAll((all) => all.filter((one) => one.offsetParent).length), 0);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.match(pdf, /MediaBox \[0 0 84\d\.?\d* 59\d/, 'a list lies across the sheet');
  await page.emulateMedia({ media: null });
  await page.locator('table.list tbody a').first().click();
  await page.emulateMedia({ media: 'print' });
  assert.match(await page.locator('.signatures').innerText(), /填表[\s\S]*审核/);
});
