// A card that is dragged onto another stage leads to the form of the move that goes there.
(() => {
  'use strict';
  const board = document.querySelector('.board');
  if (!board) return;
  let lifted = null;
  const way = (lane) => {
    const found = (lifted?.dataset.moves ?? '').split(' ').map((pair) => pair.split(':')).find(([to]) => to === lane.dataset.stage);
    return found?.[1];
  };
  board.addEventListener('dragstart', (event) => {
    lifted = event.target.closest('.card-record');
    if (!lifted) return;
    lifted.classList.add('lifted');
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', lifted.dataset.record);
  });
  board.addEventListener('dragend', () => {
    lifted?.classList.remove('lifted');
    for (const lane of board.querySelectorAll('.over')) lane.classList.remove('over');
    lifted = null;
  });
  board.addEventListener('dragover', (event) => {
    const lane = event.target.closest('.lane');
    for (const other of board.querySelectorAll('.over')) if (other !== lane) other.classList.remove('over');
    if (!lane || !way(lane)) return;
    event.preventDefault();
    lane.classList.add('over');
  });
  board.addEventListener('drop', (event) => {
    const lane = event.target.closest('.lane');
    const move = lane && way(lane);
    if (!move) return;
    event.preventDefault();
    location.assign(`/records/${lifted.dataset.record}/move?move=${encodeURIComponent(move)}`);
  });
})();
