// What the player and the compose panel share: one note's sound, a piece as MIDI and as MusicXML. WebAudio, no library.
// SYNTH (constants of synth.py) is filled in.
const {harmonics, shapes, release, shortest, loudness} = SYNTH, Q = 480, W = window, D = document;
const esc = s => s.replace(/[&<>"]/g, c => `&#${c.charCodeAt()};`);
const clock = s => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, 0)}`;
const icon = d => `<svg viewBox="0 0 10 10" aria-hidden=true><path d="${d}"/></svg>`;
const PLAY = icon("M2 1l7 4-7 4z"), PAUSE = icon("M2 1h2v8H2zM6 1h2v8H6z");

// One note on the audio clock: the twin of _tone and _drum in synth.py.
function sound(c, out, kind, n, when, len) {
  const g = c.createGain(), e = g.gain, peak = (n.loud / 127) ** 2;
  let src, stop;
  if (kind == 2) {
    const kick = n.pitch < 37, fade = kick ? .12 : n.pitch == 42 || n.pitch == 44 ? .03 : n.pitch > 48 ? .2 : .08;
    if (kick) {src = c.createOscillator(); src.frequency.value = 55;}
    else {
      if (!c.noise) {c.noise = c.createBuffer(1, c.sampleRate, c.sampleRate); const b = c.noise.getChannelData(0); for (let i = 0; i < b.length; i++) b[i] = Math.random() * 2 - 1;}
      src = c.createBufferSource(); src.buffer = c.noise;
    }
    e.setValueAtTime(peak, when); e.setTargetAtTime(0, when, fade); stop = when + 5 * fade;
  } else {
    len = Math.max(len, shortest);
    const [attack, decay, held] = shapes[kind], a = Math.min(attack, len / 2);
    c.tone ||= c.createPeriodicWave(new Float32Array(harmonics.length + 1), new Float32Array([0, ...harmonics]), {disableNormalization: true});
    src = c.createOscillator(); src.setPeriodicWave(c.tone); src.frequency.value = 440 * 2 ** ((n.pitch - 69) / 12);
    e.setValueAtTime(0, when); e.linearRampToValueAtTime(peak, when + a);
    e.setTargetAtTime(peak * held, when + a, decay); e.setTargetAtTime(0, when + len, release); stop = when + len + 8 * release;
  }
  src.connect(g).connect(out); src.start(when); src.stop(stop);
}

// Long work, a track at a time: at once, or with the page going on in between.
const wholly = steps => {let step; do step = steps.next(); while (!step.done); return step.value;};
async function inParts(steps) {
  for (let began = performance.now(); ;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began > 30) {await new Promise(go => setTimeout(go)); began = performance.now();}
  }
}

const midi = p => wholly(writeMidi(p));
function* writeMidi(p) {
  const text = s => [...new TextEncoder().encode(s)], size = n => [n >> 24 & 255, n >> 16 & 255, n >> 8 & 255, n & 255];
  const varint = n => {const o = [n & 127]; while (n >>= 7) o.unshift(n & 127 | 128); return o;};
  const meta = (type, body) => [255, type, ...varint(body.length), ...body];
  const chunk = events => {
    let last = 0; const body = [];
    events.sort((a, b) => a[0] - b[0] || a[1] - b[1]).forEach(([t, , data]) => {body.push(...varint(t - last), ...data); last = t;});
    body.push(0, 255, 47, 0); return [...text("MTrk"), ...size(body.length), ...body];
  };
  const heads = [[0, 0, meta(3, text(p.d))], ...p.q.map(([t, us]) => [t, 0, meta(81, size(us).slice(1))]), ...p.m.map(([t, n, d]) => [t, 0, meta(88, [n, Math.log2(d), 24, 8])])];
  const tracks = [];
  for (const [k, [name, program, kind]] of p.t.entries()) {
    const ch = kind == 2 ? 9 : k % 15 + (k % 15 > 8);
    tracks.push(chunk([[0, 0, meta(3, text(name))], [0, 0, [192 + ch, program]], ...p.notes.filter(n => n.track == k).flatMap(n => [[n.tick, 2, [144 + ch, n.pitch, Math.max(1, n.loud)]], [n.tick + Math.max(1, n.ticks), 1, [128 + ch, n.pitch, 0]]])]));
    yield;
  }
  return new Uint8Array([...text("MThd"), 0, 0, 0, 6, 0, 1, 0, tracks.length + 1, Q >> 8, Q & 255, ...chunk(heads), ...tracks.flat()]);
}

// Notation for other programs: a part for each track, ties over bar lines, as many voices as overlap.
const musicxml = p => wholly(writeMusicxml(p));
function* writeMusicxml(p) {
  const types = Object.entries({1920: "whole", 960: "half", 480: "quarter", 240: "eighth", 120: "16th", 60: "32nd"});
  const type = d => types.flatMap(([t, name]) => d == t ? [`<type>${name}</type>`] : d == t * 1.5 ? [`<type>${name}</type><dot/>`] : []).join("");
  const write = (what, d, voice, before = "", after = "") => `<note>${what}<duration>${d}</duration>${before}<voice>${voice}</voice>${type(d)}${after}</note>`;
  const pitch = n => {const k = n % 12; return `<pitch><step>${"CCDDEFFGGAAB"[k]}</step>${"010100101010"[k] > 0 ? "<alter>1</alter>" : ""}<octave>${Math.floor(n / 12) - 1}</octave></pitch>`;};
  const parts = [];
  for (const k of p.t.keys()) {
    const mine = p.notes.filter(n => n.track == k), low = mine.reduce((s, n) => s + n.pitch, 0) < 57 * mine.length;
    let first = 0;
    parts.push(p.bars.map(([b, e, num, den], i) => {
      const voices = [], was = p.bars[i - 1] || [];
      while (first < mine.length && mine[first].tick + Math.max(1, mine[first].ticks) <= b) first++;
      for (let x = first; x < mine.length && mine[x].tick < e; x++) {
        const n = mine[x], stop = n.tick + Math.max(1, n.ticks), s = Math.max(n.tick, b), t = Math.min(stop, e); if (t <= s) continue;
        const ties = [...n.tick < b ? ["stop"] : [], ...stop > e ? ["start"] : []], ev = {s, t, pitch: n.pitch, ties};
        let v = voices.find(o => {const l = o.at(-1); return l.t <= s || l.s == s && l.t == t;}); if (!v) voices.push(v = []);
        ev.chord = v.length && v.at(-1).s == s; v.push(ev);
      }
      if (!voices.length) voices.push([]);
      const body = voices.map((v, j) => {
        let at = b, o = j ? `<backup><duration>${e - b}</duration></backup>` : ""; const rest = to => {if (to > at) o += write("<rest/>", to - at, j + 1); at = to;};
        for (const n of v) {if (!n.chord) rest(n.s); o += write((n.chord ? "<chord/>" : "") + pitch(n.pitch), n.t - n.s, j + 1, n.ties.map(x => `<tie type="${x}"/>`).join(""), n.ties.length ? `<notations>${n.ties.map(x => `<tied type="${x}"/>`).join("")}</notations>` : ""); at = n.t;}
        rest(e); return o;
      }).join("");
      const time = num != was[2] || den != was[3] ? `<time><beats>${num}</beats><beat-type>${den}</beat-type></time>` : "";
      const head = i ? time && `<attributes>${time}</attributes>` : `<attributes><divisions>${Q}</divisions>${time}<clef><sign>${low ? "F" : "G"}</sign><line>${low ? 4 : 2}</line></clef></attributes><sound tempo="${6e7 / p.q[0][1]}"/>`;
      return `<measure number="${i + 1}">${head}${body}</measure>`;
    }).join(""));
    yield;
  }
  const list = p.t.map(([name], k) => `<score-part id="P${k}"><part-name>${esc(name)}</part-name></score-part>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?><score-partwise version="4.0"><work><work-title>${esc(p.d)}</work-title></work><part-list>${list}</part-list>${parts.map((x, k) => `<part id="P${k}">${x}</part>`).join("")}</score-partwise>`;
}
