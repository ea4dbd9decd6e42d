// Bad input as people and their machines make it: hostile words in every field, a session that ends while a form
// is open, a button pressed twice, a line that breaks. What was typed stays, what is text stays text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedIn, start } from './site.mjs';
import { unzipped } from './workbook.mjs';

let site;
before(async () => {
  site = await start();
});
after(async () => site?.stop());

// Markup, a formula, a template, a way out of an attribute, and writing that turns round.
const HOSTILE = '=HYPERLINK("http://evil.example/","点我")<img src=x onerror=alert(1)>"\'><svg onload=alert(2)>{{7*7}}\u202e<b>粗';

const FORM = {
  number: `样例-${HOSTILE}`, name: HOSTILE, town: '410402100', community: HOSTILE, operator: `@SUM(1)${HOSTILE}`,
  manager: HOSTILE.slice(0, 60), filed_on: '2024-06-01', opened_on: '2024-06-15', licence: `+1${HOSTILE}`, note: `-1${HOSTILE}`,
};

async function typed(page, fields) {
  for (const [id, value] of Object.entries(fields)) {
    const place = page.locator(`[name="f.${id}"]`);
    await place.fill(value);
  }
  await page.fill('[name=occurred_on]', '2024-06-15');
}

// Nothing of what was typed became a part of the page.
async function unharmed(page, where) {
  const made = await page.evaluate(() => document.querySelectorAll('img[src=x], svg[onload], main b > *').length + [...document.querySelectorAll('b')].filter((b) => b.textContent.startsWith('粗')).length);
  assert.equal(made, 0, where);
  assert.deepEqual(page.alerts, [], where);
}

test('hostile words stay text on the form, the record, the list, in print, in search and in files', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  page.alerts = [];
  page.on('dialog', (dialog) => { page.alerts.push(dialog.message()); dialog.dismiss(); });
  await page.goto(`${site.url}/registers/meal_site/new`);
  await typed(page, FORM);
  await page.fill('textarea[name=reason]', HOSTILE);
  // Fields that hold no free text refuse it at their place, and show it as text.
  for (const [id, value] of [['filed_on', HOSTILE], ['seats', HOSTILE], ['kind', HOSTILE], ['place', HOSTILE], ['price', HOSTILE], ['town', HOSTILE]]) {
    await page.evaluate(([name, text]) => {
      const old = document.querySelector(`[name="${name}"]`);
      const input = document.createElement('input');
      input.name = name;
      input.value = text;
      old.replaceWith(input);
    }, [`f.${id}`, value]);
  }
  await page.click('button[value=save]');
  await page.locator('main .refused').first().waitFor();
  assert.ok(await page.locator('.field.wrong').count() >= 5, await page.locator('main').innerText());
  await unharmed(page, 'the refused form');
  await page.goto(`${site.url}/registers/meal_site/new`);
  await typed(page, FORM);
  await page.fill('textarea[name=reason]', HOSTILE);
  await page.click('button[value=preview]');
  await unharmed(page, 'the preview');
  await page.click('button[value=save]');
  await page.waitForURL(/\/records\/\d+/);
  const record = new URL(page.url()).pathname;
  assert.ok((await page.locator('h1').innerText()).includes('<img src=x onerror=alert(1)>'));
  await unharmed(page, 'the record');
  await page.emulateMedia({ media: 'print' });
  assert.ok((await page.locator('main').innerText()).includes('{{7*7}}'), 'in print');
  await unharmed(page, 'in print');
  await page.emulateMedia({ media: 'screen' });
  for (const path of [`${record}/edit`, `${record}?tab=changes`, '/registers/meal_site', '/registers/meal_site?show=board', '/registers/meal_site?show=groups&group=operator',
    `/search?q=${encodeURIComponent(HOSTILE.slice(0, 40))}`, `/registers/meal_site?q=${encodeURIComponent(HOSTILE)}&sort=${encodeURIComponent(HOSTILE)}`, '/journal', '/']) {
    await page.goto(site.url + path);
    await unharmed(page, path);
  }
  const csv = await (await page.request.get(`${site.url}/registers/meal_site/export?as=csv`)).text();
  assert.ok(csv.includes('HYPERLINK'));
  assert.doesNotMatch(csv, /(^|,|\n)"?[=+@-][A-Z0-9(]*[A-Z(]/, 'no cell begins as a formula');
  assert.deepEqual(page.foreign, []);
});

// One of each family: markup, a formula of each beginning, a way out of an attribute, writing that turns round,
// signs that no file may hold, a line of its own, and more than any field takes.
const FAMILIES = {
  markup: '<script>alert(1)</script><img src=x onerror=alert(2)>',
  quotes: `"'\`><svg onload=alert(3)>&lt;b&gt;&#39;`,
  equals: '=HYPERLINK("http://evil.example/","点我")',
  plus: "+cmd|' /C calc'!A0",
  minus: '-2+3+cmd',
  at: '@SUM(A1:A9)',
  tab: '\t=1+1',
  turned: '\u202e\u2066abc\u200f\u0000尾',
  control: 'a\u0001b\u0007c\ufffed',
  lines: '一\r\n=2+2\r\n"三"',
  cdata: ']]></t></is></c><c><f>1</f></c>{{7*7}}${1}',
  long: `长${'〇'.repeat(30000)}`,
};

test('hostile words in a field of every kind stay text or are refused at their place: form, record, list, print, csv, workbook', async () => {
  const keeper = await signedIn(site, 'xinxi');
  await keeper.goto(`${site.url}/manage/design/register?new=every_kind`);
  const kinds = (await keeper.locator('select[name="field.0.type"] option').evaluateAll((all) => all.map((one) => one.value))).filter(Boolean);
  assert.ok(kinds.length >= 18, kinds.join());
  const more = { text: ', max = 20000', choice: `, choices = [{ id = "a", name = "<i>甲</i>=1+1" }, "乙"]`, quantity: ', measure = "个"', link: ', to = "every_kind"' };
  const text = `name = "样例·<b>各种字段</b>"\nkey = ["number"]\ntitle = ["number"]\nunit = "own_unit"\nfield = [\n    { id = "number", name = "编号", type = "text", required = true },\n    { id = "own_unit", name = "单位", type = "unit", required = true },\n${
    kinds.map((kind) => `    { id = "k_${kind}", name = "字段 ${kind}<u>", type = "${kind}"${more[kind] ?? ''} },\n`).join('')}]\n`;
  await keeper.goto(`${site.url}/manage/design/text?file=registers/every_kind.toml`);
  await keeper.fill('textarea[name=text]', text);
  await keeper.fill('input[name=from]', '2024-01-01');
  await keeper.click('button[value=apply]');
  assert.match(await keeper.locator('main').innerText(), /已装入/);

  const page = await signedIn(site, 'jingban.minzheng');
  page.alerts = [];
  page.on('dialog', (dialog) => { page.alerts.push(dialog.message()); dialog.dismiss(); });
  const alone = async (where) => {
    await unharmed(page, where);
    assert.equal(await page.evaluate(() => document.querySelectorAll('main script, main i, main u, main b > *, body svg[onload], main f').length), 0, where);
  };
  // Whatever the page offers for a field, what is sent is this text.
  const sent = async (name, value) => page.evaluate(([of, text]) => {
    const old = document.querySelector(`[name="${of}"]`);
    const area = document.createElement('textarea');
    area.name = of;
    area.value = text;
    old.replaceWith(area);
  }, [name, value]);
  const asText = new Set(['text', 'person']);
  const kept = [];
  for (const [family, hostile] of Object.entries(FAMILIES)) {
    await page.goto(`${site.url}/registers/every_kind/new`);
    await page.fill('[name="f.number"]', `敌-${family}`);
    for (const kind of kinds) if (kind !== 'evidence') await sent(`f.k_${kind}`, hostile);
    await page.fill('[name=occurred_on]', '2024-06-15');
    await page.click('button[value=save]');
    await page.locator('main .refused').first().waitFor();
    await alone(`${family}: refused form`);
    const wrong = await page.locator('.field.wrong').count();
    assert.ok(wrong >= kinds.length - asText.size - 1, `${family}: ${wrong} places`);
    await page.goto(`${site.url}/registers/every_kind/new`);
    await page.fill('[name="f.number"]', `敌-${family}`);
    for (const kind of asText) await sent(`f.k_${kind}`, family === 'long' && kind === 'person' ? '长' : hostile.slice(0, 19000));
    await page.fill('[name=occurred_on]', '2024-06-15');
    await page.fill('textarea[name=reason]', hostile.slice(0, 200));
    await page.click('button[value=save]');
    await page.waitForFunction(() => location.pathname.startsWith('/records/') || document.querySelector('main .refused'));
    if (!page.url().includes('/records/')) {
      // Signs that mean nothing to a reader are refused in words.
      assert.ok(['turned', 'control', 'tab', 'lines'].includes(family), `${family}: ${await page.locator('main').innerText()}`);
      await alone(`${family}: refused as text`);
      continue;
    }
    kept.push([family, hostile]);
    for (const tab of ['', '?tab=changes', '/edit']) {
      if (tab) await page.goto(page.url().replace(/(\/records\/\d+).*/, `$1${tab}`));
      await alone(`${family}: record ${tab}`);
    }
    await page.emulateMedia({ media: 'print' });
    await alone(`${family}: print`);
    await page.emulateMedia({ media: 'screen' });
  }
  assert.ok(kept.length >= 7, kept.map(([family]) => family).join());
  for (const path of ['/registers/every_kind', '/registers/every_kind?show=groups&group=k_choice', '/search?q=敌-', '/registers', '/']) {
    await page.goto(site.url + path);
    await alone(path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 1440, `${path} is ${wide} px wide`);
  }
  const csv = await (await page.request.get(`${site.url}/registers/every_kind/export?as=csv`)).text();
  assert.doesNotMatch(csv, /(^|,|\n)"?[\t\r]*[=+@-][^,\n]/, 'no cell begins as a formula');
  const xlsx = unzipped(Buffer.from(await (await page.request.get(`${site.url}/registers/every_kind/export?as=xlsx`)).body()));
  const sheets = Object.entries(xlsx).filter(([name]) => /\.(xml|rels)$/.test(name));
  const broken = await page.evaluate((all) => all.filter(([, body]) => new DOMParser().parseFromString(body, 'application/xml').querySelector('parsererror')).map(([name]) => name), sheets);
  assert.deepEqual(broken, [], 'every part is XML that can be read');
  const whole = sheets.map(([, body]) => body).join('');
  const formulas = [...whole.matchAll(/<f(?: [^>]*)?>([^<]*)/g)].map(([, formula]) => formula);
  assert.deepEqual(formulas.filter((formula) => !/^SUM\([A-Z]+4:[A-Z]+\d+\)$/.test(formula)), [], 'no formula but our own totals');
  assert.match(whole, /HYPERLINK\((&quot;|")http/, 'what was typed is there as text');
  assert.deepEqual([...page.foreign, ...keeper.foreign], []);
});

test('a session that ends while a form is open loses nothing of it', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  await page.goto(`${site.url}/registers/meal_site/new`);
  await typed(page, { number: '样例-掉线', name: '样例·会话过期', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' });
  await page.context().clearCookies();
  await page.click('button[value=save]');
  await page.locator('form.sign').waitFor();
  await page.fill('input[name=user]', 'zhangce.livelihood');
  await page.fill('input[name=password]', 'wrong password');
  await page.click('form button');
  await page.fill('input[name=password]', site.passwords.get('zhangce.livelihood'));
  await page.click('form button');
  await page.waitForURL(/\/records\/\d+/);
  assert.match(await page.locator('h1').innerText(), /会话过期/);
});

test('what is typed is kept as a draft by itself and never posted; what two changed is merged field by field', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  const head = async () => {
    await page.goto(`${site.url}/journal`);
    return page.locator('main tbody tr, main ol li, main ul li').first().innerText();
  };
  const before = await head();
  await page.clock.install();
  await page.goto(`${site.url}/registers/meal_site/new`);
  await page.fill('[name="f.name"]', '样例·没保存');
  const kept = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/registers/meal_site/new'));
  await page.clock.fastForward(5000);
  assert.equal((await kept).ok(), true);
  await page.goto(`${site.url}/registers/meal_site/new?draft=yes`);
  assert.equal(await page.inputValue('[name="f.name"]'), '样例·没保存', 'nobody pressed anything, and it is there');
  assert.equal(await head(), before, 'nothing was written');

  const [one, other] = [await signedIn(site, 'zhangce.livelihood'), await signedIn(site, 'zhangce.livelihood')];
  await one.goto(`${site.url}/registers/meal_site`);
  const record = (await one.locator('table.list tbody a[href^="/records/"]').first().getAttribute('href')).split('?')[0];
  for (const each of [one, other]) await each.goto(`${site.url}${record}/edit`);
  const save = async (each, fields) => {
    for (const [id, value] of Object.entries(fields)) await each.fill(`[name="f.${id}"]`, value);
    await each.fill('[name=occurred_on]', '2024-08-20');
    await each.fill('textarea[name=reason]', '样例·两人同改');
    await each.click('button[value=save]');
  };
  await save(one, { operator: '样例·先改', note: '样例·先写的备注' });
  await one.waitForURL(/saved|records\/\d+(\?|$)/);
  await save(other, { operator: '样例·后改', licence: '样例·证号' });
  await other.locator('input[value=theirs]').first().waitFor();
  const shown = await other.locator('main').innerText();
  assert.match(shown, /样例·先改/, 'what the other wrote is shown');
  assert.equal(await other.locator('input[value=theirs]').count(), 1, 'only where both changed is one asked');
  assert.equal(await other.inputValue('[name="f.licence"]'), '样例·证号', 'what was typed stays');
  await other.check('input[value=theirs]');
  await other.click('button[value=save]');
  await other.waitForURL((address) => !address.pathname.endsWith('/edit'));
  const merged = await other.locator('main').innerText();
  assert.match(merged, /样例·先写的备注/);
  assert.match(merged, /样例·证号/);
  assert.doesNotMatch(merged.split('变更记录')[0], /样例·后改/);
});

test('a form that is sent twice is written once, also when it is sent again from a page gone back to', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  await page.goto(`${site.url}/registers/meal_site/new`);
  await typed(page, { number: '样例-两遍', name: '样例·按了两下', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' });
  const answers = await page.evaluate(async () => {
    const form = document.querySelector('form.writing');
    const send = () => {
      const body = new FormData(form);
      body.set('do', 'save');
      return fetch(form.action, { method: 'POST', body, redirect: 'follow' }).then((answer) => answer.url);
    };
    return [...await Promise.all([send(), send(), send()]), await send()];
  });
  const records = new Set(answers.map((address) => new URL(address).pathname));
  assert.equal(records.size, 1, [...records].join(' '));
  await page.goto(`${site.url}/search?q=${encodeURIComponent('样例·按了两下')}`);
  assert.equal(await page.locator('ul.found a[href^="/records/"]').count(), 1);
});

test('a line that breaks is said, and the same button goes on when it is back', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  await page.goto(`${site.url}/registers/meal_site/new`);
  await typed(page, { number: '样例-断网', name: '样例·断网', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' });
  await page.context().setOffline(true);
  await page.click('button[value=save]');
  assert.match(await page.locator('#told').innerText(), /网络断了/);
  assert.equal(await page.inputValue('[name="f.name"]'), '样例·断网', 'what was typed is still there');
  await page.context().setOffline(false);
  await page.click('button[value=save]');
  await page.waitForURL(/\/records\/\d+/);
  assert.match(await page.locator('h1').innerText(), /断网/);
});

test('an answer that was lost on the way is had again under the same key', async () => {
  const page = await signedIn(site, 'zhangce.livelihood');
  await page.goto(`${site.url}/registers/meal_site/new`);
  await typed(page, { number: '样例-丢回音', name: '样例·丢回音', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' });
  // The server writes, and its answer never arrives.
  let lost = 0;
  await page.route('**/registers/meal_site/new', async (route) => {
    if (lost || route.request().method() !== 'POST') return route.continue();
    lost += 1;
    await route.fetch({ maxRedirects: 0 });
    return route.abort('connectionreset');
  });
  await page.click('button[value=save]');
  await page.locator('#told', { hasText: '网络断了' }).waitFor();
  assert.equal(await page.inputValue('[name="f.name"]'), '样例·丢回音', 'the form is still there');
  await page.waitForURL(/\/records\/\d+/);
  await page.goto(`${site.url}/search?q=${encodeURIComponent('样例·丢回音')}`);
  assert.equal(await page.locator('ul.found a[href^="/records/"]').count(), 1);
});
