// The desk of the office's own IT person: a register made from blank in the browser and used at once, one that
// is changed with a trial on real records, the next holiday notice, the state of the machine; and the first round.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { looked, root, signedIn, start } from './site.mjs';

let site;
before(async () => {
  site = await start();
});
after(async () => site?.stop());

async function filled(page, pairs) {
  for (const [name, value] of Object.entries(pairs)) {
    const place = page.locator(`[name="${name}"]`);
    const kind = await place.evaluate((e) => {
      for (let at = e.parentElement; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
      return e.type;
    });
    if (kind === 'checkbox') await place.check();
    else if (kind.startsWith('select')) await place.selectOption(value);
    else await place.fill(value);
  }
}

const LAMP = {
  'register.0.name': '样例·路灯', 'register.0.about': '坏了的路灯，谁修、何时修好。',
  'register.0.key': 'lamp_no', 'register.0.title': 'lamp_no', 'register.0.unit': 'town', 'register.0.row_day': 'found_on',
  'field.0.id': 'lamp_no', 'field.0.name': '灯杆编号', 'field.0.type': 'text', 'field.0.required': 'yes',
  'field.1.id': 'town', 'field.1.name': '所在单位', 'field.1.type': 'unit', 'field.1.required': 'yes',
  'field.2.id': 'found_on', 'field.2.name': '发现日期', 'field.2.type': 'date', 'field.2.required': 'yes',
  'field.3.id': 'fixed_on', 'field.3.name': '修好日期', 'field.3.type': 'date',
  'field.4.id': 'kind', 'field.4.name': '灯型', 'field.4.type': 'choice', 'field.4.choices': '高杆灯\n庭院|庭院灯|小灯',
  'stage.0.id': 'reported', 'stage.0.name': '已报', 'stage.1.id': 'fixed', 'stage.1.name': '已修', 'stage.1.closed': 'yes',
  'move.0.id': 'fix', 'move.0.name': '修好', 'move.0.from': 'reported', 'move.0.to': 'fixed', 'move.0.needs': 'fixed_on',
  'account.0.id': 'lamp.broken', 'account.0.name': '坏着的路灯', 'account.0.measure': '盏', 'account.0.way': 'stock',
  'account.0.in.when': 'stage == "reported"', 'account.0.in.from': 'found_on',
  'view.0.id': 'all', 'view.0.name': '全部路灯', 'view.0.columns': 'lamp_no, town, kind, found_on', 'view.0.sort': '-found_on',
};

test('an IT person makes a register from blank, a clerk enters a record, and the figure moves', async () => {
  const page = await signedIn(site, 'xinxi');
  await page.goto(`${site.url}/manage/design`);
  await page.fill('input[name=new]', 'street_lamp');
  await Promise.all([page.waitForURL(/new=street_lamp/), page.click('main form button.act')]);
  await filled(page, LAMP);
  await page.click('button[value=plan]');
  const faults = await page.locator('.faults').allTextContents();
  assert.match(faults.join(), /盏/, 'a measure that the pack does not have is named');
  await filled(page, { 'account.0.measure': '个', 'account.0.in.from': 'found' });
  await page.click('button[value=plan]');
  assert.match(await page.locator('.faults').innerText(), /found/, 'a fault names what refers to nothing');
  assert.equal(await page.inputValue('[name="field.4.choices"]'), '高杆灯\n庭院|庭院灯|小灯', 'what was typed stays');
  await filled(page, { 'account.0.in.from': 'found_on' });
  await page.click('button[value=plan]');
  assert.match(await page.locator('.preview').first().innerText(), /路灯/);
  assert.match(await page.locator('section.preview').innerText(), /还没有条目[\s\S]*灯杆编号/);
  await looked(page, 'desk-new-register', 1440);
  const [taken] = await Promise.all([page.waitForEvent('download'), page.click('button[value=download]')]);
  const text = readFileSync(await taken.path(), 'utf8');
  assert.match(text, /^name = "样例·路灯"\n/);
  assert.match(text, /\{ id = "庭院", name = "庭院灯", aliases = \["小灯"\] \}/);
  await page.reload();
  await page.goto(`${site.url}/manage/design/register?new=street_lamp`);
  await filled(page, { ...LAMP, 'account.0.measure': '个' });
  await page.fill('input[name=from]', '2024-01-01');
  await page.click('button[value=apply]');
  assert.match(await page.locator('.saved').innerText(), /已装入，流水 \d+ 号/);
  const kept = await page.request.get(`${site.url}/manage/design/register?register=street_lamp&download=yes`);
  assert.equal(await kept.text(), text, 'what is in force is the file that was downloaded');

  const clerk = await signedIn(site, 'jingban.minzheng');
  await clerk.goto(`${site.url}/registers/street_lamp/new`);
  await clerk.fill('[name="f.lamp_no"]', 'LD-001');
  await clerk.fill('[name="f.found_on"]', '2024-06-03');
  await clerk.fill('[name="occurred_on"]', '2024-06-03');
  await clerk.click('button[value=preview]');
  assert.match(await clerk.locator('.preview').innerText(), /坏着的路灯[\s\S]*\+1/);
  await clerk.click('button[value=save]');
  await clerk.waitForURL(/\/records\/\d+/);
  await clerk.goto(`${site.url}/figures/lamp.broken?as_of=2024-06-30`);
  assert.equal(await clerk.locator('.number .value').innerText(), '1');
  assert.deepEqual([...page.foreign, ...clerk.foreign], []);
});

test('a change is tried on real records before it is applied, and its file keeps every other byte', async () => {
  const page = await signedIn(site, 'xinxi');
  const file = 'registers/meal_site.toml';
  const before = readFileSync(join(root, 'packs/xinhua', file), 'utf8');
  await page.goto(`${site.url}/manage/design/register?register=meal_site`);
  await filled(page, { 'account.0.in.when': 'kind == "老年食堂"' });
  await page.click('button[value=plan]');
  const trial = await page.locator('section.preview').innerText();
  assert.match(trial, /试算了 \d+ 条/);
  const [, now, then] = /在运营的老年助餐场所\s+(\d+)\s+(\d+)/.exec(trial);
  assert.ok(Number(then) < Number(now) && Number(then) > 0, trial);
  assert.match(trial, /没有看这个台账条目的权限/, 'the administrator sees sums, not what the records say');
  await looked(page, 'desk-trial', 1440);
  const [taken] = await Promise.all([page.waitForEvent('download'), page.click('button[value=download]')]);
  const after = readFileSync(await taken.path(), 'utf8');
  const differ = before.split('\n').filter((line, at) => line !== after.split('\n')[at]);
  assert.equal(differ.length, 1);
  assert.match(differ[0], /meal_site\.operating/);
});

test('what a scheme computes, a list that opens by itself and an inquiry are forms too, and are tried before they are applied', async () => {
  const page = await signedIn(site, 'xinxi');
  const taken = async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('button[value=download]')]);
    return readFileSync(await file.path(), 'utf8');
  };
  const open = async (register) => {
    await page.goto(`${site.url}/manage/design/register?register=${register}`);
    return readFileSync(join(root, `packs/xinhua/registers/${register}.toml`), 'utf8');
  };
  let was = await open('startup_loan');
  assert.match(await page.inputValue('[name="instrument.0.words"]'), /^个人 = individual\n/);
  assert.equal(await page.inputValue('[name="instrument.0.ledger.2.account"]'), 'loan.lost');
  await filled(page, { 'instrument.0.fills': 'regime = regime\ncap = kappe' });
  await page.click('button[value=plan]');
  assert.match(await page.locator('.faults').innerText(), /kappe/, 'an answer that the scheme does not give');
  await filled(page, { 'instrument.0.fills': 'regime = regime\ncap = cap', 'instrument.0.when': 'national == null && amount > 0' });
  await page.click('button[value=plan]');
  assert.match(await page.locator('section.preview').innerText(), /试算了 \d+ 条/);
  assert.equal(await taken(), was.replace('when = "national == null"', 'when = "national == null && amount > 0"'));

  was = await open('procedure');
  const items = await page.locator('[name^="template.0.each."][name$=".days"]').count();
  assert.ok(items > 40, `${items} items`);
  await filled(page, { 'template.0.each.0.days': '2' });
  await page.click('button[value=plan]');
  assert.match(await page.locator('.preview').first().innerText(), /项目手续|清单/);
  const lines = (await taken()).split('\n');
  assert.deepEqual(lines.filter((line) => !was.split('\n').includes(line)), ['days = 2']);
  await looked(page, 'desk-template', 1440);

  was = await open('meal_site');
  await filled(page, { 'inquiry.0.name': '助餐场所', 'inquiry.0.fields': 'number, name, opened_on' });
  await page.click('button[value=plan]');
  assert.equal(await page.locator('.faults').count(), 0, await page.locator('main').innerText());
  assert.match(await taken(), /^inquiry = \{ name = "助餐场所", fields = \["number", "name", "opened_on"\] \}$/m);
  await page.setViewportSize({ width: 390, height: 844 });
  await looked(page, 'desk-inquiry', 390);
});

// The unit tests of the form go through every register; here the browser's own encoding is in between.
test('registers go through the browser untouched', async () => {
  const page = await signedIn(site, 'xinxi');
  for (const name of ['agent_case', 'flat', 'procedure', 'task', 'voucher_use'].map((id) => `${id}.toml`)) {
    const path = `/manage/design/register?register=${name.replace('.toml', '')}`;
    await page.goto(site.url + path);
    const sent = await page.locator('form.design').evaluate((form) => [...new FormData(form)].map(([k, v]) => [k, v.replace(/\r?\n/g, '\r\n')]));
    const body = new URLSearchParams([...sent, ['do', 'download']]).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: site.url };
    const answer = await page.request.post(`${site.url}/manage/design/register`, { data: body, headers });
    assert.equal(await answer.text(), readFileSync(join(root, 'packs/xinhua/registers', name), 'utf8'), name);
  }
});

test('somebody else’s change is not written over', async () => {
  const [one, other] = [await signedIn(site, 'xinxi'), await signedIn(site, 'xinxi')];
  for (const page of [one, other]) await page.goto(`${site.url}/manage/design/register?register=award`);
  await filled(one, { 'register.0.about': '样例·先改的' });
  await one.click('button[value=apply]');
  assert.match(await one.locator('.saved').innerText(), /已装入/);
  await filled(other, { 'register.0.name': '样例·后改的' });
  await other.click('button[value=apply]');
  assert.match(await other.locator('.faults').innerText(), /被别人改过/);
});

test('the next holiday notice is typed in, and the calendar knows the year', async () => {
  const page = await signedIn(site, 'xinxi');
  await page.goto(`${site.url}/manage/machine`);
  assert.match(await page.locator('main').innerText(), /明年的放假通知还没有录入/);
  await page.click('a[href="/manage/design/notice"]');
  const year = Number(await page.inputValue('input[name=year]'));
  const days = { first0: `${year}-01-01`, last0: `${year}-01-03`, work0: `${year}-01-09`, announced_on: `${year - 1}-11-03`, address: 'https://example.test/' };
  for (const [name, value] of Object.entries(days)) await page.fill(`[name=${name}]`, value);
  for (let at = 1; at < 7; at += 1) await page.fill(`[name=name${at}]`, '');
  await page.click('button[value=plan]');
  assert.match(await page.locator('.preview').innerText(), /日历/);
  await page.click('button[value=apply]');
  assert.match(await page.locator('.saved').innerText(), /已装入/);
  await page.goto(`${site.url}/manage/machine`);
  const machine = await page.locator('main').innerText();
  assert.doesNotMatch(machine, /明年的放假通知还没有录入/);
  assert.match(machine, /磁盘可用\s+[\d,]+ MiB[\s\S]*链头/);
  await page.click('main form button');
  assert.match(await page.locator('.saved').innerText(), /核验完毕/);
  assert.match(await page.locator('main').innerText(), /全部相符/);
  await page.goto(`${site.url}/calendar?year=${year}`);
  assert.match(await page.locator('main').innerText(), /1月\d+ 个工作日[\s\S]*\b1\s休[\s\S]*\b9\s班[\s\S]*2月/);
});

test('a practice book is made by one command, and says on every page that it is none to report from', async () => {
  const program = process.env.TAIZHANG_TEST_BIN ?? join(root, 'target/debug/taizhang');
  const args = ['practice', '--dir', join(site.folder, 'practice'), '--pack', join(root, 'packs/hello'), '--addr', '127.0.0.1:0'];
  const server = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const said = await new Promise((resolve, reject) => {
      let text = '';
      server.on('exit', (code) => reject(new Error(`practice ended with ${code}: ${text}`)));
      server.stdout.on('data', (chunk) => {
        text += chunk;
        if (/^url=\S+$/m.test(text)) resolve(text);
      });
    });
    const url = /^url=(\S+)$/m.exec(said)[1].replace(/\/$/, '');
    const [, user, code] = /^user=(\S+) activation=(\S+)$/m.exec(said);
    const context = await site.browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const banner = async (where) => assert.equal(await page.locator('p.practice').count(), 1, where);
    await page.goto(`${url}/activate`);
    await banner('activation');
    for (const [name, value] of Object.entries({ user, code, password: 'practice-book-1', again: 'practice-book-1' })) await page.fill(`input[name=${name}]`, value);
    await page.click('form button');
    await page.waitForURL(/login/);
    await page.fill('input[name=user]', user);
    await page.fill('input[name=password]', 'practice-book-1');
    await page.click('form button');
    await page.waitForURL((address) => address.pathname === '/');
    for (const [path, status] of [['/', 200], ['/registers', 200], ['/manage/design', 200], ['/wall', 200], ['/nowhere', 404], ['/records/999', 404], ['/records/no', 400], ['/open', 200]]) {
      const answer = await page.goto(url + path);
      assert.equal(answer.status(), status, path);
      await banner(path);
      await looked(page, `practice${path.replace(/\W+/g, '_')}`, 390);
    }
    await context.close();
  } finally {
    server.removeAllListeners('exit');
    server.kill('SIGKILL');
  }
});

test('nobody but the administrator designs', async () => {
  const page = await signedIn(site, 'lingdao');
  for (const path of ['/manage/design', '/manage/design/register?register=award', '/manage/design/text', '/manage/design/notice', '/manage/machine']) {
    assert.equal((await page.goto(site.url + path)).status(), 422, path);
  }
});

test('the first round has five steps, and is not offered again to who has seen it', async () => {
  const page = await signedIn(site, 'jingban.minzheng', 390);
  await page.goto(`${site.url}/`);
  await page.click('.offer a');
  for (let step = 1; step <= 5; step += 1) {
    assert.match(await page.locator('h1').innerText(), new RegExp(`第 ${step} 步`));
    assert.ok(await page.locator('.sample').count());
    await looked(page, `desk-tour-${step}`, 390);
    if (step < 5) await page.click('.acts a.act');
  }
  await page.click('.acts form button');
  assert.equal(await page.locator('.offer').count(), 0);
  await page.goto(`${site.url}/`);
  assert.equal(await page.locator('.offer').count(), 0);
});
