// The workflow beyond the plain walk: an agent's phone, a hand-over that both sides sign, a source that is
// split into tasks with an assisting unit, and a request to an organ that is not subordinate.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { client, done, looked, signedIn, start } from './site.mjs';

let site;

before(async () => {
  site = await start();
});
after(async () => site?.stop());

const api = (user) => client(site, user);

async function actor(login) {
  const admin = await api('xinxi');
  const found = await done(admin, 'GET', `/registers/actor/records?limit=200`);
  return found.items.find((item) => item.fields.login === login).id;
}

test('S1: an agent works from a phone, is rated, and hands over with both signatures', async () => {
  const agent = await actor('daiban.jiaodian');
  const taker = await actor('zhangce.project');
  const desk = await api('zhangce.project');
  const set = { project: '平顶山市公共实训基地', matter: '消防设计审查', entrusted_on: '2024-06-20', handler: `#${agent}` };
  const { id } = await done(desk, 'POST', '/registers/agent_case/records', { occurred_on: '2024-06-20', set });

  const page = await signedIn(site, 'daiban.jiaodian', 390);
  await page.goto(`${site.url}/pocket`);
  const card = page.locator('.pocket article', { has: page.locator(`a[href="/records/${id}"]`) });
  assert.equal(await card.count(), 1, 'the case lies on the phone of whoever handles it');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `nothing is wider than the phone: ${width}`);
  assert.ok((await card.innerText()).includes('平顶山市公共实训基地'), 'a card names its project');
  for (const register of ['agent_case', 'agent_log', 'handover']) {
    assert.equal(await page.locator(`.pocket-begin a[href="/registers/${register}/new"]`).count(), 1, `${register} is begun from here`);
  }
  await card.locator('a[href*="/registers/agent_log/new"]').click();
  assert.notEqual(await page.inputValue('[name="f.project"]'), '', 'the form knows the project');
  await page.selectOption('[name="f.kind"]', '上门走访');
  await page.fill('[name="f.done_on"]', '2024-06-21');
  await page.fill('input[name=occurred_on]', '2024-06-21');
  await page.locator('button[name=do][value=save]').click();
  await page.waitForURL(/\/records\/\d+/);
  assert.deepEqual(page.foreign, []);

  await done(desk, 'POST', `/records/${id}/moves/finish`, { occurred_on: '2024-06-27', set: { finished_on: '2024-06-27' } });
  await done(desk, 'POST', `/records/${id}/moves/rate`, { occurred_on: '2024-06-28', set: { rating: '满意', rated_on: '2024-06-28' } });
  const rated = await done(desk, 'GET', '/figures/agent_case.satisfied?from=2024-01-01&to=2024-06-30');
  assert.equal(Number(rated.value), 1);

  const over = { project: '平顶山市公共实训基地', handed_on: '2024-06-28', giver: `#${agent}`, taker: `#${taker}`, open_items: '样例·施工许可' };
  const made = await done(desk, 'POST', '/registers/handover/records', { occurred_on: '2024-06-28', set: over });
  const give = { occurred_on: '2024-06-28', set: { given_on: '2024-06-28' } };
  const forged = await desk('POST', `/records/${made.id}/moves/give`, give);
  assert.equal(forged.status, 422, 'nobody signs for the other side');
  const early = await desk('POST', `/records/${made.id}/moves/confirm`, { occurred_on: '2024-06-28', set: { confirmed_on: '2024-06-28' } });
  assert.equal(early.status, 422, 'one signature is no hand-over');
  await done(await api('daiban.jiaodian'), 'POST', `/records/${made.id}/moves/give`, give);
  await done(desk, 'POST', `/records/${made.id}/moves/take`, { occurred_on: '2024-06-28', set: { taken_on: '2024-06-28' } });
  await done(desk, 'POST', `/records/${made.id}/moves/confirm`, { occurred_on: '2024-06-28', set: { confirmed_on: '2024-06-28' } });
});

test('S2: an organ that is not subordinate gets a promised reply and no light', async () => {
  const desk = await api('zhangce.project');
  const raise = async (number, above) => {
    const set = { number, project: '平顶山市公共实训基地', factor: '用电', matter: '样例·增容', above, raised_on: '2024-06-03' };
    return (await done(desk, 'POST', '/registers/coordination/records', { occurred_on: '2024-06-03', set })).id;
  };
  const [own, other] = [await raise('样例-GZ-1', '区属'), await raise('样例-GZ-2', '垂直管理')];
  const { items } = await done(await api('lingdao'), 'GET', '/duties?view=copies');
  const of = (record) => items.filter((item) => item.record === record).map((item) => [item.limit, item.light]);
  assert.deepEqual(of(own), [['answer', 'red']]);
  assert.deepEqual(of(other), [['reply', 'none']]);
});

test('S14: a source is split into a task with an assisting unit, and nobody strikes it off alone', async () => {
  const office = await api('ducha');
  const on = '2024-06-20';
  const charge = { number: '样例-LX-1', source: '常务会议', document: '样例·第10次', matter: '样例·事项', unit: '410402', raised_on: on };
  const source = await done(office, 'POST', '/registers/charge/records', { occurred_on: on, set: charge });
  const task = { number: '样例-LX-1-1', name: '样例·任务', charge: `#${source.id}`, unit: '410402100', assigned_on: on, deadline: '2024-07-31' };
  const { id } = await done(office, 'POST', '/registers/task/records', { occurred_on: on, set: task });
  await done(office, 'POST', `/records/${source.id}/moves/split`, { occurred_on: on, set: { split_on: on } });
  const help = { task: `#${id}`, unit: 'XH-11', matter: '样例·配合', asked_on: on, deadline: '2024-07-15' };
  const unit = await done(office, 'POST', '/registers/task_unit/records', { occurred_on: on, set: help });
  await done(office, 'POST', `/records/${id}/moves/accept`, { occurred_on: '2024-06-21', set: {} });
  const alone = await office('POST', `/records/${id}/moves/submit_joint`, { occurred_on: '2024-06-24', set: {} });
  assert.equal(alone.status, 422);
  await done(office, 'POST', `/records/${unit.id}/moves/finish`, { occurred_on: '2024-06-25', set: { done: '样例·办完', done_on: '2024-06-25' } });
  await done(office, 'POST', `/records/${id}/moves/submit_joint`, { occurred_on: '2024-06-26', set: {} });
});

test('S10 and S17: a milestone passes, and a listed hazard is closed only by who listed it', async () => {
  const works = await api('zhangce.project');
  const on = '2024-06-20';
  const work = { name: '样例·节点工程', package: '十六三', kind: '雨污管网', town: '410402100', approved_on: on };
  const { id } = await done(works, 'POST', '/registers/city_work/records', { occurred_on: on, set: work });
  const point = { work: `#${id}`, name: '招标', set_on: on, planned_on: '2024-06-25' };
  const milestone = await done(works, 'POST', '/registers/work_milestone/records', { occurred_on: on, set: point });
  await done(works, 'POST', `/records/${milestone.id}/moves/finish`, { occurred_on: '2024-06-24', set: { done_on: '2024-06-24' } });

  const [safety, office] = [await api('zhangce.safety'), await api('ducha')];
  const set = { number: '样例-GP-1', matter: '样例·重大隐患', town: '410402100', grade: '重大', found_on: on };
  const hazard = await done(safety, 'POST', '/registers/hazard/records', { occurred_on: on, set });
  const list = { listed_by: '区级', listed_on: '2024-06-21', deadline: '2024-06-27' };
  assert.equal((await safety('POST', `/records/${hazard.id}/moves/list`, { occurred_on: '2024-06-21', set: list })).status, 422);
  await done(office, 'POST', `/records/${hazard.id}/moves/list`, { occurred_on: '2024-06-21', set: list });
  await done(safety, 'POST', `/records/${hazard.id}/moves/report`, { occurred_on: '2024-06-24', set: {} });
  const close = { occurred_on: '2024-06-26', set: { closed_on: '2024-06-26' } };
  assert.equal((await safety('POST', `/records/${hazard.id}/moves/close`, close)).status, 422);
  await done(office, 'POST', `/records/${hazard.id}/moves/close_listed`, close);
});

test('S1: a project imported in its preliminary stage has its procedures, and loses them with the import', async () => {
  const page = await signedIn(site, 'zhangce.project');
  const head = '项目名称,所在镇街,审批方式,入库日期,环节';
  await page.goto(`${site.url}/imports?register=project`);
  await page.setInputFiles('input[type=file]', {
    name: '样例项目.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`${head}\n样例·导入的前期项目,410402100,企业备案,2024-06-20,前期手续\n`),
  });
  await Promise.all([page.waitForURL(/\/imports\/\d+/), page.locator('form.writing button[type=submit]').first().click()]);
  const write = page.locator('button[value=write]');
  for (let tries = 0; tries < 60 && (await write.count()) === 0; tries += 1) {
    await page.waitForTimeout(250);
    await page.reload();
  }
  await write.click();
  const desk = await api('zhangce.project');
  const named = `/registers/project/records?filter=${encodeURIComponent('name:eq:样例·导入的前期项目')}`;
  let found = { items: [] };
  for (let tries = 0; tries < 60 && found.items.length === 0; tries += 1) {
    found = await done(desk, 'GET', named);
    if (found.items.length === 0) await page.waitForTimeout(250);
  }
  const project = found.items[0].id;
  const below = () => done(desk, 'GET', `/registers/procedure/records?filter=${encodeURIComponent(`project:eq:#${project}`)}&limit=200`);
  const opened = (await below()).items;
  assert.ok(opened.length > 30, `${opened.length} items were opened`);
  await page.goto(`${site.url}/records/${project}/graph`);
  assert.ok((await page.locator('svg.graph rect.box').count()) === opened.length, 'all of them are drawn');
  assert.ok((await page.locator('tr.critical').count()) > 3, 'the chain that decides the day is marked');
});

test('S14: the papers of each step are drafts from the record, and units stand side by side', async () => {
  const office = await api('ducha');
  const on = '2024-06-03';
  const set = { number: '样例-WS-1', name: '样例·文书任务', unit: '410402100', assigned_on: on, deadline: '2024-06-14', person: '样例·责任人甲' };
  const { id } = await done(office, 'POST', '/registers/task/records', { occurred_on: on, set });
  await done(office, 'POST', `/records/${id}/moves/accept`, { occurred_on: '2024-06-04', set: {} });
  const page = await signedIn(site, 'ducha');
  for (const [paper, says] of [['督办交办单', '三个工作日内签收'], ['督办单', '已超期'], ['延期申请表', '原定时限']]) {
    await page.goto(`${site.url}/records/${id}?as_of=2024-06-28`);
    await page.locator('a[href*="/papers/"]', { hasText: new RegExp(`^${paper}$`) }).click();
    const text = await page.locator('article').innerText();
    assert.ok(text.includes('样例·文书任务') && text.includes(says), text);
    assert.ok((await page.locator('p.draft').innerText()).includes('未经签发'));
    assert.ok(!text.includes('责任人甲'), 'no name of a person stands on it');
    const file = await page.request.get(new URL(await page.locator('a[href*="/docx"]').getAttribute('href'), page.url()).href);
    assert.equal(file.status(), 200);
    assert.equal((await file.body()).subarray(0, 2).toString(), 'PK');
  }
  await done(office, 'POST', `/records/${id}/moves/submit`, { occurred_on: '2024-06-26', set: {} });
  await page.goto(`${site.url}/records/${id}`);
  await page.locator('a[href*="/papers/strike-off"]').click();
  assert.ok((await page.locator('article').innerText()).includes('同意销号'));
  await page.goto(`${site.url}/registers/task`);
  await page.locator('nav.tabs a', { hasText: '单位记分榜' }).click();
  await page.goto(`${page.url()}${page.url().includes('?') ? '&' : '?'}as_of=2024-06-28`);
  const line = page.locator('table.scoreboard tbody tr', { hasText: '焦店镇' });
  assert.equal(await line.count(), 1);
  assert.ok(!(await page.locator('main').innerText()).includes('责任人甲'), 'the supervision office sees no name there');
  await line.locator('a').first().click();
  assert.match(page.url(), /\/figures\/task\./, 'every cell opens to its figure');
  assert.deepEqual(page.foreign, []);
  const named = await signedIn(site, 'zuzhibu');
  await named.goto(`${site.url}/registers/task/boards/units?as_of=2024-06-28`);
  assert.ok((await named.locator('main').innerText()).includes('样例·责任人甲'), 'the organisation department does');
});

test('S17: a hazard and a petition get their supervision cards on paper', async () => {
  const safety = await api('zhangce.safety');
  const on = '2024-06-03';
  const hazard = { number: '样例-DK-1', matter: '样例·燃气隐患', town: '410402100', grade: '一般', found_on: on, deadline: '2024-06-14' };
  const petition = { number: '样例-DK-2', town: '410402100', kind: '住房', registered_on: on, first: '是', persons: '样例·信访人' };
  const cards = [
    [await done(safety, 'POST', '/registers/hazard/records', { occurred_on: on, set: hazard }), '安全隐患督办卡', '五落实'],
    [await done(safety, 'POST', '/registers/petition/records', { occurred_on: on, set: petition }), '信访事项督办卡', '信访工作条例'],
  ];
  const page = await signedIn(site, 'ducha');
  for (const [{ id }, card, says] of cards) {
    await page.goto(`${site.url}/records/${id}?as_of=2024-06-28`);
    await page.locator('a[href*="/papers/"]', { hasText: card }).click();
    const text = await page.locator('article').innerText();
    assert.ok(text.includes(says) && !text.includes('样例·信访人'), text);
    assert.ok((await page.locator('p.draft').innerText()).includes('未经签发'));
  }
  const said = await done(safety, 'GET', `/records/${cards[0][0].id}/papers/hazard-card?as_of=2024-06-28`);
  assert.ok(said.draft && said.markdown.includes('工作日'), said.markdown);
});

test('a leader has the duties of all people on one page, by unit, on a screen and on a phone', async () => {
  const agent = await actor('daiban.jiaodian');
  const desk = await api('zhangce.project');
  const named = { name: '样例·各人项目', town: '410402100', listed_on: '2024-06-20' };
  const project = await done(desk, 'POST', '/registers/project/records', { occurred_on: '2024-06-20', set: named });
  const set = { project: `#${project.id}`, matter: '备案', entrusted_on: '2024-06-20', handler: `#${agent}` };
  await done(desk, 'POST', '/registers/agent_case/records', { occurred_on: '2024-06-20', set });
  for (const width of [1440, 390]) {
    const page = await signedIn(site, 'lingdao', width);
    await page.goto(`${site.url}/duties`);
    await page.locator('nav.tabs a', { hasText: /^各人$/ }).click();
    await looked(page, 'people', width);
    const unit = page.locator('table.hands tbody', { has: page.locator('th a', { hasText: '焦店镇' }) });
    const counts = async (row) => Number(await row.locator('td.num').first().innerText());
    const lines = unit.locator('tr:not(.whole)');
    let sum = 0;
    for (let at = 0; at < (await lines.count()); at += 1) sum += await counts(lines.nth(at));
    assert.equal(sum, await counts(unit.locator('tr.whole')), 'the lines add up to the unit');
    await unit.locator(`a[href^="/duties/people/${agent}"]`).click();
    assert.ok((await page.locator('main').innerText()).includes('样例·各人项目'));
  }
});

test('what the book asks of people stands beside its ceiling', async () => {
  const page = await signedIn(site, 'ducha');
  await page.goto(`${site.url}/duties`);
  await page.locator('a[href="/burden"]').click();
  const text = await page.locator('main').innerText();
  assert.ok(text.includes('每人每月上限') && text.includes('督查室'), text);
});

test('all duties of somebody who leaves are seen and handed over on one page', async () => {
  const agent = await actor('daiban.jiaodian');
  const desk = await api('zhangce.project');
  const set = { project: '平顶山市公共实训基地', matter: '其他', entrusted_on: '2024-06-20', handler: `#${agent}` };
  await done(desk, 'POST', '/registers/agent_case/records', { occurred_on: '2024-06-20', set });
  const page = await signedIn(site, 'zhangce.project');
  await page.goto(`${site.url}/duties/handover?from=daiban.jiaodian`);
  await page.fill('input[name=to]', 'zhangce.project');
  await page.fill('input[name=reason]', '样例·岗位变动');
  await Promise.all([page.waitForURL(/done=\d+/), page.click('button.act')]);
  const { items } = await done(await api('daiban.jiaodian'), 'GET', '/duties');
  assert.equal(items.filter((item) => item.person === agent).length, 0);
});
