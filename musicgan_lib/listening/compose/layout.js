// What a panel consists of, and how it draws a take. Nothing that a reader or a file gives is part of this text.
const button = (action, text, more = "") => `<button type=button data-action=${action} ${more}>${text}</button>`;
const labelled = (text, control) => `<label>${text} ${control}</label>`;
const LENGTHS_OF_NOTES = [["eighth", 0.5], ["quarter", 1], ["half", 2], ["whole", 4], ["sixteenth", 0.25]];
const LAYOUT = `
<div class=mg-row><span>${labelled("Write with", "<select data-action=model></select>")}
${labelled("beside it", "<select data-action=beside></select>")}</span></div>
<p data-role=about class=mg-dim></p>
<div class=mg-row><span>${labelled(
  "Temperature",
  "<input type=range data-action=temperature min=0.3 max=1.7 step=0.05><output data-role=temperature></output>",
)}</span>
<span>${labelled("Seed", "<input type=text inputmode=numeric data-action=seed size=7 maxlength=10>")}
${button("dice", "Another", 'aria-label="Another seed"')}</span>
${labelled("Length", "<select data-action=length></select>")}</div>
<details data-role=opening><summary>Opening (<span data-role=count></span>)</summary>
<div class=mg-row><label class=mg-wide>Notes <input type=text data-action=opening spellcheck=false autocomplete=off
placeholder="C4 D4 E4:2 C4+E4+G4"></label></div>
<div class=mg-row><span><span data-role=examples></span>${button("file", "MIDI file…")}${button("clear", "Clear")}</span>
${labelled("A click sets a", `<select data-action=size>${LENGTHS_OF_NOTES.map(([name, quarters]) => {
  return `<option value=${quarters * Q}>${name}</option>`;
}).join("")}</select>`)}<input type=file data-action=files accept=".mid,.midi,audio/midi" hidden tabindex=-1 aria-hidden=true></div>
<canvas data-action=board tabindex=0 role=application aria-label="Opening: click to set a note or take it away; with the keyboard, arrows move and Enter sets"></canvas>
<p class=mg-dim>Type notes with their lengths in quarters, click them, or drop a MIDI file anywhere on this panel.</p></details>
<div class=mg-row><span>${button("compose", "Compose", "class=mg-go")}<span data-role=status role=status></span></span></div>
<p data-role=said class=mg-dim></p>
<div data-role=written hidden><canvas data-take=0 role=img></canvas><canvas data-take=1 role=img></canvas>
<div class=mg-row>${button("play", PLAY, "aria-label=Play")}<input type=range data-action=seek aria-label=Position min=0 step=.05 value=0>
<span data-role=time role=timer aria-live=off></span></div>
<div class=mg-row><span data-role=heard role=group aria-label="Heard" hidden>
${["A", "B"].map((letter, k) => button("hear", letter, `data-take=${k} aria-pressed=${!k} aria-label="Hear ${letter}"`)).join("")}</span>
<span class=mg-tools>${button("midi", "MIDI", 'aria-label="Download MIDI"')}${button("link", "Link", 'aria-label="Link to this piece"')}</span></div>
<input type=text data-role=link readonly hidden aria-label="Link to this piece"></div>`;

function setFace(control, playing) {
  if (control.getAttribute("aria-label") === (playing ? "Pause" : "Play")) return;
  control.innerHTML = playing ? PAUSE : PLAY;
  control.setAttribute("aria-label", playing ? "Pause" : "Play");
}

function saveFile(panel, bytes, name) {
  const a = D.createElement("a");
  a.href = URL.createObjectURL(new Blob([bytes]));
  a.download = name;
  panel.append(a);
  a.click();
  a.remove();
  URL.revokeObjectURL(a.href);
}

// The part of a piece that is shown: all of it where it is short, else a window around the line of time.
function viewOf(canvas, now, end) {
  const wide = Math.min(Math.max(end, 4), canvas.clientWidth < 420 ? 14 : 30);
  return [Math.max(0, Math.min(now - wide * 0.3, end - wide)), wide];
}

function timeAt(canvas, event, now, end) {
  const [left, wide] = viewOf(canvas, now, end);
  const box = canvas.getBoundingClientRect();
  return left + (event.clientX - box.left) / box.width * wide;
}

// A take as a picture: what was given in the colour of real music, what was written in that of made music.
function paintRoll(canvas, take, {now, end, quiet, letter, following}) {
  const name = `Piano roll${letter ? ` of ${letter}` : ""}`;
  canvas.setAttribute("aria-label", `${name}: ${many(take.notes.length, "note")}, ${clock(take.length)}`);
  const surface = clearCanvas(canvas);
  if (!surface) return;
  const {g, w, h, css} = surface;
  const [left, wide] = viewOf(canvas, following ? end : now, end);
  const x = seconds => (seconds - left) / wide * w;
  const low = take.notes.reduce((least, n) => Math.min(least, n.pitch), 127);
  const high = take.notes.reduce((most, n) => Math.max(most, n.pitch), low);
  const spare = Math.max(0, 14 - high + low) / 2;
  const lane = (h - 12) / (high - low + 1 + 2 * spare);
  const bar = take.about.bar * 60 / take.about.bpm;
  g.fillStyle = css.color;
  g.globalAlpha = 0.16;
  if (bar) for (let t = Math.ceil(left / bar) * bar; t < left + wide; t += bar) g.fillRect(Math.round(x(t)), 0, 1, h);
  const colours = [colourOf(canvas, 1), colourOf(canvas, 0)];
  for (const n of take.notes) {
    const from = x(n.at);
    const to = x(n.at + n.len);
    if (to < 0 || from > w) continue;
    const sounding = !quiet && n.at <= now && now < n.at + n.len;
    g.globalAlpha = quiet ? 0.45 : sounding ? 1 : 0.75;
    g.fillStyle = colours[Number(n.given)];
    g.beginPath();
    g.roundRect(from, 6 + (high + spare - n.pitch) * lane, Math.max(2, to - from - 1), Math.max(2.5, Math.min(lane - 0.5, 14)), 2);
    g.fill();
  }
  if (letter) {
    g.globalAlpha = 0.85;
    g.fillStyle = css.backgroundColor;
    g.fillRect(0, 0, 20, 21);
    g.fillStyle = css.color;
    g.font = "600 13px system-ui,sans-serif";
    g.fillText(letter, 6, 16);
  }
  g.fillStyle = css.color;
  g.globalAlpha = 1;
  g.fillRect(x(now) - 0.75, 0, 1.5, h);
}
