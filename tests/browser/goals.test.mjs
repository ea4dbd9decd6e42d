// What is judged and looked ahead: sheets cast on a phone and published with their prize, stars written from the
// scored sheet, what if on a phone, a figure that is filled in, signed, locked and released.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { client, done, signedIn, start } from './site.mjs';

let site;
const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());

before(async () => {
  site = await start();
});
after(async () => site?.stop());

const api = (user) => client(site, user);

// Nothing is wider than the screen, and nothing on it has to be scrolled sideways to be read or typed.
async function fits(page, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${page.url()} is ${wide} px wide at ${width}`);
  const inside = await page.evaluate(() => [...document.querySelectorAll('main .scroll')].filter((box) => box.scrollWidth > box.clientWidth + 1).length);
  assert.equal(inside, 0, `${page.url()} scrolls sideways at ${width}`);
}

test('S8: judges cast on their phones, the result is published, and the prize rests on it', async () => {
  const office = await api('ducha');
  const stops = [];
  for (const [entry, town] of [['样例·走查甲', '410402100'], ['样例·走查乙', '410402002']]) {
    const set = { event: '样例·走查观摩', entry, town, group: '镇街组', organiser: '市', method: '去最高最低后平均', publish: '公布分数和名次', held_on: today };
    stops.push((await done(office, 'POST', '/registers/contest/records', { occurred_on: today, set })).id);
  }
  const desk = await signedIn(site, 'ducha');
  const way = `${site.url}/panels/observation?event=${encodeURIComponent('样例·走查观摩')}`;
  await desk.goto(way);
  await desk.locator('button[value=hand_out]').click();
  assert.match(await desk.locator('.saved').innerText(), /已发 6 张选票/);
  for (const [judge, marks] of [['pingwei.1', ['90', '80']], ['pingwei.2', ['92', '85']], ['pingwei.3', ['70', '99']]]) {
    const page = await signedIn(site, judge, 390);
    await page.goto(way);
    const inputs = page.locator('form.marking input[name^=mark]');
    assert.equal(await inputs.count(), 2, 'a judge sees the own sheets alone');
    await fits(page, 390);
    for (const at of [0, 1]) await inputs.nth(at).fill(marks[at]);
    await page.locator('button[value=cast]').click();
    assert.match(await page.locator('.saved').first().innerText(), /已投 2 票/);
    await page.goto(way);
    assert.equal(await inputs.count(), 0, 'what was cast is cast');
    assert.deepEqual(page.foreign, []);
    await page.context().close();
  }
  const forged = await office('GET', '/registers/ballot/records?limit=50');
  const sheet = forged.told.items[0].id;
  const vote = { occurred_on: today, set: { cast_on: today, mark: '100' } };
  assert.equal((await office('POST', `/records/${sheet}/moves/cast`, vote)).status, 422, 'nobody casts for a judge');

  const before = Number((await done(office, 'GET', `/figures/contest.prize?as_of=${today}`)).value ?? 0);
  await done(office, 'POST', '/panels/observation/results', { event: '样例·走查观摩', occurred_on: today });
  const prize = Number((await done(office, 'GET', `/figures/contest.prize?as_of=${today}`)).value);
  assert.equal(prize, before + 300000, 'the first and the second place');
  const leader = await signedIn(site, 'lingdao');
  await leader.goto(way);
  const rows = await leader.locator('table.ledger tbody tr').allInnerTexts();
  assert.match(rows[0], /1[\s\S]*走查甲[\s\S]*90[\s\S]*20/);
  assert.match(rows[1], /2[\s\S]*走查乙[\s\S]*85[\s\S]*10/);
  const award = (announced) => ({
    occurred_on: today,
    set: { number: `样例-JL-${announced}`, event: '样例·走查观摩', unit: '410402100', kind: '观摩评比', giver: '市', stop: `#${stops[0]}`, announced_on: today, announced },
  });
  const wrong = await office('POST', '/registers/award/records', award('500000'));
  assert.match(JSON.stringify(wrong.told), /应得奖金/);
  const { id } = await done(office, 'POST', '/registers/award/records', award('200000'));
  const received = async () => Number((await done(office, 'GET', `/figures/prize.received?from=${today}&to=${today}`)).value ?? 0);
  const paid = await received();
  await done(office, 'POST', `/records/${id}/moves/receive`, { occurred_on: today, set: { received_on: today, received: '200000' } });
  assert.equal(await received(), paid + 200000);
});

test('S13: five stars go from the scored sheet into the branch, and one is withdrawn', async () => {
  const party = await api('zhangce.party');
  const set = { branch: '样例·走查支部', town: '410402100', kind: '社区', year: '2024', named_on: '2024-06-01' };
  const { id } = await done(party, 'POST', '/registers/branch/records', { occurred_on: '2024-06-01', set });
  const five = async () => Number((await done(party, 'GET', '/figures/branch.five_star?as_of=2024-06-30')).value);
  const before = await five();
  const page = await signedIn(site, 'zhangce.party');
  await page.goto(`${site.url}/records/${id}`);
  await page.locator(`a[href="/cards/demo.five-star-branch?record=${id}"]`).click();
  await page.fill('input[name=zbgy1]', '18');
  await page.locator('button[value=write]').click();
  assert.match(await page.locator('[role=alert]').innerText(), /没有填全/);
  const score = async (veto) => {
    for (const star of ['zbgy', 'cyxw', 'styj', 'pafz', 'wmxf']) for (const no of [1, 2, 3, 4, 5]) await page.fill(`input[name=${star}${no}]`, '18');
    if (veto) await page.check(`input[value=${veto}]`);
    await page.fill('input[name=on]', veto ? '2024-06-29' : '2024-06-20');
    await page.locator('button[value=write]').click();
    assert.match(await page.locator('.saved').innerText(), /结果已记入台账/);
  };
  await score();
  assert.equal(await five(), before + 1);
  await page.goto(`${site.url}/cards/demo.five-star-branch?record=${id}`);
  await score('v5');
  assert.equal(await five(), before);
  await page.goto(`${site.url}/records/${id}?tab=changes`);
  assert.match(await page.locator('main').innerText(), /摘星[\s\S]*发生重大安全事故/);
});

test('what if, the turn of the year, cards and goals are read and typed on a phone without scrolling sideways', async () => {
  for (const width of [1440, 390]) {
    const page = await signedIn(site, 'lingdao', width);
    for (const path of ['/goals?as_of=2024-06-30', '/goals?as_of=2024-06-30&by=leader', '/goals/roll-over?year=2024', '/cards', '/cards/policy.rd-subsidy']) {
      await page.goto(site.url + path);
      await fits(page, width);
    }
    await page.goto(`${site.url}/cards/policy.rd-subsidy`);
    assert.match(await page.locator('table.ledger tbody').innerText(), /符合[\s\S]*差 1 项/);
    await page.goto(`${site.url}/scenario`);
    await fits(page, width);
    await page.locator('select[name=register]').first().selectOption('meal_site');
    await page.locator('input[name=on]').first().fill('2024-09-01');
    await page.locator('input[name=moves]').first().fill('开业');
    await page.locator('input[name=set]').first().fill('场所编号=样例-TY-1；场所名称=样例·推演食堂；镇（街道）=焦店镇；备案日期=2024-09-01；运营时间=2024-09-01');
    await page.fill('input[name=as_of]', '2024-12-31');
    await page.locator('button.act').click();
    assert.equal(await page.locator('[role=alert]').allInnerTexts().then((found) => found.join()), '');
    assert.match(await page.locator('section.supposed').innerText(), /推演[\s\S]*运营老年助餐场所/);
    await fits(page, width);
    await page.context().close();
  }
});

test('S18: a figure is filled in, reviewed, signed and locked, and a leader reads it from the day of its release', async () => {
  const office = await api('tongji');
  const form = { code: '样例-T9', name: '样例·月度调度表', kind: '内部调度表', organ: 'XH-26', approval: '样例备〔2024〕9号', issued_on: '2024-01-01' };
  await done(office, 'POST', '/registers/survey_form/records', { occurred_on: '2024-01-01', set: form });
  const page = await signedIn(site, 'tongji');
  await page.goto(`${site.url}/registers/report/new`);
  const fill = { form: '样例-T9', unit: '410402100', month: '2024-06', item: '样例·用电量', measure: '万千瓦时', filled_on: '2024-07-03', due_on: '2024-07-05', before: '10', current: '2', total: '13' };
  for (const [id, text] of Object.entries(fill)) await page.fill(`[name="f.${id}"]`, text);
  await page.selectOption('[name="f.basis"]', '调度');
  await page.fill('input[name=occurred_on]', '2024-07-03');
  await page.locator('button[value=save]').click();
  await page.locator('main', { hasText: '超过允许误差' }).waitFor();
  await page.fill('[name="f.total"]', '12');
  await page.locator('button[value=save]').click();
  await page.waitForURL(/\/records\/\d+(?:[?#].*)?$/);
  assert.match(await page.locator('main').innerText(), /样例-T9[\s\S]*样例备〔2024〕9号/, 'the form says its number and approval');
  const record = /\/records\/(\d+)/.exec(page.url())[1];
  const step = (move, on, set) => done(office, 'POST', `/records/${record}/moves/${move}`, { occurred_on: on, set });
  const refused = await office('POST', `/records/${record}/moves/submit`, { occurred_on: '2024-07-04', set: { submitted_on: '2024-07-04' } });
  assert.equal(refused.status, 422, 'nobody answers a form that was not issued');
  await page.goto(`${site.url}/records/${record}`);
  assert.match(await page.locator('nav.acts').innerText(), /下发/);
  await step('issue', '2024-07-03', { issued_on: '2024-07-03' });
  await step('submit', '2024-07-04', { submitted_on: '2024-07-04' });
  await step('review', '2024-07-05', {});
  await step('sign', '2024-07-05', { signed_current: '2', signed_total: '12' });
  await page.goto(`${site.url}/records/${record}/edit`);
  await page.fill('[name="f.current"]', '5');
  await page.fill('[name="f.total"]', '15');
  await page.fill('input[name=occurred_on]', '2024-07-06');
  await page.locator('button[value=save]').click();
  await page.locator('main', { hasText: '签署锁定' }).waitFor();
  const leader = await signedIn(site, 'lingdao');
  assert.equal((await leader.goto(`${site.url}/records/${record}`)).status(), 404, 'under embargo');
  await done(office, 'PATCH', `/records/${record}`, { occurred_on: '2024-07-06', set: { release_on: '2024-07-20' } });
  assert.equal((await leader.goto(`${site.url}/records/${record}`)).status(), 200);
  assert.equal(await leader.locator('nav.acts a').count(), 0, 'a leader reads and never edits');
});

test('units check before the wall shows them as late, and every door to the wall opens', async () => {
  const on = 'as_of=2024-06-30';
  const leader = await signedIn(site, 'lingdao');
  const town = '新增就业（焦店镇）';
  const line = (page) => page.locator('table.ledger tbody tr', { hasText: town }).first();
  await leader.goto(`${site.url}/goals?${on}`);
  assert.match(await line(leader).innerText(), /待核对/, 'late by its own figure, and not told before it was checked');
  assert.equal(await line(leader).locator('.light.red, .light.yellow').count(), 0);
  const office = await signedIn(site, 'ducha');
  await office.goto(`${site.url}/goals?${on}`);
  await office.locator('p.goal-ways a', { hasText: '单位核数' }).click();
  assert.match(await line(office).innerText(), /还没有送核/);
  await office.locator('button.act').click();
  assert.match(await office.locator('.saved').innerText(), /已送 \d+ 项/);
  await line(office).locator('a', { hasText: '已送核' }).click();
  const check = /\/records\/(\d+)/.exec(office.url())[1];
  const head = await signedIn(site, 'fuze.jiaodian', 390);
  await head.goto(`${site.url}/records/${check}`);
  for (const way of ['确认', '更正', '提出异议']) assert.ok(await head.locator('nav.acts a, nav.acts button', { hasText: way }).count() > 0, way);
  await fits(head, 390);
  const own = await api('fuze.jiaodian');
  await done(own, 'POST', `/records/${check}/moves/confirm`, { occurred_on: today, set: { answered_on: today } });
  await leader.goto(`${site.url}/goals?${on}`);
  assert.doesNotMatch(await line(leader).innerText(), /待核对/);
  for (const width of [1440, 390]) {
    const page = await signedIn(site, 'lingdao', width);
    await page.goto(`${site.url}/wall?${on}`);
    for (const part of ['.wall-head h1', '.wall-lights b', '.wall-goals li a', '.duties.sprint']) assert.ok(await page.locator(part).count() > 0, part);
    assert.ok(await page.locator('[data-again="60"]').count() > 0, 'it asks itself anew every minute');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `the wall is ${wide} px wide at ${width}`);
    await page.locator('.wall-goals li a').first().click();
    await page.waitForURL(/\/figures\//);
    assert.match(page.url(), /as_of=2024-06-30|to=2024-06-30/, 'a line of the wall opens on the day of the wall');
    assert.deepEqual(page.foreign, []);
    await page.context().close();
  }
});

test('what was settled is locked: the list, the form and the record say why before anybody types', async () => {
  const office = await api('tongji');
  const set = { register: '就业月报', unit: '410402100', from: '2024-05-01', to: '2024-05-31', reason: '样例·五月报表已上报' };
  const lock = (await done(office, 'POST', '/registers/period_lock/records', { occurred_on: today, set })).id;
  const page = await signedIn(site, 'zhangce.livelihood');
  for (const path of ['/registers/employment', '/registers/employment/new', '/registers/employment/grid']) {
    await page.goto(site.url + path);
    assert.match(await page.locator('main').innerText(), /已锁定：焦店镇 2024-05-01 至 2024-05-31[\s\S]*五月报表已上报/, path);
  }
  const livelihood = await api('zhangce.livelihood');
  const found = await done(livelihood, 'GET', '/registers/employment/records?limit=50&f.month=2024-05&f.town=410402100');
  const { id } = found.items[0];
  await page.goto(`${site.url}/records/${id}/edit`);
  assert.match(await page.locator('p.locked').innerText(), /五月报表已上报/);
  await page.fill('[name="f.new_jobs"]', '999');
  await page.locator('button[value=save]').click();
  await page.locator('main', { hasText: '已经锁定' }).waitFor();
  await done(office, 'POST', `/records/${lock}/moves/lift`, { occurred_on: today, set: { lifted_because: '样例·经批准更正' } });
  await page.goto(`${site.url}/records/${id}`);
  assert.equal(await page.locator('p.locked').count(), 0);
});

test('the turn of the year is looked at, then carried out whole, and parts stay below their whole', async () => {
  const page = await signedIn(site, 'ducha');
  await page.goto(`${site.url}/goals/roll-over?year=2024`);
  const row = (text) => page.locator('table.ledger tbody tr', { hasText: text }).first();
  assert.match(await row('样例·城镇新增就业').innerText(), /2025-12/);
  assert.match(await row('新增就业（焦店镇）').innerText(), /挂在 2025-12 之下/);
  const carry = page.locator('button.act', { hasText: '结转' });
  const count = Number(/结转 (\d+) 项/.exec(await carry.innerText())[1]);
  await carry.click();
  assert.match(await page.locator('.saved').innerText(), /已结转/);
  assert.equal(await page.locator('button.act', { hasText: '结转' }).count(), 0, 'nothing carries over twice');
  const office = await api('ducha');
  const next = (await done(office, 'GET', '/pace?as_of=2025-06-30')).items.filter((one) => one.target.startsWith('2025-'));
  assert.equal(next.length, count);
  const whole = next.find((one) => one.target === '2025-12');
  assert.ok(Number(whole.split.sum) > 5500 && whole.split.holds, JSON.stringify(whole.split));
  await fits(page, 1440);
});
