// The search of the head as a palette: what is found, and what can be done, appears below it while one types;
// arrows walk through it, Enter opens what is marked. Without a script the same form leads to the page of
// what was found.
(() => {
  'use strict';
  const find = document.getElementById('find');
  if (!find) return;
  const list = document.createElement('ul');
  list.className = 'palette';
  list.id = 'palette';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', find.getAttribute('aria-label'));
  list.hidden = true;
  find.form.append(list);
  for (const [name, value] of [['role', 'combobox'], ['aria-expanded', 'false'], ['aria-controls', 'palette'], ['aria-autocomplete', 'list']]) find.setAttribute(name, value);
  let timer;
  let asked = null;
  let at = -1;
  const items = () => [...list.children];
  const mark = (next) => {
    const all = items();
    at = all.length ? Math.max(0, Math.min(all.length - 1, next)) : -1;
    all.forEach((item, n) => item.setAttribute('aria-selected', String(n === at)));
    if (at >= 0) {
      find.setAttribute('aria-activedescendant', all[at].id);
      all[at].scrollIntoView({ block: 'nearest' });
    } else find.removeAttribute('aria-activedescendant');
  };
  const close = () => {
    list.hidden = true;
    asked = null;
    find.setAttribute('aria-expanded', 'false');
    mark(-1);
  };
  const show = async () => {
    const text = find.value.trim();
    if (text === asked) return;
    asked = text;
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { credentials: 'same-origin' });
      if (!answer.ok || text !== find.value.trim()) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = [...page.querySelectorAll('ul.found li')].slice(0, 14).map((item) => document.importNode(item, true));
      found.forEach((item, n) => {
        item.id = `palette-${n}`;
        item.setAttribute('role', 'option');
        item.querySelector('a').tabIndex = -1;
      });
      list.replaceChildren(...found);
      list.hidden = !found.length;
      find.setAttribute('aria-expanded', String(!list.hidden));
      mark(0);
    } catch { close(); }
  };
  find.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 150); });
  find.addEventListener('focus', show);
  find.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    if (list.hidden) return;
    if (event.key === 'ArrowDown') { event.preventDefault(); mark(at + 1); }
    if (event.key === 'ArrowUp') { event.preventDefault(); mark(at - 1); }
    if (event.key === 'Tab') close();
    // What was typed last may not have been answered yet: then the page of what was found is right.
    if (event.key === 'Enter' && at >= 0 && asked === find.value.trim()) {
      event.preventDefault();
      location.assign(items()[at].querySelector('a').href);
    }
  });
  document.addEventListener('click', (event) => { if (!find.form.contains(event.target)) close(); });
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') { event.preventDefault(); find.focus(); find.select(); show(); }
  });
})();
