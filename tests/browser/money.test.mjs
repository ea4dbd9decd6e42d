// Money, as its clerks, its residents and its auditor meet it: a lost voucher, listings brought by a workbook, a lock that
// runs out, a month that is closed, the trial balance of then, what a village gave, prizes announced and received.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { client, done, looked, root, signedIn, start } from './site.mjs';
import { workbook } from './workbook.mjs';

const program = process.env.TAIZHANG_TEST_BIN ?? join(root, 'target/debug/taizhang');
const town = '410402100';

let site;
before(async () => {
  site = await start();
});
after(async () => site?.stop());

const say = (text) => encodeURIComponent(text);

// Seen by somebody on a desk and on a phone.
async function seen(user, path, name, words) {
  for (const width of [1440, 390]) {
    const page = await signedIn(site, user, width);
    await page.goto(site.url + path);
    assert.match(await page.textContent('main'), words, path);
    await looked(page, `money-${name}`, width);
    assert.deepEqual(page.foreign, []);
    await page.context().close();
  }
}

async function text(path) {
  return (await (await fetch(site.url + path)).text()).replace(/\s+/g, ' ');
}

const open = (desk, register, on, set) => done(desk, 'POST', `/registers/${register}/records`, { occurred_on: on, set });
const move = (desk, record, name, on, set = {}) => done(desk, 'POST', `/records/${record}/moves/${name}`, { occurred_on: on, set });

test('S11: a lost voucher is void before its face goes to a new one, and whoever scans either sees so', async () => {
  const desk = await client(site, 'zhangce.city');
  const set = { number: '样例-挂失-1', town, levy: '样例·征收项目', holder: '样例·走查持票人', principal: '100000', issued_on: '2024-08-01' };
  const lost = await open(desk, 'voucher', '2024-08-01', set);
  const moved = { number: '样例-补发-1', voucher: String(lost.id), target: '样例-挂失-2', kind: '挂失补发', amount: '105000', moved_on: '2024-08-12', paper: '样例公告' };
  const early = await desk('POST', '/registers/voucher_move/records', { occurred_on: '2024-08-12', set: moved });
  assert.equal(early.status, 422);
  assert.match(early.told.detail, /没有挂失/);

  // The loss is written down on the page, by hand.
  const page = await signedIn(site, 'zhangce.city');
  await page.goto(`${site.url}/records/${lost.id}/move?move=lose`);
  await page.fill('[name="occurred_on"]', '2024-08-10');
  await page.fill('[name="f.note"]', '样例·登报声明');
  await page.click('button[value=save]');
  await page.waitForURL(/\/records\/\d+(?:[?#].*)?$/);
  assert.match(await page.textContent('main'), /挂失作废/);

  await open(desk, 'voucher_move', '2024-08-12', moved);
  const anew = { number: '样例-挂失-2', town, source: '挂失补发', issued_on: '2024-08-12', version: 'sample', since: '2024-08-01', holder: '样例·走查持票人' };
  const wrong = await desk('POST', '/registers/voucher/records', { occurred_on: '2024-08-12', set: { ...anew, valid_until: '2030-08-01' } });
  assert.match(wrong.told.detail, /没有面值转入/, 'a longer life than came is refused');
  const { told: given } = await desk('GET', `/registers/voucher_move/records?filter=${say('number:eq:样例-补发-1')}`);
  const until = given.items[0].fields.until_after;
  const second = await open(desk, 'voucher', '2024-08-12', { ...anew, valid_until: until });

  await seen('zhangce.city', `/records/${second.id}`, 'reissued', /挂失补发[\s\S]*105,000/);
  for (const [record, words] of [[lost.id, /挂失作废[\s\S]*可用\s*0/], [second.id, /已核发[\s\S]*可用\s*10\.5|可用[\s\S]*105,000/]]) {
    await page.goto(`${site.url}/records/${record}/certificate`);
    const address = (await page.textContent('.address')).trim();
    assert.equal(await page.getAttribute('svg.qr', 'aria-label'), address, 'the square code and the line below it say the same');
    const resident = await site.browser.newPage();
    await resident.goto(address);
    const shown = await resident.textContent('main');
    assert.match(shown, words);
    assert.match(shown, /样\*/, 'the holder is masked');
    assert.doesNotMatch(shown, /走查持票人/);
    await resident.close();
  }
});

test('S11: listings come by a workbook, a row above its filed price is named, and residents see the rest at once', async () => {
  const desk = await client(site, 'zhangce.city');
  const page = await signedIn(site, 'zhangce.city');
  const head = ['房源编号', '入库项目', '楼盘名称', '所在镇街', '楼栋房号', '备案总价（元）', '房票总价（元）', '上架日期', '环节'];
  const row = (no, price) => [`样例-导入-${no}`, '样例·新居0', '样例·走查新居', town, `9号楼${no}`, '500000', price, '2024-08-20', '上架'];
  const brought = async (rows) => {
    await page.goto(`${site.url}/imports?register=flat`);
    await page.setInputFiles('input[type=file]', {
      name: '走查房源.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: workbook([['房源', [head, ...rows]]]),
    });
    await Promise.all([page.waitForURL(/\/imports\/\d+/), page.locator('form.writing button[type=submit]').first().click()]);
    for (let tries = 0; tries < 80; tries += 1) {
      const said = await page.textContent('main');
      if ((await page.locator('button[value=write]').count()) || /第十一条/.test(said)) return said;
      await page.waitForTimeout(250);
      await page.reload();
    }
    throw new Error(await page.textContent('main'));
  };
  const said = await brought([row(1, '480000'), row(2, '510000')]);
  assert.match(said, /第十一条/, 'the clause that the second row breaks');
  await looked(page, 'money-import', 1440);
  await brought([row(1, '480000'), row(3, '470000')]);
  await page.locator('button[value=write]').click();
  const offers = `/open/flat/offer?q=${say('样例·走查新居')}`;
  for (let tries = 0; tries < 60 && !/9号楼3/.test(await text(offers)); tries += 1) await page.waitForTimeout(250);
  const shown = await text(offers);
  assert.match(shown, /9号楼1/);
  assert.match(shown, /9号楼3/);
  assert.doesNotMatch(shown, /9号楼2/, 'what was refused is not offered');

  // One of them is locked in June 2024 and never filed: the round of today gives it back.
  const { told } = await desk('GET', `/registers/flat/records?filter=${say('number:eq:样例-导入-1')}`);
  const flat = told.items[0].id;
  await move(desk, flat, 'lock', '2024-08-21', { lock_no: '样例意向-走查', lock_price: '480000' });
  assert.match(await text(`/open/flat/offer/${flat}`), /锁定/);
  const book = `sqlite:${join(site.folder, 'demo/book.db')}`;
  const round = JSON.parse(execFileSync(program, ['round', '--book', book, '--json'], { encoding: 'utf8' }).trim().split('\n').pop());
  assert.ok(round.timeouts >= 1, JSON.stringify(round));
  const free = await text(`/open/flat/offer/${flat}`);
  assert.match(free, /上架/, 'it can be had again');
  assert.doesNotMatch(free, /样例意向-走查/);
  await seen('zhangce.city', `/records/${flat}`, 'lapsed', /锁定到期|上架/);
});

test('S11: the trial balance and an account line by line, as of a day and as known at an entry', async () => {
  const desk = await client(site, 'zhangce.city');
  const { told: earlier } = await desk('GET', '/trial?as_of=2024-06-30');
  const set = { number: '样例-试算-1', town, levy: '样例·征收项目', principal: '200000', issued_on: '2024-05-10' };
  await open(desk, 'voucher', '2024-05-10', set);
  const page = await signedIn(site, 'zhangce.city');
  await page.goto(`${site.url}/figures`);
  await page.click('a[href^="/ledger"]');
  const closing = async (query) => {
    await page.goto(`${site.url}/ledger?${query}`);
    const row = page.locator('tbody tr', { hasText: '2101 ' }).first();
    return Number((await row.locator('td.num').last().textContent()).replaceAll(',', ''));
  };
  const known = earlier.known_at;
  const now = await closing('as_of=2024-06-30');
  const then = await closing(`as_of=2024-06-30&known_at=${known}`);
  assert.equal(Math.round((then - now) * 100), 21000000, 'a voucher of 210,000 was issued in May and written down today');
  assert.equal(await closing('as_of=2024-05-09'), await closing(`as_of=2024-05-09&known_at=${known}`), 'before its day nothing is another');
  assert.match(await page.textContent('tfoot'), /两边相等/);
  await page.goto(`${site.url}/ledger/voucher.available?as_of=2024-06-30`);
  assert.match(await page.textContent('main'), /样例-试算-1/);
  await page.fill('input[name=holder]', '样例-试算-1');
  await page.click('form.filters button[type=submit]');
  const lines = await page.locator('tbody tr').allTextContents();
  assert.equal(lines.length, 3, 'one line of one voucher between its opening and closing balance');
  assert.match(lines[1], /2024-05-10[\s\S]*210,000\.00[\s\S]*-210,000\.00/);
  await page.goto(`${site.url}/ledger/voucher.available?as_of=2024-06-30&known_at=${known}`);
  assert.doesNotMatch(await page.textContent('main'), /样例-试算-1/);
  await seen('shenji', '/ledger?from=2024-01-01&to=2024-06-30', 'trial', /2101[\s\S]*两边相等/);
  await seen('shenji', '/ledger/voucher.available?as_of=2024-06-30', 'running', /期末余额|转下页/);
});

test('S7: a levy rests on a vote that was posted, what each household gave stands by its work', async () => {
  const desk = await client(site, 'zhangce.rural');
  const sign = await fetch(`${site.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'zhangce.rural', password: site.passwords.get('zhangce.rural') }),
  });
  const { token } = await sign.json();
  const sent = await fetch(`${site.url}/api/v1/evidence?name=${say('会议记录.pdf')}`, {
    method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '%PDF-1.4',
  });
  const { hash } = await sent.json();
  const plan = await open(desk, 'village_plan', '2024-09-02', { number: '样例-走查-FA', matter: '样例·走查水渠', town, village: '样例村', proposed_on: '2024-09-02' });
  const voted = { entitled: '90', present: '60', agreed: '31' };
  await done(desk, 'POST', `/records/${plan.id}/moves/vote`, { occurred_on: '2024-09-03', set: voted, evidence: [hash] });
  const notice = '/open/village_plan/notice';
  assert.doesNotMatch(await text(notice), /走查水渠/);
  await move(desk, plan.id, 'post', '2024-09-04', { posted_from: '2024-09-04' });
  assert.match(await text(notice), /样例·走查水渠/, 'anybody reads what was voted before it is used');
  const gives = (number, kind, more) => desk('POST', '/registers/village_work/records', {
    occurred_on: '2024-09-20',
    set: { number, matter: '样例·走查水渠', town, village: '样例村', plan: String(plan.id), household: '样例户甲', kind, received_on: '2024-09-20', ...more },
  });
  const levied = { labourer: '样例户甲-1', vote: '样例', labour: '2', value: '240' };
  const early = await gives('样例-走查-TG1', '议定筹劳', levied);
  assert.equal(early.status, 422);
  assert.match(early.told.detail, /公示满七日/);
  const caps = { heads: '300', cap_days: '8', cap_value: '200', cap_document: '样例', approval: '样例' };
  const soon = await desk('POST', `/records/${plan.id}/moves/approve`, { occurred_on: '2024-09-10', set: caps });
  assert.equal(soon.status, 422, 'seven whole days');
  await move(desk, plan.id, 'approve', '2024-09-12', caps);
  assert.equal((await gives('样例-走查-TG1', '议定筹劳', levied)).status, 201);
  assert.equal((await gives('样例-走查-TG2', '自愿捐物', { item: '水泥十袋', value: '350' })).status, 201);
  await seen('zhangce.rural', `/records/${plan.id}`, 'plan', /逐户投入[\s\S]*样例户甲[\s\S]*议定筹劳/);
  await seen('zhangce.rural', '/registers/village_work?view=household', 'households', /户号/);
  const { told: figure } = await desk('GET', '/figures/village_work.given?from=2024-09-01&to=2024-09-30&by=dimension%3Dhousehold');
  const own = figure.rows.find((each) => each.label === '样例户甲' || each.key === '样例户甲');
  assert.equal(Number(own.value), 590, JSON.stringify(figure.rows));
});

test('S7: a prize that was announced is not one that was received', async () => {
  const office = await client(site, 'ducha');
  const of = async (account) => Number((await done(office, 'GET', `/figures/${account}?from=2024-01-01&to=2024-12-31`)).value ?? 0);
  const awaited = async () => Number((await done(office, 'GET', '/figures/prize.awaited?as_of=2024-12-31')).value ?? 0);
  const [announced, received, open_] = [await of('prize.announced'), await of('prize.all_received'), await awaited()];
  const set = { number: '样例-走查-奖', event: '样例·走查奖励', unit: '410402', kind: '其他', giver: '市', announced_on: '2024-09-02', announced: '300000' };
  const prize = await open(office, 'award', '2024-09-02', set);
  assert.deepEqual([await of('prize.announced'), await of('prize.all_received'), await awaited()], [announced + 300000, received, open_ + 300000]);
  const more = await office('POST', `/records/${prize.id}/moves/receive`, { occurred_on: '2024-10-08', set: { received_on: '2024-10-08', received: '300001' } });
  assert.match(more.told.detail, /到账金额不能超过公布金额/);
  await move(office, prize.id, 'receive', '2024-10-08', { received_on: '2024-10-08', received: '200000' });
  assert.deepEqual([await of('prize.announced'), await of('prize.all_received'), await awaited()], [announced + 300000, received + 200000, open_]);
  await seen('ducha', '/registers/award', 'prizes', /公布金额[\s\S]*到账金额[\s\S]*走查奖励/);
});

test('S11: a month is closed on its page; nobody changes it who may not, and the balance of then can be seen', async () => {
  const page = await signedIn(site, 'ducha');
  await page.goto(`${site.url}/manage`);
  await page.click('a[href="/manage/periods"]');
  assert.match(await page.textContent('main'), /还没有月结过/);
  await page.fill('input[name=period]', '2024-06');
  await page.click('button[value=close]');
  assert.match(await page.textContent('main'), /已月结到 2024-06-30/);
  const desk = await client(site, 'zhangce.city');
  const late = await desk('POST', '/registers/voucher/records', {
    occurred_on: '2024-06-28', set: { number: '样例-月结-1', town, levy: '样例·征收项目', principal: '1000', issued_on: '2024-06-28' },
  });
  assert.equal(late.status, 422);
  assert.match(late.told.detail, /2024-06-30/);
  await page.click('a[href^="/ledger?as_of=2024-06-30"]');
  assert.match(await page.textContent('tfoot'), /两边相等/);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${site.url}/manage/periods`);
    await looked(page, 'money-periods', width);
  }
  // Whoever may not close sees what is closed, and no way to change it.
  const clerk = await signedIn(site, 'zhangce.city');
  await clerk.goto(`${site.url}/manage/periods`);
  assert.match(await clerk.textContent('main'), /已月结到 2024-06-30/);
  assert.equal(await clerk.locator('form.filters').count(), 0);
  await page.fill('input[name=period]', '2024-05');
  await page.click('button[value=reopen]');
  assert.match(await page.textContent('main'), /月结到 2024-05-31/);
  const again = await desk('POST', '/registers/voucher/records', {
    occurred_on: '2024-06-28', set: { number: '样例-月结-1', town, levy: '样例·征收项目', principal: '1000', issued_on: '2024-06-28' },
  });
  assert.equal(again.status, 201, JSON.stringify(again.told));
});
