// What an office does with its bulletins and with the forms of others: a sentence is added in the browser, a list of
// changes is opened to its entries, a superior's form is filled, two records that were one become one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { looked, signedIn, start } from './site.mjs';
import { unzipped, workbook } from './workbook.mjs';

let site;
let office;

before(async () => {
  site = await start();
  office = await signedIn(site, 'ducha');
});
after(async () => site?.stop());

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const taken = async (path) => {
  const answer = await office.request.get(site.url + path);
  assert.equal(answer.status(), 200, path);
  return answer.body();
};
// A page at every width, looked at.
async function everywhere(name, page = office) {
  for (const width of [1366, 390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await looked(page, name, width);
  }
}

test('S16: a sentence is added with a figure that was searched for; a number typed by hand is marked wherever it is read', async () => {
  await office.goto(`${site.url}/bulletins/week/edit`);
  const text = office.locator('textarea[name=text]');
  const before = await text.inputValue();
  await text.fill(`${before}\n\n另收到群众来电 7 件。核发房票`);
  await office.fill('main input[name=q]', '核发房票');
  await office.press('main input[name=q]', 'Enter');
  const row = office.locator('main tr', { hasText: '核发房票' }).first();
  await row.waitFor();
  assert.match(await text.inputValue(), /群众来电 7 件/, 'what was typed outlives the search');
  assert.equal(await row.locator('code').innerText(), '{{ f("voucher.issued") }}');
  await everywhere('books_edit');
  await text.fill(`${await text.inputValue()} {{ f("voucher.issued", from="2024-01-01") }} 张。`);
  await office.click('button[value=save]');
  await office.waitForURL(/\/bulletins\/week$/);
  await office.goto(`${site.url}/bulletins/week?as_of=2024-06-30`);
  assert.match(await office.locator('article').innerText(), /另收到群众来电 7※ 件。核发房票 14 张/);
  assert.equal(await office.locator('article .by-hand').innerText(), '7※');
  await everywhere('books_week');
  await office.locator('article a[href*="voucher.issued"]').click();
  assert.match(await office.locator('.number').first().innerText(), /14/, 'and the other one opens');
  const file = (kind) => taken(`/bulletins/week/file?as=${kind}&as_of=2024-06-30`);
  for (const kind of ['md', 'html']) {
    assert.match((await file(kind)).toString(), /来电 .*7※[\s\S]*※ 人工填写、不出自账簿的数字：7/, kind);
  }
  assert.match(unzipped(await file('docx'))['word/document.xml'], /来电 7※ 件[\s\S]*※ 人工填写、不出自账簿的数字：7/);
});

test('S16: why a released figure is another one now opens to the entries and to the record', async () => {
  await office.goto(`${site.url}/bulletins/half-year/changes?as_of=2024-06-30`);
  const row = office.locator('tbody tr', { hasText: '处置的路队案件' });
  assert.match((await row.innerText()).replace(/\s+/g, ' '), /36 38/);
  await everywhere('books_changes');
  await row.locator('details summary').first().click();
  await row.locator('details a').first().click();
  await office.waitForURL(/\/journal\?after=\d+/);
  await office.locator('main a[href^="/records/"]').first().click();
  await office.waitForURL(/\/records\/\d+/);
});

test('S16: what falls due is drafted by itself, by week, month, half-year and unit, and who has not reported is listed', async () => {
  await office.goto(`${site.url}/bulletins`);
  const due = office.locator('table.ledger').first();
  const text = await due.innerText();
  for (const name of ['督查周报', '新华区月度工作通报', '新华区上半年工作情况通报', '镇街月度工作情况']) assert.ok(text.includes(name), `${name}: ${text}`);
  await everywhere('books_due');
  await office.goto(`${site.url}/bulletins/half-year/unreported?as_of=2024-06-30`);
  assert.match(await office.locator('main').innerText(), /上半年地区生产总值/);
  await everywhere('books_unreported');
});

test('S16: a superior’s form is brought once, bound, and comes out filled and otherwise as it was', async () => {
  const rows = [['市表三', '', ''], ['指标', '单位', '本期'], ['在运营的老年助餐场所', '个', ''], ['创业担保贷款', '万元', ''], ['其他', '—', '']];
  await office.goto(`${site.url}/forms`);
  await office.fill('input[name=name]', '样例·市表三');
  await office.setInputFiles('input[type=file]', { name: '市表三.xlsx', mimeType: xlsx, buffer: workbook([['市表', rows]]) });
  await office.click('form.writing button.act');
  await office.waitForURL(/\/forms\/\d+/);
  await office.fill('textarea[name=bindings]', '市表!C3 = meal_site.operating\n市表!C4 = startup_loan.disbursed, measure=万元');
  await office.click('form:has(textarea) button.act');
  await office.waitForURL(/\/forms\/\d+/);
  await office.goto(`${office.url().split('?')[0]}?as_of=2024-06-30`);
  await everywhere('books_form');
  assert.match(await office.locator('main').innerText(), /C5/, 'the cell that nothing is bound to is named');
  const filled = await taken(`${new URL(office.url()).pathname}/file?as_of=2024-06-30`);
  const sheet = unzipped(filled)['xl/worksheets/sheet1.xml'];
  assert.match(sheet, /r="C3"[^>]*><v>26<\/v>/);
  assert.match(sheet, /r="C4"[^>]*><v>3230<\/v>/);
  for (const text of ['市表三', '创业担保贷款', '其他']) assert.ok(sheet.includes(text), text);
});

test('one canteen that was registered twice becomes one, and what each figure loses is seen before', async () => {
  const clerk = await signedIn(site, 'fuze.jiaodian');
  const made = [];
  for (const number of ['重复-01', '重复-02']) {
    await clerk.goto(`${site.url}/registers/meal_site/new`);
    const said = { number, name: '样例·重复食堂', town: '410402100', filed_on: '2024-06-01', opened_on: '2024-06-15' };
    for (const [id, value] of Object.entries(said)) await clerk.fill(`[name="f.${id}"]`, value);
    if (number === '重复-02') await clerk.fill('[name="f.seats"]', '40');
    await clerk.fill('[name="occurred_on"]', '2024-06-15');
    await clerk.click('button[value=save]');
    await clerk.waitForURL(/\/records\/\d+/);
    made.push(/\/records\/(\d+)/.exec(clerk.url())[1]);
  }
  const operating = async () => {
    await office.goto(`${site.url}/figures/meal_site.operating?unit=410402&as_of=2024-06-30`);
    return Number(await office.locator('.number .value').innerText());
  };
  const before = await operating();
  await clerk.goto(`${site.url}/records/${made[1]}`);
  await clerk.locator('nav.acts a', { hasText: '合并' }).click();
  await clerk.fill('input[name=into]', `#${made[0]}`);
  await clerk.click('main form[method=get] button');
  const told = await clerk.locator('main').innerText();
  assert.match(told, /餐位：40/, 'what the other one takes over');
  assert.match(told, /在运营的老年助餐场所[\s\S]*-1/);
  await everywhere('books_merge', clerk);
  await clerk.fill('input[name=reason]', '样例·同一处，登记了两遍');
  await clerk.click('main form[method=post] button.act');
  await clerk.waitForURL(new RegExp(`/records/${made[0]}`));
  assert.match(await clerk.locator('main').innerText(), /40/);
  assert.equal(await operating(), before - 1);
  await clerk.goto(`${site.url}/records/${made[1]}?tab=changes`);
  assert.match(await clerk.locator('main').innerText(), new RegExp(`#${made[1]} 并入 #${made[0]}[\\s\\S]*登记了两遍`));
  assert.deepEqual([...office.foreign, ...clerk.foreign], []);
  await clerk.context().close();
});
