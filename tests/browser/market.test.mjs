// The housing market: a resident looks for a flat and checks a voucher without signing in; the officer admits a
// developer, lists a flat, locks it, and is refused, each time with the clause, what the rules do not allow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fits, looked, signedIn, start } from './site.mjs';

let site;
let officer;
before(async () => {
  site = await start();
  officer = await program('zhangce.city');
});
after(async () => site?.stop());

async function program(user) {
  const sign = await fetch(`${site.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password: site.passwords.get(user) }),
  });
  const { token } = await sign.json();
  let count = 0;
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    headers['idempotency-key'] = `market-${(count += 1)}`;
    const answer = await fetch(`${site.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, told: await answer.json() };
  };
}

async function made(method, path, body) {
  const { status, told } = await officer(method, path, body);
  assert.ok(status < 300, `${path}: ${JSON.stringify(told)}`);
  return told.id;
}

async function refused(method, path, body, words) {
  const { status, told } = await officer(method, path, body);
  assert.equal(status, 422, `${path}: ${JSON.stringify(told)}`);
  assert.match(told.detail, words);
}

const move = (name, set, on = '2024-08-20') => ({ name, body: { occurred_on: on, set } });
const moved = (record, { name, body }) => made('POST', `/records/${record}/moves/${name}`, body);

test('S11: a resident finds a flat on the list and the map, and checks a voucher', async () => {
  const context = await site.browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${site.url}/open/flat/offer?price_most=620000`);
  await page.locator('tbody tr a').first().click();
  assert.match(await page.textContent('main'), /备案总价[\s\S]*房票总价/);
  await page.goto(`${site.url}/open/flat/offer?as=map`);
  assert.ok((await page.locator('svg.plane circle').count()) > 10);

  const { told } = await officer('GET', '/registers/voucher/records?limit=1');
  const clerk = await signedIn(site, 'zhangce.city');
  await clerk.goto(`${site.url}/records/${told.items[0].id}/certificate`);
  assert.ok(await clerk.locator('svg.qr path').count());
  const code = (await clerk.textContent('.code .no')).trim();
  assert.deepEqual(clerk.foreign, []);
  await page.goto(`${site.url}/open/check`);
  await page.fill('input[name=code]', code.toLowerCase());
  await page.click('form button');
  const shown = await page.textContent('main');
  assert.match(shown, /可用/);
  assert.match(shown, /样\*/);
  assert.doesNotMatch(shown, /持票人\d/);
});

// Every page for anybody, each from an address of its own, as a gateway on this machine names it.
test('the pages for anybody need no sign-in, are kept until something is written, and wait for whoever asks too often', async () => {
  const safety = await signedIn(site, 'zhangce.safety');
  await safety.goto(`${site.url}/registers/petition`);
  const petition = await safety.locator('table.list tbody a[href^="/records/"]').first().getAttribute('href');
  await safety.goto(`${site.url}${petition.split('?')[0]}/certificate`);
  const code = (await safety.textContent('.code .no')).trim();
  const context = await site.browser.newContext({ viewport: { width: 390, height: 844 } });
  const resident = await context.newPage();
  await resident.goto(`${site.url}/open/bulletins`);
  const bulletin = await resident.locator('main a[href^="/open/bulletins/"]').first().getAttribute('href');
  const pages = [
    ['/open', /公开的数字[\s\S]*在运营的老年助餐场所\s+[\d,]+/], ['/open/flat/offer', /备案总价|在售/], ['/open/housing_project/offer', /在售项目/],
    ['/open/bulletins', /已发布的通报/], [bulletin, /第 \d+ 号|编号[\s\S]*上半年/], ['/open/claims', /打造老年助餐场所26个[\s\S]*26 个[\s\S]*一致/],
    [`/open/check?code=${encodeURIComponent(code)}`, /信访事项办理进度[\s\S]*登记日期/],
  ];
  const hidden = /持票人\d|样例·信访人|41\d{13}[\dX]/;
  const first = new Map();
  for (const [path, words] of pages) {
    const answer = await resident.goto(site.url + path);
    assert.equal(answer.status(), 200, path);
    const said = await resident.locator('main').innerText();
    assert.match(said, words, path);
    assert.doesNotMatch(said, hidden, path);
    await looked(resident, `open${path.split('?')[0].replace(/\W+/g, '_')}`, 390);
    assert.equal(await resident.locator('.about').count(), 1, `${path} explains itself`);
    const links = new Set(await resident.locator('main a[href^="/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href'))));
    for (const [at, to] of [...links].entries()) {
      const shown = await fetch(site.url + to, { redirect: 'manual', headers: { 'x-forwarded-for': `198.51.100.${at % 250}` } });
      assert.equal(shown.status, 200, `${path} leads anybody to ${to}`);
    }
    for (const width of [1366, 1440]) {
      await resident.setViewportSize({ width, height: 900 });
      await fits(resident, `open${path.split('?')[0].replace(/\W+/g, '_')}`, width);
    }
    await resident.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await context.cookies(), [], `${path} sets nothing`);
    first.set(path, await fetch(site.url + path).then((again) => again.text().then((text) => [again.headers.get('cache-status'), text])));
  }
  const byCode = (path) => path.startsWith('/open/check');
  for (const [path] of pages) {
    const [hit, text] = await fetch(site.url + path).then((again) => again.text().then((body) => [again.headers.get('cache-status'), body]));
    assert.equal(hit, byCode(path) ? null : 'taizhang; hit', `${path} is kept, and what a code leads to is not`);
    assert.equal(text, first.get(path)[1], path);
  }
  const { told } = await officer('GET', '/registers/flat/records?limit=1');
  await made('POST', `/records/${told.items[0].id}/notes`, { reason: '样例·看看缓存' });
  const moved = await fetch(`${site.url}/open/flat/offer`);
  assert.equal(moved.headers.get('cache-status'), null, 'an entry was written: the page is made anew');

  for (const [at, [path]] of pages.entries()) {
    const asked = { headers: { 'x-forwarded-for': `203.0.113.${at + 1}`, accept: 'text/html' } };
    let late;
    for (let times = 0; times < 400 && !late; times += 1) {
      const answer = await fetch(site.url + path, asked);
      if (answer.status === 429) late = answer;
      else await answer.arrayBuffer();
    }
    assert.ok(late, `${path} may not be asked for without end`);
    assert.equal(late.headers.get('retry-after'), '5');
    assert.match(await late.text(), /太频繁|稍后|请等/);
    const other = await fetch(site.url + path, { headers: { 'x-forwarded-for': `203.0.113.${at + 100}` } });
    assert.equal(other.status, 200, 'somebody else still may');
  }
  await context.close();
});

// Two pictures of one colour each, as small as they come.
const picture = (name, text) => ({ name, mimeType: 'image/png', buffer: Buffer.from(text, 'base64') });
const head = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nG';
const plan = picture('户型图.png', `${head}M4YWMEAAMGATee3lx2AAAAAElFTkSuQmCC`);
const photo = picture('客厅.png', `${head}OwqQgAAAH4AQUltD97AAAAAElFTkSuQmCC`);

test('S11: pictures of a flat are brought by the form on a phone without scripts, and anybody sees them', async () => {
  const { told } = await officer('GET', '/registers/flat/records?limit=1&filter=stage:eq:listed');
  const flat = told.items[0].id;
  const context = await site.browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  const phone = await context.newPage();
  await phone.goto(`${site.url}/login`);
  await phone.fill('input[name=user]', 'zhangce.city');
  await phone.fill('input[name=password]', site.passwords.get('zhangce.city'));
  await phone.click('form button');
  await phone.goto(`${site.url}/records/${flat}/edit`);
  await phone.setInputFiles('input[name="file.plan"]:not([capture])', plan);
  assert.ok(await phone.locator('input[name="file.photo"][capture=environment]').isVisible(), 'a phone takes a picture');
  await phone.setInputFiles('input[name="file.photo"][capture]', photo);
  await phone.click('button[value=save]');
  assert.equal(await phone.locator('.held img').count(), 2);
  const resident = await site.browser.newPage();
  await resident.goto(`${site.url}/open/flat/offer/${flat}`);
  const loaded = await resident.locator('figure.offer img').evaluateAll((all) => all.map((each) => each.complete && each.naturalWidth));
  assert.deepEqual(loaded, [1, 1], 'both pictures are shown');
});

test('S7: a courtyard shows what it was before and what it became, side by side', async () => {
  const page = await signedIn(site, 'zhangce.rural');
  const keeper = await program('zhangce.rural');
  const { told } = await keeper('GET', '/registers/courtyard/records?limit=1');
  await page.goto(`${site.url}/records/${told.items[0].id}/edit`);
  await page.setInputFiles('input[name="file.before"]:not([capture])', plan);
  await page.setInputFiles('input[name="file.after"]:not([capture])', photo);
  await page.click('button[value=save]');
  await page.waitForURL(/\/records\/\d+(?:[?#].*)?$/);
  const [before, then] = await page.locator('.held img').all();
  const [left, right] = [await before.boundingBox(), await then.boundingBox()];
  assert.ok(left.x < right.x && Math.abs(left.y - right.y) < 2, 'beside one another');
  assert.deepEqual(page.foreign, []);
});

test('S11: the officer admits a developer, lists and locks a flat; what the clauses forbid is refused', async () => {
  const town = '410402100';
  const developer = await made('POST', '/registers/developer/records', {
    occurred_on: '2024-08-01', set: { name: '样例·走查房企', town, applied_on: '2024-08-01' },
  });
  const estate = await made('POST', '/registers/estate/records', {
    occurred_on: '2024-08-01',
    set: { name: '样例·走查楼盘', town, firm: String(developer), listed_on: '2024-08-01' },
  });
  await moved(developer, move('review', { credit: '无不良记录' }, '2024-08-05'));
  const admit = move('admit', { committed_on: '2024-08-06', agreement: '样例协议' }, '2024-08-12');
  await refused('POST', `/records/${developer}/moves/admit`, admit.body, /第八条/);
  await moved(estate, move('plan', { plan: '样例' }, '2024-08-08'));
  await moved(estate, move('resolve', { resolved_on: '2024-08-09' }, '2024-08-09'));
  await moved(developer, admit);

  const project = await made('POST', '/registers/housing_project/records', {
    occurred_on: '2024-08-13',
    set: { name: '样例·走查项目', developer: String(developer), town, filed_on: '2024-08-13', presale: '样例', escrow: '样例监管' },
  });
  await moved(project, move('list', {}, '2024-08-13'));
  const set = { number: '样例-走查-1', project: String(project), estate: '样例·走查项目', town, listed_on: '2024-08-14', filed_price: '500000' };
  const listing = (price) => ({ occurred_on: '2024-08-14', set: { ...set, price } });
  await refused('POST', '/registers/flat/records', listing('510000'), /第十一条/);
  const flat = await made('POST', '/registers/flat/records', listing('480000'));
  const offers = `${site.url}/open/flat/offer?q=${encodeURIComponent('样例·走查项目')}`;
  assert.match(await (await fetch(offers)).text(), /上架/);

  const lock = move('lock', { lock_no: '样例意向-甲', lock_price: '480000' });
  await moved(flat, lock);
  assert.match(await (await fetch(offers)).text(), /锁定/, 'the public page follows at once');
  await refused('POST', `/records/${flat}/moves/lock`, lock.body, /样例意向-甲/);
  const file = move('file', { sold_on: '2024-08-21', contract_price: '490000', payee: '样例监管' }, '2024-08-21');
  await refused('POST', `/records/${flat}/moves/file`, file.body, /锁定价/);
  file.body.set = { ...file.body.set, contract_price: '480000', payee: '别的账户' };
  await refused('POST', `/records/${flat}/moves/file`, file.body, /第十五条/);
  await refused('POST', `/records/${flat}/moves/lapse`, move('lapse', {}).body, /./);
  await moved(flat, move('unlock', {}, '2024-08-21'));

  const second = await made('POST', '/registers/estate/records', {
    occurred_on: '2024-08-22',
    set: { name: '样例·走查楼盘二', town, firm: String(developer), listed_on: '2024-08-22' },
  });
  assert.ok(second);
  await refused('POST', `/records/${flat}/moves/lock`, move('lock', { lock_no: '乙', lock_price: '480000' }, '2024-08-22').body, /第八条/);
  await moved(developer, move('suspend', { why: '样例' }, '2024-08-23'));
  await refused('POST', `/records/${flat}/moves/lock`, move('lock', { lock_no: '乙', lock_price: '480000' }, '2024-08-24').body, /第十条/);
});
