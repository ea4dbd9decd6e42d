// A block copied from WPS or Excel is spread over the cells; arrows and Enter go from row to row.
(() => {
  'use strict';
  const table = document.querySelector('table.cells');
  if (!table) return;
  const body = table.tBodies[0];
  const cells = (row) => [...row.querySelectorAll('input')];
  const grow = () => {
    const last = body.rows[body.rows.length - 1];
    const copy = last.cloneNode(true);
    const no = body.rows.length + 1;
    copy.cells[0].textContent = no;
    for (const input of cells(copy)) {
      input.value = '';
      input.name = input.name.replace(/^c\.\d+\./, `c.${no}.`);
      input.removeAttribute('aria-invalid');
      input.removeAttribute('title');
      input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/\d+/, no));
      input.closest('td').classList.remove('wrong');
    }
    body.append(copy);
    return copy;
  };
  table.addEventListener('paste', (event) => {
    const text = event.clipboardData.getData('text/plain');
    if (!/[\t\n]/.test(text.trim())) return;
    const start = event.target.closest('td');
    if (!start) return;
    event.preventDefault();
    const column = start.cellIndex - 1;
    let at = start.parentElement.rowIndex - 1;
    for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
      if (at >= 200) break;
      const row = body.rows[at] ?? grow();
      line.split('\t').forEach((value, n) => { const cell = cells(row)[column + n]; if (cell) cell.value = value.trim(); });
      at += 1;
    }
  });
  table.addEventListener('keydown', (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const cell = event.target.closest('td');
    if (!step || !cell || event.target.list && event.key !== 'Enter') return;
    event.preventDefault();
    const row = body.rows[cell.parentElement.rowIndex - 1 + step] ?? (step > 0 ? grow() : null);
    row && cells(row)[cell.cellIndex - 1]?.focus();
  });
})();
