// What makes the pages quicker for those who have scripts: keys, menus that close, a word when the
// connection is lost, and a form that is sent once. Every page reads and saves without it.
(() => {
  'use strict';
  const typing = (element) => element && /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  const told = document.getElementById('told');
  let timer;
  const tell = (text, stays) => {
    if (!told || !text) return;
    told.textContent = text;
    told.hidden = false;
    clearTimeout(timer);
    if (!stays) timer = setTimeout(() => { told.hidden = true; }, 4000);
  };
  window.tz = { tell };

  // A wall screen is asked for anew; whoever reads it by hand can stop that by looking at another page.
  const again = Number(document.querySelector('[data-again]')?.dataset.again);
  if (again) setTimeout(() => location.reload(), again * 1000);

  // Menus close when somebody looks elsewhere.
  document.addEventListener('click', (event) => {
    for (const open of document.querySelectorAll('.stand details[open], details.menu[open]')) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  // A form is sent once: the key in it makes a second one harmless, this keeps people from wondering.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (!navigator.onLine) {
      event.preventDefault();
      tell(told?.dataset.offline, true);
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    const saves = event.submitter?.value === 'save' && form.matches('form.writing');
    const keyed = saves && form.querySelector('input[name=key]');
    if (keyed) {
      event.preventDefault();
      const body = new FormData(form);
      body.append(event.submitter.name, event.submitter.value);
      send(form, body, 0);
    }
    setTimeout(() => { for (const button of form.querySelectorAll('button')) button.disabled = true; });
  });

  // A form with a key may be sent again: if the answer is lost on the way, it is asked for once more, and what
  // was typed stays where it is until there is one.
  const again_after = [1500, 4000];
  const free = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('button')) button.disabled = false;
  };
  const send = async (form, body, tries) => {
    try {
      const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin', headers: { accept: 'text/html' } });
      if (answer.redirected) return location.assign(answer.url);
      const text = await answer.text();
      document.open();
      document.write(text);
      document.close();
    } catch {
      tell(told?.dataset.offline, true);
      if (tries < again_after.length) setTimeout(() => send(form, body, tries + 1), again_after[tries]);
      else free(form);
    }
  };
  window.addEventListener('pageshow', () => {
    for (const form of document.forms) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('button')) button.disabled = false;
    }
  });
  window.addEventListener('offline', () => tell(told?.dataset.offline, true));
  window.addEventListener('online', () => tell(told?.dataset.online));

  // All rows of a page are ticked at once.
  for (const all of document.querySelectorAll('input[data-all]')) {
    all.hidden = false;
    all.addEventListener('change', () => {
      for (const box of document.querySelectorAll(`table.list input[name="${all.dataset.all}"]`)) box.checked = all.checked;
    });
  }

  // Rows are walked through with j and k, and opened with Enter.
  const rows = () => [...document.querySelectorAll('table.list tbody tr, .duties li')].filter((row) => row.querySelector('a'));
  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))] ?? all[0];
    (next.querySelector('td a, a') ?? next).focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      for (const open of document.querySelectorAll('.stand details[open], details.menu[open]')) {
        open.open = false;
        open.querySelector('summary').focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const find = document.getElementById('find');
    if (event.key === '/' && find) {
      event.preventDefault();
      find.focus();
    } else if (event.key === 'n') {
      const link = document.querySelector('a[data-key=n]');
      if (link) location.assign(link.href);
    } else if (event.key === 'j') walk(1);
    else if (event.key === 'k') walk(-1);
    else if (event.key === '?') tell(document.querySelector('.foot .keys')?.textContent);
  });
})();
