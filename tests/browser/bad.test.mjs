// Bad input as people and their machines make it: hostile words in every field, a session that ends while a form
// is open, a button pressed twice, a line that breaks. What was typed stays, what is text stays text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedIn, start } from './site.mjs';

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
