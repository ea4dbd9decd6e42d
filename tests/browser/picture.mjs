// Makes docs/picture.png from the demonstration: a cell changes, a figure moves, a restatement says why.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, signedIn, start } from './site.mjs';

const style = `body{margin:0;background:#f6f3ea;font:16px/1.7 "Noto Serif CJK SC",serif;color:#23211d;display:flex;gap:18px;
padding:18px;box-sizing:border-box;height:520px} section{flex:1;background:#fffdf7;border:1px solid #d8d0b8;display:flex;
flex-direction:column;overflow:hidden} h2{font-size:17px;margin:0;padding:10px 16px;border-bottom:2px solid #b3312c}
.shot{flex:1;background-size:cover;background-position:top left} .text{padding:8px 20px;font-size:13.5px;line-height:1.5} h1{font-size:22px;margin:.2em 0}
.changed{color:#b3312c;margin:1px 0}`;

const site = await start();
try {
  const page = await signedIn(site, 'ducha', 800);
  await page.setViewportSize({ width: 800, height: 620 });
  const shot = async () => `data:image/png;base64,${(await page.screenshot()).toString('base64')}`;
  await page.goto(`${site.url}/figures/project.battery_capacity?unit=410402&as_of=2024-06-30`);
  const figure = await shot();
  await page.locator('a[href^="/records/"]').first().click();
  await page.goto(`${page.url().split('?')[0]}?tab=changes`);
  await page.locator('h2', { hasText: '变更记录' }).or(page.locator('nav.tabs')).first().evaluate((e) => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 12));
  const record = await shot();
  const sheet = readFileSync(join(site.folder, 'demo/bulletins/restatement.md'), 'utf8')
    .replace(/^# (.*)$/m, '<h1>$1</h1>')
    .replace(/^- (.*)$/gm, '<p class="changed">$1</p>')
    .replace(/\n+/g, '\n')
    .replace(/([^>])\n/g, '$1<br>');
  await page.setViewportSize({ width: 1440, height: 520 });
  await page.goto('about:blank');
  await page.setContent(`<style>${style}</style>
    <section><h2>一处更正 · a cell changes</h2><div class="shot" style="background-image:url(${record})"></div></section>
    <section><h2>数字随之变动 · a figure moves</h2><div class="shot" style="background-image:url(${figure})"></div></section>
    <section><h2>说明为什么变了 · a restatement says why</h2><div class="text">${sheet}</div></section>`);
  await page.screenshot({ path: join(root, 'docs/picture.png') });
} finally {
  await site.stop();
}
