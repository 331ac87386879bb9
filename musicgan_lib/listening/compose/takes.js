// A take: what one model writes, note by note, and how loud to play it. Weights come when they are first asked for, as a
// script, since a page that was opened from a disk may read nothing else; the writing is done by a worker, so that the
// page stays free, and by the page itself, a slice at a time, where there may be none.
const SAMPLE_RATE = 22050;

function loadModel({name, file}) {
  const known = () => (W.musicganModels || {})[name];
  if (known()) return Promise.resolve(known());
  return new Promise((done, fail) => {
    const script = D.createElement("script");
    script.src = `${D.documentElement.dataset.content_root || "./"}_static/${file}`;
    script.onload = () => known() ? done(known()) : fail(new Error(`${file} holds no model of that name`));
    script.onerror = () => fail(new Error(`the weights were not found beside this page, at _static/${file}`));
    D.head.append(script);
    script.remove();
  });
}

// Somebody who answers messages as engine.js serves them.
function hire(tell) {
  let ask;
  let early = [];  // what was asked before the first answer
  const inPage = () => {
    ask = makeEngine().serve(tell);
  };
  try {
    const source = `const answer = (${makeEngine})().serve(m => postMessage(m)); onmessage = e => answer(e.data);`;
    const worker = new Worker(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
    ask = message => worker.postMessage(message);
    worker.onmessage = e => {
      early = null;
      tell(e.data);
    };
    worker.onerror = () => {  // it never began: the page forbids workers
      inPage();
      (early || []).forEach(ask);
    };
  } catch {
    inPage();
  }
  return message => {
    if (early) early.push(message);
    ask(message);
  };
}

// Root mean square in dB below full scale, tenths of a second far softer than the loudest left out: synth.measure_loudness
function measureLoudness(samples, rate) {
  const size = Math.floor(rate / 10);
  const means = [];
  for (let from = 0; from < samples.length; from += size) {
    const part = samples.subarray(from, from + size);
    let sum = 0;
    for (let i = 0; i < part.length; i++) sum += part[i] * part[i];
    means.push({sum, size: part.length});
  }
  const loudest = means.reduce((most, m) => Math.max(most, m.sum / m.size), 0);
  const sounding = means.filter(m => m.sum / m.size > loudest * 1e-4);
  const total = sounding.reduce((sum, m) => sum + m.sum, 0);
  return loudest ? 10 * Math.log10(total / sounding.reduce((sum, m) => sum + m.size, 0)) : -Infinity;
}

// Lets the page do something else.
const breathe = () => new Promise(done => setTimeout(done));

class Take {
  constructor(changed) {
    this.changed = changed;
    this.job = 0;
    this.sent = new Set();
    this.clear();
  }

  clear() {
    Object.assign(this, {about: null, notes: [], length: 0, known: 0, gain: 1, peak: 0, done: true, failed: "", reader: null});
  }

  // Begins to write; gives sentences on what became of the opening.
  async compose(about, {notes, seed, temperature, length}) {
    const job = ++this.job;
    this.clear();
    Object.assign(this, {about, seed, done: false, border: 0, taken: 0});
    this.title = `${about.label}, seed ${seed}, temperature ${temperature}`;
    this.ask ||= hire(message => this.hear(message));
    try {
      const model = await loadModel(about);
      if (job !== this.job) return [];
      const codec = CODECS[model.codec.kind](model.codec);
      const {tokens, shift, said} = codec.encode(notes);
      this.reader = codec.reader(shift);
      this.given = tokens.length;
      const sent = this.sent.has(about.name) ? {name: about.name} : model;
      this.sent.add(about.name);
      const whole = tokens.length + length * about.tokens;
      this.ask({job, model: sent, opening: tokens, length: whole, seed, temperature});
      return said;
    } catch (reason) {
      if (job === this.job) this.finish(reason.message);
      return [];
    }
  }

  stop() {
    if (this.done) return;
    this.job++;
    if (this.ask) this.ask({stop: true});
    this.finish();
  }

  finish(failed = "") {
    this.failed = failed;
    if (this.reader) this.add(this.reader.end());
    this.done = true;
    this.known = this.length;
    this.changed();
  }

  hear(message) {
    if (message.job !== this.job) return;
    for (const token of message.tokens || []) {
      this.add(this.reader.take(token));
      this.taken++;
      if (this.taken === this.given) this.border = this.reader.now();
    }
    if (message.done || message.failed) return this.finish(message.failed);
    this.known = this.seconds(this.reader.known());
    this.changed();
  }

  seconds(ticks) {
    return ticks / Q * 60 / this.about.bpm;
  }

  add(notes) {
    for (const n of notes) {
      n.loud ||= 80;
      n.given = n.given !== false && (this.taken < this.given || n.tick < this.border);
      n.at = this.seconds(n.tick);
      n.len = Math.max(this.seconds(n.ticks), shortest);
      this.notes.push(n);
      this.length = Math.max(this.length, n.at + n.len);
    }
  }

  // How much louder to play it so that it is as loud as all others, and the peak that it then has: synth.match_gain
  async measure() {
    const {job} = this;
    const count = this.notes.length;
    const context = new OfflineAudioContext(1, Math.ceil((this.length + 0.5) * SAMPLE_RATE), SAMPLE_RATE);
    for (let i = 0; i < count; i++) {
      sound(context, context.destination, this.about.sound, this.notes[i], this.notes[i].at, this.notes[i].len);
      if (i % 40 === 39) await breathe();
    }
    const samples = (await context.startRendering()).getChannelData(0);
    if (job !== this.job) return;
    const level = measureLoudness(samples, SAMPLE_RATE);
    this.gain = Number.isFinite(level) ? 10 ** ((loudness - level) / 20) : 1;
    let peak = 0;
    for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i]));
    this.peak = peak * this.gain;
  }

  // The piece as sound.js writes it into files.
  piece(title) {
    const last = this.notes.reduce((most, n) => Math.max(most, n.track), 0);
    const names = this.about.tracks;
    return {
      d: title,
      t: Array.from({length: last + 1}, (_, k) => [names[k] || `voice ${k + 1}`, this.about.program, this.about.sound]),
      q: [[0, Math.round(6e7 / this.about.bpm)]],
      m: [[0, 4, 4]],
      notes: [...this.notes].sort((a, b) => a.tick - b.tick || a.pitch - b.pitch),
    };
  }
}
