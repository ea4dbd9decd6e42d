// The search of the head as a palette: what is found appears below it while one types; arrows walk
// through it, Enter opens. Without a script the same form leads to the page of what was found.
(() => {
  'use strict';
  const find = document.getElementById('find');
  if (!find) return;
  const list = document.createElement('ul');
  list.className = 'palette';
  list.hidden = true;
  find.form.append(list);
  let timer;
  let asked = '';
  const close = () => { list.hidden = true; };
  const show = async () => {
    const text = find.value.trim();
    if (text === asked) return;
    asked = text;
    if (!text) return close();
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { credentials: 'same-origin' });
      if (!answer.ok || text !== find.value.trim()) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = [...page.querySelectorAll('ul.found li')].slice(0, 12);
      list.replaceChildren(...found.map((item) => document.importNode(item, true)));
      list.hidden = !found.length;
    } catch { close(); }
  };
  find.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 180); });
  find.form.addEventListener('keydown', (event) => {
    const links = [...list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement);
    if (event.key === 'Escape') { close(); find.focus(); }
    if (list.hidden || !links.length) return;
    if (event.key === 'ArrowDown') { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
    if (event.key === 'ArrowUp') { event.preventDefault(); (at > 0 ? links[at - 1] : find).focus(); }
  });
  document.addEventListener('click', (event) => { if (!find.form.contains(event.target)) close(); });
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') { event.preventDefault(); find.focus(); find.select(); }
  });
})();
