// The board on which an opening is clicked: time goes right, pitch goes up, a click or Enter sets a note or takes it away.
const EIGHTH = Q / 2;

function makeBoard(canvas, {notes, keys, size, toggle, say}) {
  const cursor = {column: 0, pitch: 60};
  let focused = false;
  const columnCount = () => {
    const end = notes().reduce((last, n) => Math.max(last, n.tick + n.ticks), 8 * Q);
    return Math.ceil(end / (4 * Q)) * 8;
  };
  const at = (column, pitch) => notes().find(n => {
    return n.pitch === pitch && n.tick < (column + 1) * EIGHTH && n.tick + n.ticks > column * EIGHTH;
  });
  const place = e => {
    const box = canvas.getBoundingClientRect();
    const [low, high] = keys();
    const rows = high - low + 1;
    const column = Math.floor((e.clientX - box.left) / box.width * columnCount());
    const row = Math.floor((e.clientY - box.top) / box.height * rows);
    return {
      column: Math.max(0, Math.min(columnCount() - 1, column)),
      pitch: Math.max(low, Math.min(high, high - row)),
    };
  };
  const change = () => {
    const known = at(cursor.column, cursor.pitch);
    toggle(known, {tick: cursor.column * EIGHTH, ticks: size(), pitch: cursor.pitch});
    tell(known ? "taken away" : "set");
  };
  const tell = more => {
    say(`${nameOf(cursor.pitch)} at quarter ${cursor.column / 2 + 1}: ${more || (at(cursor.column, cursor.pitch) ? "a note" : "empty")}`);
  };
  const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
  canvas.addEventListener("click", e => {
    Object.assign(cursor, place(e));
    change();
  });
  canvas.addEventListener("keydown", e => {
    const [low, high] = keys();
    const move = MOVES[e.key];
    if (move) {
      cursor.column = Math.max(0, Math.min(columnCount() - 1, cursor.column + move[0]));
      cursor.pitch = Math.max(low, Math.min(high, cursor.pitch + move[1]));
      tell();
    } else if (e.key === "Enter" || e.key === " ") {
      change();
    } else {
      return;
    }
    e.preventDefault();
    paint();
  });
  for (const [event, now] of [["focus", true], ["blur", false]]) {
    canvas.addEventListener(event, () => {
      focused = now;
      paint();
    });
  }
  function paint() {
    const surface = clearCanvas(canvas);
    if (!surface) return;
    const {g, w, h, css} = surface;
    const [low, high] = keys();
    cursor.pitch = Math.max(low, Math.min(high, cursor.pitch));
    const lane = h / (high - low + 1);
    const count = columnCount();
    const column = w / count;
    const y = pitch => (high - pitch) * lane;
    g.fillStyle = css.color;
    for (let pitch = low; pitch <= high; pitch++) {
      g.globalAlpha = "010100101010"[pitch % 12] > 0 ? 0.09 : 0;
      g.fillRect(0, y(pitch), w, lane);
    }
    for (let c = 1; c < count; c++) {
      g.globalAlpha = c % 8 === 0 ? 0.4 : c % 2 === 0 ? 0.18 : 0.07;
      g.fillRect(Math.round(c * column), 0, 1, h);
    }
    g.font = `${Math.max(9, Math.min(12, lane + 2))}px system-ui,sans-serif`;
    g.globalAlpha = 0.75;
    for (let pitch = low; pitch <= high; pitch++) {
      if (pitch % 12 === 0) g.fillText(nameOf(pitch), 3, y(pitch) + lane - 1);
    }
    g.globalAlpha = 0.85;
    g.fillStyle = colourOf(canvas, 0);
    for (const n of notes()) {
      const left = n.tick / EIGHTH * column;
      g.beginPath();
      g.roundRect(left + 0.5, y(n.pitch) + 0.5, Math.max(2, n.ticks / EIGHTH * column - 1.5), Math.max(2, lane - 1), 2);
      g.fill();
    }
    if (focused) {
      g.globalAlpha = 1;
      g.strokeStyle = css.color;
      g.lineWidth = 1.5;
      g.strokeRect(cursor.column * column + 1, y(cursor.pitch) + 0.5, column - 2, lane - 1);
    }
  }
  return paint;
}

// A canvas as large as it is shown, blank; nothing where it is not shown.
function clearCanvas(canvas) {
  const w = canvas.clientWidth;
  const h = canvas.clientHeight;
  if (!w) return null;
  const ratio = W.devicePixelRatio || 1;
  const g = canvas.getContext("2d");
  canvas.width = w * ratio;
  canvas.height = h * ratio;
  g.scale(ratio, ratio);
  return {g, w, h, css: getComputedStyle(canvas)};
}

// The colour of a track, as the style sheet has it in this theme.
function colourOf(element, track) {
  const probe = D.createElement("i");
  probe.style.color = `var(--t${track})`;
  element.parentElement.append(probe);
  const {color} = getComputedStyle(probe);
  probe.remove();
  return color;
}
