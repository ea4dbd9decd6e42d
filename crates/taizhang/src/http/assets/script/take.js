// What a page draws is taken along as a picture, and its tables as cells for a report. The drawing is the
// server's own, with the style that it has on the page.
(() => {
  'use strict';
  const words = document.getElementById('told')?.dataset;
  if (!words?.png) return;
  const KEPT = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'opacity', 'text-anchor', 'display', 'r'];
  const NS = 'http://www.w3.org/2000/svg';
  const part = (name, attributes, text) => {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  // A copy of a drawing that stands alone: its style as attributes, its name above it, on paper.
  const alone = (svg) => {
    const copy = svg.cloneNode(true);
    const there = [svg, ...svg.querySelectorAll('*')];
    [copy, ...copy.querySelectorAll('*')].forEach((element, n) => {
      const style = getComputedStyle(there[n]);
      for (const name of KEPT) {
        const value = style.getPropertyValue(name);
        if (value && value !== 'auto') element.setAttribute(name, value);
      }
      element.removeAttribute('class');
    });
    const { x, y, width, height } = svg.viewBox.baseVal;
    const title = svg.getAttribute('aria-label') || document.title;
    copy.setAttribute('xmlns', NS);
    copy.setAttribute('viewBox', `${x} ${y - 34} ${width} ${height + 34}`);
    copy.setAttribute('width', width);
    copy.setAttribute('height', height + 34);
    copy.prepend(part('rect', { x, y: y - 34, width, height: height + 34, fill: '#ffffff' }),
      part('text', { x: x + 8, y: y - 12, fill: '#23201b', 'font-size': 16, 'font-family': 'serif', 'font-weight': 700 }, title));
    return { title, width, height: height + 34, text: new XMLSerializer().serializeToString(copy) };
  };
  const save = (blob, name) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const asSvg = ({ text }) => new Blob([text], { type: 'image/svg+xml' });
  const asPng = (drawing) => new Promise((done, failed) => {
    const image = new Image();
    const address = URL.createObjectURL(asSvg(drawing));
    image.onload = () => {
      const canvas = document.createElement('canvas');
      const scale = Math.max(1, Math.min(3, 1600 / drawing.width));
      canvas.width = drawing.width * scale;
      canvas.height = drawing.height * scale;
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(address);
      canvas.toBlob(done, 'image/png');
    };
    image.onerror = failed;
    image.src = address;
  });
  const button = (word, act) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = word;
    made.addEventListener('click', act);
    return made;
  };
  const bar = (...buttons) => {
    const made = document.createElement('p');
    made.className = 'take no-print';
    made.append(...buttons);
    return made;
  };
  for (const svg of document.querySelectorAll('main:not(.wall) svg.chart, main:not(.wall) svg.plane, main:not(.wall) svg.gantt')) {
    svg.after(bar(
      button(words.png, async () => { const drawing = alone(svg); save(await asPng(drawing), `${drawing.title}.png`); }),
      button(words.svg, () => { const drawing = alone(svg); save(asSvg(drawing), `${drawing.title}.svg`); }),
    ));
  }
  // The clipboard of scripts is closed to addresses without a certificate; a selection can be copied anywhere.
  for (const table of document.querySelectorAll('.copied table')) {
    table.after(bar(button(words.table, () => {
      const range = document.createRange();
      range.selectNode(table);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      document.execCommand('copy');
      selection.removeAllRanges();
      window.tz?.tell(words.copied);
    })));
  }
})();
