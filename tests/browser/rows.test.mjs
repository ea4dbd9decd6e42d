// Each part of the year, walked through by the person whose work it is: from the blank form to the closed
// case with its evidence, until the figure in the half-year bulletin has moved by exactly that; then a leader
// sees it, an auditor opens it down to the paper, and a program does the same through the API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rows } from './rows.mjs';
import { signedIn, start } from './site.mjs';

const bulletin = '/bulletins/half-year?as_of=2024-06-30';
let site;
let leader;
let auditor;
let firm;
let count = 0;

before(async () => {
  site = await start();
  leader = { page: await signedIn(site, 'lingdao'), api: await api('lingdao') };
  auditor = await signedIn(site, 'shenji');
  const firms = await leader.api('GET', '/registers/enterprise/records?limit=1');
  firm = firms.items[0].fields.credit_code;
});
after(async () => site?.stop());

for (const walk of rows) {
  test(`${walk.row}: ${walk.register} from the blank form to ${walk.account}`, async () => {
    const before = await figure(walk);
    const printed = await inBulletin(walk);
    const { page, record } = await byHand(walk);
    assert.equal(await figure(walk), before + walk.by, 'the figure moved by exactly this');
    assert.notEqual(await inBulletin(walk), printed, 'the bulletin says another number');
    assert.deepEqual(page.foreign, []);
    await page.context().close();

    await opened(walk, record);
    await byProgram(walk);
    assert.equal(await figure(walk), before + 2 * walk.by, 'the API moves it by as much');
  });
}

// A client of the API, signed in as somebody.
async function api(user) {
  const sign = await fetch(`${site.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password: site.passwords.get(user) }),
  });
  const { token } = await sign.json();
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    if (body) headers['idempotency-key'] = `walk-${(count += 1)}-${path}`;
    const answer = await fetch(`${site.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const told = await answer.json();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${JSON.stringify(told)}`);
    return told;
  };
}

// The figure of the half-year, in the base unit; nothing reported counts as nothing.
async function figure(walk) {
  const { kind } = await leader.api('GET', `/figures/${walk.account}?as_of=2024-06-30`);
  const span = kind === 'flow' ? 'from=2024-01-01&to=2024-06-30' : 'as_of=2024-06-30';
  const { value } = await leader.api('GET', `/figures/${walk.account}?${span}`);
  return Number(value ?? 0);
}

async function inBulletin(walk) {
  await leader.page.goto(site.url + bulletin);
  const number = leader.page.locator(`a[href*="/figures/${walk.account}?"]`).first();
  return (await number.count()) ? (await number.textContent()).trim() : '';
}

// What a walk types, with the places filled that no other walk may share.
function typed(fields) {
  return Object.fromEntries(
    Object.entries(fields).map(([id, text]) => [id, text.replace('$firm', firm).replace('$n', String(900 + count))]),
  );
}

async function byHand(walk) {
  count += 1;
  const page = await signedIn(site, walk.user);
  await page.goto(`${site.url}/registers/${walk.register}/new`);
  await fill(page, typed(walk.open), '2024-06-20');
  await page.setInputFiles('input[type=file]', {
    name: '样例佐证.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(`样例佐证 ${walk.row}`),
  });
  await save(page);
  const record = /\/records\/(\d+)/.exec(page.url())[1];
  for (const [move, fields, on] of walk.moves ?? []) {
    await page.goto(`${site.url}/records/${record}`);
    await page.locator(`a[href*="/records/${record}/move?move=${move}"]`).first().click();
    await fill(page, typed(fields), on);
    await save(page);
  }
  if (walk.edit) {
    const [fields, on] = walk.edit;
    await page.goto(`${site.url}/records/${record}/edit`);
    await fill(page, typed(fields), on);
    await save(page);
  }
  return { page, record };
}

async function fill(page, fields, on) {
  for (const [id, text] of Object.entries(fields)) {
    const control = page.locator(`[name="f.${id}"]`).first();
    const choice = await control.evaluate((node) => node.tagName === 'SELECT');
    await (choice ? control.selectOption(text) : control.fill(text));
  }
  await page.fill('input[name=occurred_on]', on);
}

async function save(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.locator('button[name=do][value=save]').click(),
  ]);
  const refused = answer.status() < 400 ? '' : await page.locator('main').innerText();
  assert.equal(refused, '');
  await page.waitForURL(/\/records\/\d+(?:[?#].*)?$/);
}

// From the figure to the record and the paper that was attached to it.
async function opened(walk, record) {
  const { kind } = await leader.api('GET', `/figures/${walk.account}?as_of=2024-06-30`);
  const span = kind === 'flow' ? 'from=2024-01-01&to=2024-06-30' : 'as_of=2024-06-30';
  const found = [];
  let next = '';
  do {
    const cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
    const opened = await leader.api('GET', `/figures/${walk.account}/records?${span}${cursor}`);
    found.push(...opened.items);
    next = opened.next;
  } while (next);
  const mine = found.find((item) => String(item.id) === record);
  assert.equal(Number(mine?.amount), walk.by, 'the record stands under the figure with its amount');
  await auditor.goto(`${site.url}/records/${record}`);
  const paper = auditor.locator('a[href*="/evidence/"]').first();
  const file = await auditor.request.get(new URL(await paper.getAttribute('href'), site.url).href);
  assert.equal(file.status(), 200);
  assert.equal(await file.text(), `样例佐证 ${walk.row}`);
}

async function byProgram(walk) {
  count += 1;
  const call = await api(walk.user);
  const set = typed({ ...walk.open, ...walk.api });
  const { id } = await call('POST', `/registers/${walk.register}/records`, { occurred_on: '2024-06-20', set });
  for (const [move, fields, occurred_on, exact] of walk.moves ?? []) {
    await call('POST', `/records/${id}/moves/${move}`, { occurred_on, set: typed({ ...fields, ...exact }) });
  }
  if (walk.edit) {
    const [fields, occurred_on] = walk.edit;
    await call('PATCH', `/records/${id}`, { occurred_on, set: typed(fields) });
  }
}
