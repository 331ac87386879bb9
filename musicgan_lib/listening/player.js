// The player of one notebook output: notes in, sound and picture out. WebAudio, canvas, no library.
// sound.js stands before it and STYLE (player.css) is filled in, comments stripped, and the whole
// deflated before it is embedded, so that a page with a dozen players stays light.
// Notes come as base64 of varints: ticks since the last onset, length, pitch, velocity, track.
function unpack(p) {
  const bytes = atob(p.n), notes = [], bars = [];
  let i = 0, tick = 0;
  const next = () => {let v = 0, c; do {c = bytes.charCodeAt(i++); v = v * 128 + (c & 127);} while (c > 127); return v;};
  const at = t => {let s = 0, last = 0, rate = 0; for (const [on, us] of p.q) {if (on > t) break; s += (on - last) * rate; last = on; rate = us / 1e6 / Q;} return s + (t - last) * rate;};
  while (i < bytes.length) {
    const n = {tick: tick += next(), ticks: next(), pitch: next(), loud: next(), track: next()};
    n.at = at(n.tick); n.len = Math.max(at(n.tick + n.ticks) - n.at, shortest); notes.push(n);
  }
  // thousands of notes are too many arguments for Math.max
  const most = (least, of) => notes.reduce((m, n) => Math.max(m, of(n)), least), end = most(1, n => n.tick + n.ticks);
  for (let t = 0, j = 0; t < end;) {
    const [, num, den] = p.m[j], change = p.m[j + 1] ? p.m[j + 1][0] : 1e9, stop = Math.min(t + num * 4 * Q / den, change);
    bars.push([t, stop, num, den, at(t)]); t = stop; if (t == change) j++;
  }
  return {...p, notes, bars, at, len: most(.1, n => n.at + n.len), low: 127 - most(0, n => 127 - n.pitch), high: most(0, n => n.pitch)};
}

function init(root) {
  const data = JSON.parse(root.dataset.music), all = data.p.map(unpack), marks = data.k || [], blind = data.b, size = blind || all.length;
  let trial = 0, order = [...Array(size).keys()], dealt = !blind, done = !blind, right = 0;
  let take = 0, pos = 0, playing = false, speed = 1, looping = !!data.o, span = data.o, muted = new Set(), ctx, bus, plan, next, t0, timer, frame;
  const piece = () => all[trial * size + order[take]], end = () => piece().len;
  const letter = i => "ABCDEFGH"[i], label = i => all[trial * size + order[i]].l;
  const $ = name => root.querySelector(`[data-action=${name}]`);
  root.dataset.ready = 1; root.setAttribute("role", "group"); root.setAttribute("aria-label", "Player: " + (data.h || all[0].l));
  const button = (action, text, more = "") => `<button type=button data-action=${action} ${more}>${text}</button>`;
  root.insertAdjacentHTML("beforeend", `<div class=mg-row><b data-role=title>${esc(data.h || "")}</b><span data-role=takes role=group aria-label="Versions"></span></div>
<canvas role=img></canvas>
<div class=mg-row>${button("play", PLAY, "aria-label=Play")}<input type=range data-action=seek aria-label=Position min=0 step=.05 value=0><span data-role=time role=timer aria-live=off></span></div>
<div class=mg-row><span data-role=tracks role=group aria-label="Tracks"></span><span class=mg-tools>${button("loop", "Loop", "aria-pressed=false")}<span data-role=ends hidden>${button("from", "from here")}${button("to", "to here")}</span><select data-action=speed aria-label=Speed>${[.5, .75, 1, 1.25, 1.5, 2].map(v => `<option value=${v}${v == 1 ? " selected" : ""}>${v}×`).join("")}</select><span data-role=files>${button("midi", "MIDI", 'aria-label="Download MIDI"')}${button("xml", "MusicXML", 'aria-label="Download MusicXML"')}</span></span></div>
<div class=mg-row data-role=marks></div><div class=mg-row data-role=guess></div><p data-role=status role=status></p>`);
  const part = name => root.querySelector(`[data-role=${name}]`), canvas = root.querySelector("canvas"), say = s => part("status").textContent = s;

  // Versions on a map: rows of so many columns, walked with the arrow keys.
  if (data.x) {
    const map = part("takes"); map.classList.add("mg-map"); map.style.setProperty("--columns", data.x); map.setAttribute("aria-label", "Map of versions");
    map.onkeydown = e => {
      const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -data.x, ArrowDown: data.x}[e.key], to = take + step;
      if (!step || to < 0 || to >= size) return;
      const sideways = e.key == "ArrowLeft" || e.key == "ArrowRight";
      if (sideways && Math.floor(to / data.x) != Math.floor(take / data.x)) return;
      e.preventDefault(); act.take(map.children[to]);
    };
  }

  // What sounds when: pairs of [seconds of music after the start, note, seconds it lasts], loops unrolled.
  function* schedule(from) {
    for (let v = 0, at = from; ;) {
      const loop = looping && at < span[1], stop = loop ? span[1] : Infinity;
      for (const n of piece().notes) {
        if (n.at >= stop) break;
        if (n.at < at && n.at + n.len < at + .05) continue;
        const s = Math.max(n.at, at); yield [v + s - at, n, Math.min(n.at + n.len, stop) - s];
      }
      if (!loop) return;
      v += stop - at; at = span[0]; yield [v, null];
    }
  }
  const where = () => {
    if (!playing) return pos;
    let p = pos + Math.max(0, ctx.currentTime - t0) * speed;
    if (looping && pos < span[1] && p >= span[1]) p = span[0] + (p - span[0]) % (span[1] - span[0]);
    return Math.min(p, end());
  };
  const mixer = c => {
    const main = c.createGain(); main.gain.value = piece().g; main.connect(c.destination);
    const tracks = piece().t.map((_, i) => {const g = c.createGain(); g.gain.value = muted.has(i) ? 0 : 1; g.connect(main); return g;});
    return {main, tracks};
  };
  const put = (c, b, n, when, len) => sound(c, b.tracks[n.track], piece().t[n.track][2], n, when, len);
  const feed = () => {
    while (!next.done && t0 + next.value[0] / speed < ctx.currentTime + 1.2) {const [v, n, len] = next.value; if (n) put(ctx, bus, n, t0 + v / speed, len / speed); next = plan.next();}
    if (!root.isConnected) halt(); else if (next.done && where() >= end()) {halt(); pos = 0; paint();}
  };
  function start() {
    ctx = W.musicganAudio ||= new AudioContext(); ctx.resume(); deal();
    W.dispatchEvent(new CustomEvent("musicgan-play", {detail: root}));
    if (pos >= end() - .05) pos = 0;
    bus = mixer(ctx); t0 = ctx.currentTime + .08; plan = schedule(pos); next = plan.next(); playing = true; feed(); timer = setInterval(feed, 100);
    (function run() {paint(); if (playing) frame = requestAnimationFrame(run);})();
    face();
  }
  function halt() {
    if (!playing) return;
    pos = where(); playing = false; clearInterval(timer); cancelAnimationFrame(frame);
    const old = bus.main; old.gain.setTargetAtTime(0, ctx.currentTime, .015); setTimeout(() => old.disconnect(), 150); face();
  }
  const again = change => {const was = playing; halt(); change(); was ? start() : paint();};
  const face = () => {const b = $("play"); b.innerHTML = playing ? PAUSE : PLAY; b.setAttribute("aria-label", playing ? "Pause" : "Play"); root.dataset.playing = playing;};
  const seek = s => again(() => pos = Math.max(0, Math.min(s, end())));
  W.addEventListener("musicgan-play", e => e.detail != root && halt());

  // A blind test is dealt at the first click, so nothing in the page says which is which.
  function deal() {
    if (dealt) return;
    dealt = true; if (data.f) order = data.f[trial]; else for (let i = size - 1; i > 0; i--) {const j = Math.floor(Math.random() * (i + 1)); [order[i], order[j]] = [order[j], order[i]];}
  }
  function build() {
    const p = piece();
    part("takes").innerHTML = size > 1 ? order.map((_, i) => button("take", done && !blind ? esc(label(i)) : letter(i) + (done ? ": " + esc(label(i)) : ""), `data-take=${i} aria-pressed=${i == take}`)).join("") : "";
    part("tracks").innerHTML = done && p.t.length > 1 ? p.t.map(([name], i) => button("mute", `<i style="background:var(--t${i % 6})"></i>${esc(name || "track " + (i + 1))}`, `data-track=${i} aria-pressed=${!muted.has(i)} title="Heard or muted"`)).join("") : "";
    part("files").hidden = !done;
    $("seek").max = end().toFixed(2); $("loop").setAttribute("aria-pressed", looping); part("ends").hidden = !looping;
    part("marks").innerHTML = done ? marks.map(([s, text]) => button("mark", `<small>${clock(s)}</small> ${esc(text)}`, `data-at=${s}`)).join("") : "";
    part("guess").innerHTML = !blind ? "" : done ? (trial + 1 < all.length / size ? button("next", "Next pair") : "") : `<b>${esc(data.a)}</b>` + order.map((_, i) => button("guess", letter(i), `data-guess=${i} aria-label="Guess ${letter(i)}"`)).join("");
    if (blind && all.length > size) part("title").textContent = `${data.h ? data.h + ", " : ""}pair ${trial + 1} of ${all.length / size}`;
    canvas.setAttribute("aria-label", done ? `Piano roll: ${p.notes.length} notes, ${clock(p.len)}` : "The notes are shown after your guess"); paint();
  }
  const tail = (k, n) => {let s = 0, c = 1; for (let i = 0; i <= n; i++) {if (i >= k) s += c; c = c * (n - i) / (i + 1);} return s / 2 ** n;};
  // The score of several pairs, told after the last one: who may stop when ahead is fooled more often.
  function result(n) {
    if (n < all.length / size) return n == 1 ? " The score comes after the last pair." : "";
    let need = 0; while (tail(need, n) > .05) need++;
    return ` ${right} of ${n} right; ${need > n ? `with ${n} pairs no score is enough` : `${need} were needed`}: a coin does as well with probability ${tail(right, n).toFixed(3)}.`;
  }
  function guess(i) {
    deal(); done = true; const n = trial + 1, yes = order[i] == 0; right += yes; root.dataset.right = right;
    const key = order.map((_, j) => `${letter(j)} is ${label(j)}`).join(", ");
    say(`${!data.c ? `You chose ${letter(i)}` : yes ? "Right" : "Not this time"}: ${key}.` + (data.c && all.length > size ? result(n) : "")); build();
    (part("guess").querySelector("button") || part("takes").querySelector("button")).focus();
  }

  // The picture: whole where it is short, else a window that follows the line of time.
  const view = () => {const wide = Math.min(Math.max(end(), .5), canvas.clientWidth < 420 ? 8 : 16), left = Math.max(0, Math.min(where() - wide * .3, end() - wide)); return [left, wide];};
  function paint() {
    const now = where(), p = piece(), w = canvas.clientWidth, h = canvas.clientHeight, ratio = W.devicePixelRatio || 1, g = canvas.getContext("2d"), css = getComputedStyle(root);
    root.dataset.time = now.toFixed(3); part("time").textContent = `${clock(now)} / ${clock(p.len)}`;
    $("seek").value = now; $("seek").setAttribute("aria-valuetext", `${clock(now)} of ${clock(p.len)}`);
    canvas.width = w * ratio; canvas.height = h * ratio; g.scale(ratio, ratio);
    const [left, wide] = view(), x = s => (s - left) / wide * w, ink = css.color, heard = all.slice(trial * size, (trial + 1) * size);
    let low = Math.min(...heard.map(q => q.low)), high = Math.max(...heard.map(q => q.high)); if (low > high) low = high = 60; const gap = Math.max(0, 14 - high + low) / 2, lane = (h - 12) / (high - low + 1 + 2 * gap);
    if (looping) {g.fillStyle = ink; g.globalAlpha = .09; g.fillRect(x(span[0]), 0, x(span[1]) - x(span[0]), h);}
    g.fillStyle = ink; g.globalAlpha = .16;
    for (const [,,,, s] of p.bars) if (s >= left && s <= left + wide) g.fillRect(Math.round(x(s)), 0, 1, h);
    if (done || data.w) for (const n of p.notes) {
      if (n.at > left + wide || !done && n.at > now) break;
      const a = x(n.at), b = x(n.at + n.len); if (b < 0 || a > w) continue;
      g.globalAlpha = muted.has(n.track) ? .15 : playing && n.at <= now && now < n.at + n.len ? 1 : .72;
      g.fillStyle = done ? colours[n.track % 6] : ink; g.beginPath(); g.roundRect(a, 6 + (high + gap - n.pitch) * lane, Math.max(2, b - a - 1), Math.max(2.5, Math.min(lane - .5, 14)), 2); g.fill();
    }
    if (!done && !(data.w && now)) {g.fillStyle = ink; g.globalAlpha = .75; g.font = "14px system-ui,sans-serif"; g.textAlign = "center"; g.fillText(data.w ? "Press play: the roll draws itself" : "The notes are shown after your guess", w / 2, h / 2 + 5);}
    g.globalAlpha = .6; if (done) for (const [s] of marks) {g.fillStyle = ink; g.beginPath(); g.moveTo(x(s) - 4, 0); g.lineTo(x(s) + 4, 0); g.lineTo(x(s), 7); g.fill();}
    g.globalAlpha = 1; g.fillStyle = ink; g.fillRect(x(now) - .75, 0, 1.5, h);
  }
  let colours; const theme = () => {const probe = D.createElement("i"); root.append(probe); colours = [0, 1, 2, 3, 4, 5].map(i => {probe.style.color = `var(--t${i})`; return getComputedStyle(probe).color;}); probe.remove(); paint();};

  // Click the picture to go there; drag over it to loop what you drag over.
  let down = null; const time = e => {const [left, wide] = view(); return left + (e.clientX - canvas.getBoundingClientRect().left) / canvas.clientWidth * wide;};
  const select = (a, b) => again(() => {span = [Math.max(0, Math.min(a, b)), Math.min(end(), Math.max(a, b))]; if (span[1] - span[0] < .2) span[1] = span[0] + .2; looping = true; pos = span[0]; say(`Looping ${clock(span[0])} to ${clock(span[1])}`); build();});
  canvas.onpointerdown = e => {down = [e.clientX, time(e)]; try {canvas.setPointerCapture(e.pointerId);} catch {}};
  canvas.onpointerup = e => {if (!down) return; Math.abs(e.clientX - down[0]) > 6 ? select(down[1], time(e)) : seek(down[1]); down = null;};
  const save = (bytes, ending) => {const a = D.createElement("a"); a.href = URL.createObjectURL(new Blob([bytes])); a.download = (piece().d || piece().l || "piece").replace(/[^\w-]+/g, "_") + ending; root.append(a); a.click(); a.remove();};
  const act = {
    play: () => playing ? halt() : start(), midi: async () => save(await inParts(writeMidi(piece())), ".mid"), xml: async () => save(await inParts(writeMusicxml(piece())), ".musicxml"),
    take: b => {const i = +b.dataset.take; again(() => {deal(); take = i; pos = Math.min(pos, end());}); build(); part("takes").children[i].focus();},
    mute: b => {const i = +b.dataset.track; muted.delete(i) || muted.add(i); if (playing) bus.tracks[i].gain.setTargetAtTime(muted.has(i) ? 0 : 1, ctx.currentTime, .01); b.setAttribute("aria-pressed", !muted.has(i)); paint();},
    loop: () => {again(() => {looping = !looping; span ||= [0, end()];}); build();},
    from: () => select(where(), Math.max(span[1], where() + .2)), to: () => {const to = where(); select(Math.min(span[0], to - .2), to);},
    mark: b => seek(+b.dataset.at), guess: b => guess(+b.dataset.guess),
    next: () => {halt(); trial++; take = 0; pos = 0; done = false; dealt = false; order = [...order.keys()]; muted.clear(); say(""); build(); part("guess").querySelector("button").focus();},
  };
  root.addEventListener("click", e => {const b = e.target.closest("button"); if (b && act[b.dataset.action]) act[b.dataset.action](b);});
  $("seek").oninput = e => seek(+e.target.value);
  $("speed").onchange = e => again(() => speed = +e.target.value);

  // The same sound without a loudspeaker, for measuring: {samples, rate} from a position on.
  root.renderOffline = async (rate = 22050, from = pos, seconds = end() - from + .5) => {
    deal(); const c = new OfflineAudioContext(1, Math.ceil(seconds * rate), rate), b = mixer(c);
    for (const [v, n, len] of schedule(from)) {if (v > seconds) break; if (n) put(c, b, n, v, len);}
    return {samples: (await c.startRendering()).getChannelData(0), rate};
  };
  root.midi = () => midi(piece()); root.musicxml = () => musicxml(piece());
  new ResizeObserver(() => paint()).observe(canvas);
  new MutationObserver(theme).observe(D.documentElement, {attributes: true, attributeFilter: ["data-theme", "theme"]});
  matchMedia("(prefers-color-scheme:dark)").onchange = theme;
  theme(); face(); build();
}
const style = D.querySelector("#mg-style") || D.head.appendChild(Object.assign(D.createElement("style"), {id: "mg-style"})); style.textContent = STYLE;
// JupyterLab runs this before the output is in the page, so look again for a while.
(function find(n) {
  const found = D.querySelectorAll("[data-musicgan-player]:not([data-ready])");
  found.forEach(init); if (!found.length && n) setTimeout(find, 100, n - 1);
})(50);
