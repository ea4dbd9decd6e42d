// What is typed into a form is kept every few seconds without being sent: nothing is posted by it, and
// it waits on the form's page, also after the browser was closed.
(() => {
  'use strict';
  const form = document.querySelector('form.writing[data-place]');
  const button = form?.querySelector('button[data-draft]');
  if (!form || !button) return;
  let timer;
  let busy = false;
  const keep = async () => {
    if (busy || form.dataset.sent || !navigator.onLine) return;
    busy = true;
    const body = new FormData(form);
    for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name);
    body.set('do', 'keep');
    try {
      await fetch(form.action, { method: 'POST', body, credentials: 'same-origin', headers: { accept: 'text/html' } });
    } catch { /* The next one will do. */ }
    busy = false;
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 4000);
  });
  form.addEventListener('submit', () => clearTimeout(timer));
})();
