// The housing market: a resident looks for a flat and checks a voucher without signing in; the officer admits a
// developer, lists a flat, locks it, and is refused, each time with the clause, what the rules do not allow.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signedIn, start } from './site.mjs';

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
