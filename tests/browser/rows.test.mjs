// Each part of the year, walked through by the person whose work it is. The same six things of every part: its person
// signs in; does the day's work from the blank form or the workbook, with its paper, until the case rests; the number in
// the half-year's bulletin has moved by exactly that; a leader goes from the bulletin over the figure to the record; an
// auditor opens it down to the paper; and a program does the same through the API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { more, rows } from './rows.mjs';
import { client, done, signedIn, start } from './site.mjs';
import { workbook } from './workbook.mjs';

const bulletin = '/bulletins/half-year?as_of=2024-06-30';
let site;
let leader;
let auditor;
let firm;
let count = 0;
const people = new Map();

before(async () => {
  site = await start();
  leader = { page: await signedIn(site, 'lingdao'), api: await api('lingdao') };
  auditor = await signedIn(site, 'shenji');
  const firms = await leader.api('GET', '/registers/enterprise/records?limit=1');
  firm = firms.items[0].fields.credit_code;
});
after(async () => site?.stop());

test('every part of the year is walked', () => {
  const parts = new Set(rows.map((walk) => walk.row));
  assert.deepEqual([...parts], Array.from({ length: 20 }, (_, at) => `S${at + 1}`));
});

for (const walk of [...rows, ...more]) {
  const from = walk.workbook ? 'the workbook' : 'the blank form';
  test(`${walk.row}: ${walk.what ?? walk.register} from ${from} to ${walk.account}`, () => walked(walk));
}

async function walked(walk) {
  const begun = await figure(walk);
  const earlier = await figure(walk, '2024-06-19');
  const printed = await inBulletins(walk);
  const record = await (walk.workbook ? byWorkbook(walk) : byHand(walk));
  await rests(walk, record);
  assert.equal(await figure(walk), begun + walk.by, 'the figure moved by exactly this');
  assert.equal(await figure(walk, '2024-06-19'), earlier, 'and not on the days before');
  const now = await inBulletins(walk);
  const moved = Object.keys(printed).map((bulletin) => [bulletin, round(now[bulletin] - printed[bulletin])]);
  assert.ok('half-year' in printed, 'the half-year says it');
  assert.deepEqual(moved, moved.map(([bulletin]) => [bulletin, walk.printed ?? walk.by]), `${JSON.stringify(printed)} ${JSON.stringify(now)}`);

  const address = await openedByLeader(walk, record);
  await openedByAuditor(walk, record, address);
  await rests(walk, await byProgram(walk));
  assert.equal(await figure(walk), begun + 2 * walk.by, 'the API moves it by as much');
}

test('S19: a firm that comes to qualify is on the list of candidates, is promised its money, and is paid', async () => {
  const page = await signedIn(site, 'zhangce.innovation');
  const list = `${site.url}/cards/policy.rd-subsidy`;
  await page.goto(list);
  const qualified = async () => Number(/(\d+) 条中 (\d+) 条?够条件/.exec(await page.locator('main').innerText())[2]);
  const before = await qualified();
  const lacking = page.locator('table.ledger tr', { hasText: '差 1 项' }).filter({ hasText: '规上（限上）企业' }).first().locator('a').first();
  const [name, address] = [await lacking.innerText(), await lacking.getAttribute('href')];
  await page.goto(`${site.url}/records/${/record=(\d+)/.exec(address)[1]}/edit`);
  await fill(page, { above_scale: '是' }, '2024-06-20');
  await save(page);
  await page.goto(list);
  assert.equal(await qualified(), before + 1, `${name} qualifies`);
  assert.match(await page.locator('table.ledger tr', { hasText: name }).first().innerText(), /符合/);
  await page.context().close();
  await walked({
    row: 'S19', user: 'zhangce.investment', register: 'policy_payment', account: 'policy.paid', by: 80000, printed: 8,
    open: { number: '样例-HX9$n', clause: '样例·研发费用奖补', firm: name, unit: 'XH-12', promised_on: '2024-06-21', promised: '8万元' },
    api: { promised: '80000' },
    moves: [['pay', { paid_on: '2024-06-27', paid: '8万元' }, '2024-06-27', { exact: { paid: '80000' } }]],
    ends: 'paid',
  });
});

test('S17: what is long past its limit is drafted as a notice, issued by the supervision office, and closed', async () => {
  const walk = {
    row: 'S17', user: 'zhangce.safety', register: 'hazard',
    open: { number: '样例-YH-$n', matter: '样例·疏散门上锁', town: '410402100', field: '消防', grade: '一般', source: '检查', found_on: '2024-06-20', deadline: '2024-06-24' },
    moves: [['assign', { measures: '样例·拆除门锁' }, '2024-06-21']],
  };
  const record = await byHand(walk);
  const reminders = async () => (await leader.api('GET', `/registers/reminder/records?filter=record:eq:${record}&limit=50`)).items;
  const stages = async () => Object.fromEntries((await reminders()).map((item) => [item.fields.rung, item.stage]));
  assert.deepEqual(await stages(), {}, 'nobody was reminded yet');
  site.run('round');
  const told = await stages();
  assert.deepEqual(told, { notify: 'drafted' }, 'so late, the last step stands for those before it, and is only prepared');
  const waiting = Number((await leader.api('GET', '/figures/reminder.drafted')).value);
  const card = (await reminders()).find((item) => item.fields.rung === 'notify').id;
  const office = await signedIn(site, 'ducha');
  await office.goto(`${site.url}/records/${card}`);
  await office.locator(`a[href*="/records/${card}/move?move=issue"]`).first().click();
  await save(office);
  assert.deepEqual(await stages(), { notify: 'issued' });
  assert.equal(Number((await leader.api('GET', '/figures/reminder.drafted')).value), waiting - 1);
  site.run('round');
  assert.deepEqual(await stages(), { notify: 'issued' }, 'nothing is reminded of twice');
  await office.context().close();
  const page = await signedIn(site, walk.user);
  for (const [move, fields, on] of [['report', {}, '2024-06-28'], ['close', { closed_on: '2024-06-29' }, '2024-06-29']]) {
    await page.goto(`${site.url}/records/${record}`);
    await page.locator(`a[href*="/records/${record}/move?move=${move}"]`).first().click();
    await fill(page, fields, on);
    await save(page);
  }
  await page.context().close();
  await rests({ ends: 'closed' }, record);
  await auditor.goto(`${site.url}/records/${record}`);
  const paper = await auditor.locator('a[href*="/evidence/"]').first().getAttribute('href');
  assert.equal(await (await auditor.request.get(new URL(paper, site.url).href)).text(), '样例佐证 S17');
  await noticedByProgram(walk);
});

// A program does the same: another hazard is as late, its notice is prepared by the round, issued, and the hazard closed.
async function noticedByProgram(walk) {
  const record = await byProgram(walk);
  const about = async () => (await leader.api('GET', `/registers/reminder/records?filter=record:eq:${record}&limit=50`)).items;
  site.run('round');
  const [notice, ...others] = await about();
  assert.deepEqual([notice.fields.rung, notice.stage, others], ['notify', 'drafted', []]);
  const waiting = Number((await leader.api('GET', '/figures/reminder.drafted')).value);
  const { markdown } = await leader.api('GET', `/records/${record}/papers/hazard-card`);
  assert.ok(markdown.includes(typed(walk.open).number), 'its card is drafted too');
  const clerk = await api(walk.user);
  const refused = await people.get(walk.user)('POST', `/records/${notice.id}/moves/issue`, {});
  assert.ok(refused.status === 422 || refused.status === 404, 'only the supervision office issues it');
  await (await api('ducha'))('POST', `/records/${notice.id}/moves/issue`, {});
  assert.equal((await about())[0].stage, 'issued');
  assert.equal(Number((await leader.api('GET', '/figures/reminder.drafted')).value), waiting - 1);
  await clerk('POST', `/records/${record}/moves/report`, { occurred_on: '2024-06-28' });
  await clerk('POST', `/records/${record}/moves/close`, { occurred_on: '2024-06-29', set: { closed_on: '2024-06-29' } });
  await rests({ ends: 'closed' }, record);
}

// A client of the API, signed in as somebody once, whose calls must be taken.
async function api(user) {
  if (!people.has(user)) people.set(user, await client(site, user));
  return (method, path, body) => done(people.get(user), method, path, body);
}

// The figure of the half-year up to a day, in the base unit; nothing reported counts as nothing.
async function figure(walk, day = '2024-06-30') {
  const { value } = await leader.api('GET', `/figures/${walk.account}?${await span(walk, day)}`);
  return Number(value ?? 0);
}

const kinds = new Map();
async function span(walk, day) {
  if (!kinds.has(walk.account)) kinds.set(walk.account, (await leader.api('GET', `/figures/${walk.account}?as_of=${day}`)).kind);
  return kinds.get(walk.account) === 'flow' ? `from=2024-01-01&to=${day}` : `as_of=${day}`;
}

// The leader reads the bulletins of the half-year, of June and of the year: what each prints of this, as a number; what is
// not reported is none, and a bulletin that does not speak of it is left out.
async function inBulletins(walk) {
  const said = {};
  for (const [bulletin, day] of [['half-year', '2024-06-30'], ['month', '2024-06-30'], ['year', '2024-12-31']]) {
    await leader.page.goto(`${site.url}/bulletins/${bulletin}?as_of=${day}`);
    const number = leader.page.locator(`a[href*="/figures/${walk.account}?"]`).first();
    // What a later day undoes is no more in the year.
    if ((await number.count()) === 0 || (bulletin === 'year' && walk.undone)) continue;
    said[bulletin] = Number((await number.innerText()).replaceAll(',', '').trim()) || 0;
  }
  return said;
}

const round = (number) => Math.round(number * 1e6) / 1e6;

// What a walk types, with the places filled that no other walk may share.
function typed(fields) {
  const fill = (text) => text.replace('$firm', firm).replace('$month', String((count % 6) + 1)).replace('$n', String(900 + count));
  return Object.fromEntries(Object.entries(fields).map(([id, text]) => [id, fill(text)]));
}

async function byHand(walk) {
  count += 1;
  const pages = new Map([[walk.user, await signedIn(site, walk.user)]]);
  const page = pages.get(walk.user);
  await page.goto(`${site.url}/registers/${walk.register}/new`);
  await fill(page, typed(walk.open), '2024-06-20');
  await attach(page, walk);
  await save(page);
  const record = /\/records\/(\d+)/.exec(page.url())[1];
  if (walk.edit) {
    const [fields, on] = walk.edit;
    await page.goto(`${site.url}/records/${record}/edit`);
    await fill(page, typed(fields), on);
    await save(page);
  }
  for (const [move, fields, on, { by = walk.user, paper } = {}] of walk.moves ?? []) {
    if (!pages.has(by)) pages.set(by, await signedIn(site, by));
    const hand = pages.get(by);
    await hand.goto(`${site.url}/records/${record}`);
    await hand.locator(`a[href*="/records/${record}/move?move=${move}"]`).first().click();
    await fill(hand, typed(fields), on);
    if (paper) await attach(hand, walk);
    await save(hand);
  }
  for (const hand of pages.values()) {
    assert.deepEqual(hand.foreign, []);
    await hand.context().close();
  }
  return record;
}

// The same work, brought as one workbook: looked at, taken in, and the rest of the moves made on the record.
async function byWorkbook(walk) {
  count += 1;
  const page = await signedIn(site, walk.user);
  const sheets = walk.workbook.map(([name, lines]) => [name, lines.map((line) => Object.values(typed(line)))]);
  await page.goto(`${site.url}/imports?register=${walk.into}`);
  await page.setInputFiles('input[type=file]', {
    name: `样例佐证 ${walk.row}.xlsx`,
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: workbook(sheets),
  });
  await page.fill('input[name=occurred_on]', '2024-06-28');
  await page.click('button[value=check]');
  await page.click('button[value=write]');
  await page.locator('button[value=undo]').waitFor();
  const { items } = await leader.api('GET', `/registers/${walk.register}/records?limit=200`);
  const record = String(Math.max(...items.map((item) => Number(item.id))));
  for (const [move, fields, on] of walk.moves) {
    await page.goto(`${site.url}/records/${record}`);
    await page.locator(`a[href*="/records/${record}/move?move=${move}"]`).first().click();
    await fill(page, typed(fields), on);
    await save(page);
  }
  assert.deepEqual(page.foreign, []);
  await page.context().close();
  return record;
}

async function attach(page, walk) {
  await page.setInputFiles('input[type=file]', {
    name: '样例佐证.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(`样例佐证 ${walk.row}`),
  });
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

// The case is where it is to come to rest.
async function rests(walk, record) {
  const { stage } = await leader.api('GET', `/records/${record}`);
  assert.equal(stage ?? undefined, walk.ends);
}

// From the number in the bulletin that was read to the figure, and on its pages to the record; then what else shows it.
async function openedByLeader(walk, record) {
  const { page } = leader;
  await page.goto(site.url + bulletin);
  await page.locator(`a[href*="/figures/${walk.account}?"]`).first().click();
  const mine = page.locator(`table.ledger a[href="/records/${record}"]`);
  while ((await mine.count()) === 0) await page.locator('nav.pages a').last().click();
  const address = page.url();
  await Promise.all([page.waitForURL(`**/records/${record}`), mine.first().click()]);
  if (walk.sees) await seen(walk, record);
  return address;
}

async function seen(walk, record) {
  const { page } = leader;
  const told = await leader.api('GET', `/records/${record}`);
  const link = told.fields[walk.sees.above];
  const above = link?.id ?? /\d+/.exec(String(link ?? ''))?.[0];
  await page.goto(site.url + walk.sees.path.replace('$own', record).replace('$above', above));
  const text = await page.locator('main').innerText();
  assert.ok(text.includes(walk.sees.text), `${page.url()} shows ${walk.sees.text}`);
}

// From the figure over the record to the paper: the file that was attached, or the row of the workbook that it came from.
async function openedByAuditor(walk, record, address) {
  await auditor.goto(address);
  await auditor.locator(`table.ledger a[href="/records/${record}"]`).first().click();
  if (walk.workbook) {
    assert.match(await auditor.locator('main').innerText(), new RegExp(`导入自“${walk.workbook.at(-1)[0]}”第 \\d+ 行`));
    return;
  }
  const paper = auditor.locator('a[href*="/evidence/"]').first();
  const file = await auditor.request.get(new URL(await paper.getAttribute('href'), site.url).href);
  assert.equal(file.status(), 200);
  assert.equal(await file.text(), `样例佐证 ${walk.row}`);
}

// A paper that a program brings first and names then.
async function brought(user, text) {
  const sign = await fetch(`${site.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password: site.passwords.get(user) }),
  });
  const { token } = await sign.json();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
  const name = encodeURIComponent('样例佐证.txt');
  const answer = await fetch(`${site.url}/api/v1/evidence?name=${name}`, { method: 'POST', headers, body: text });
  const told = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(told));
  return told.hash;
}

async function byProgram(walk) {
  count += 1;
  const call = await api(walk.user);
  const occurred_on = walk.open.listed_on ?? '2024-06-20';
  const set = typed({ ...walk.open, ...walk.api });
  const { id } = await call('POST', `/registers/${walk.register}/records`, { occurred_on, set });
  if (walk.edit) {
    const [fields, on] = walk.edit;
    await call('PATCH', `/records/${id}`, { occurred_on: on, set: typed(fields) });
  }
  for (const [move, fields, on, { by = walk.user, exact = {}, paper } = {}] of walk.moves ?? []) {
    const hand = await api(by);
    const evidence = paper ? [await brought(by, `样例佐证 ${walk.row}`)] : [];
    await hand('POST', `/records/${id}/moves/${move}`, { occurred_on: on, set: typed({ ...fields, ...exact }), evidence });
  }
  return String(id);
}
