// How notes become the tokens of a model, and its tokens notes: twins of representations/words.py, note_matrix.py and
// data/tone_tokens.py. encode gives {tokens, shift, said}; a reader takes one token after the other.

// The nearest whole number, and of two the even one, as numpy has it.
const rint = x => {
  const low = Math.floor(x);
  const far = x - low;
  return far < 0.5 || far === 0.5 && low % 2 === 0 ? low : low + 1;
};

const many = (n, one, several = `${one}s`) => `${n} ${n === 1 ? one : several}`;

// Words: a melody note or rest each, with the chord that starts there, if any.
function wordCodec({symbols, factored}) {
  const GRID = Q / 12;
  const REST = -2;
  const OCTAVES = [0];
  for (let far = 1; far < 11; far++) OCTAVES.push(far, -far);
  const dummy = row => row.every(x => x === 0);
  // Every word of a melody alone: its fields, duration, octave and pitch class
  const words = [];
  if (factored) {
    const chord = symbols[0].findIndex(dummy);
    symbols[1].forEach(([octave, tone], i) => symbols[2].forEach(([duration], k) => {
      if (chord >= 0 && duration > 0) words.push({fields: [chord, i, k], duration, octave, tone});
    }));
  } else {
    symbols[0].forEach(([duration, octave, tone, ...chord], k) => {
      if (dummy(chord) && duration > 0) words.push({fields: [k], duration, octave, tone});
    });
  }
  const nearest = (duration, octave, tone) => {
    const same = words.filter(w => w.octave === octave && w.tone === tone);
    return same.sort((a, b) => Math.abs(a.duration - duration) - Math.abs(b.duration - duration))[0];
  };

  // The highest note of every moment, cut off by the next, with rests between: onsets and ends in twelfths of a quarter
  function melody(notes) {
    const groups = new Map();
    for (const n of notes) {
      const from = rint(n.tick / GRID);
      const length = rint((n.tick + n.ticks) / GRID) - from;
      const known = groups.get(from) || {length: 0, pitch: 0};
      groups.set(from, {length: Math.max(known.length, length), pitch: Math.max(known.pitch, n.pitch)});
    }
    const onsets = [...groups.keys()].sort((a, b) => a - b);
    const found = [];
    let now = 0;
    onsets.forEach((from, i) => {
      const {length, pitch} = groups.get(from);
      const lasts = Math.min(length, (onsets[i + 1] ?? Infinity) - from);
      if (lasts <= 0) return;
      if (from > now) found.push({length: from - now});
      found.push({length: lasts, pitch});
      now = from + lasts;
    });
    return found;
  }

  return {
    encode(notes) {
      const tokens = [];
      let moved = 0;
      let lost = 0;
      for (const {length, pitch} of melody(notes)) {
        const octave = pitch === undefined ? REST : Math.floor(pitch / 12) - 1;
        const tone = pitch === undefined ? 0 : pitch % 12;
        const octaves = pitch === undefined ? [0] : OCTAVES;
        const up = octaves.find(k => nearest(length / 12, octave + k, tone));
        if (up) moved++;
        if (up === undefined) lost++;
        else tokens.push(nearest(length / 12, octave + up, tone).fields);
      }
      const said = [];
      if (moved) said.push(`${many(moved, "note")} of the opening moved by octaves, to where the model's melodies lie.`);
      if (lost) said.push(`${many(lost, "note or rest", "notes and rests")} of the opening left out: the model knows none like it.`);
      return {tokens, shift: 0, said};
    },
    reader() {
      const now = [0, 0];
      const rows = fields => {
        if (!factored) return symbols[0][fields[0]];
        const [chord, pitch, duration] = fields.map((k, i) => symbols[i][k]);
        return duration[0] ? [...duration, ...pitch, ...chord] : [0, 0, 0, ...chord];
      };
      return {
        take(fields) {
          const row = rows(fields);
          const made = [];
          [row.slice(0, 3), row.slice(3)].forEach(([duration, octave, tones], track) => {
            if (!duration) return;
            const ticks = rint(duration * 12) * GRID;
            for (const pitch of spell(track, octave, tones)) made.push({tick: now[track], ticks, pitch, track});
            now[track] += ticks;
          });
          return made;
        },
        end: () => [],
        known: () => now[0],
        now: () => now[0],
      };
    },
  };

  function spell(track, octave, tones) {
    if (octave === REST) return [];
    if (track === 0) return [12 * (octave + 1) + tones];
    const classes = [...Array(12).keys()].filter(c => tones >> c & 1);
    return classes.map((c, i) => 12 * (Math.floor(octave / 16 ** i) % 16) + c);
  }
}

// Tones: time since the one before, key, length, perhaps intensity, each to the nearest of a few.
function toneCodec({times, lowest, pitches, intensity, one_key}) {
  const UNIT = Q / 16;
  // On a scale of log(1 + 4 quarters) the middle of two times is their geometric mean.
  const nearest = (ticks, first) => {
    const value = 1 + 4 * ticks / Q;
    const size = k => 1 + times[k] / 4;
    let k = first;
    while (k + 1 < times.length && value * value > size(k) * size(k + 1)) k++;
    return k - first;
  };
  // How far up to where most notes are white keys
  const toOneKey = notes => {
    if (!one_key || !notes.length) return 0;
    const white = [0, 2, 4, 5, 7, 9, 11];
    const counts = Array(12).fill(0);
    notes.forEach(n => counts[n.pitch % 12]++);
    const fit = up => white.reduce((sum, tone) => sum + counts[(tone - up + 12) % 12], 0);
    const best = [...Array(12).keys()].reduce((a, b) => fit(b) > fit(a) ? b : a);
    const high = Math.max(...notes.map(n => n.pitch));
    const low = Math.min(...notes.map(n => n.pitch));
    const fits = [best, best - 12].filter(k => low + k >= 0 && high + k <= 127);
    return fits.length ? fits.reduce((a, b) => Math.abs(b) < Math.abs(a) ? b : a) : 0;
  };
  const inside = pitch => {
    const key = pitch - lowest;
    if (key < 0) return (key % 12 + 12) % 12;
    return key < pitches ? key : 76 + (key - 76) % 12;
  };
  return {
    encode(notes) {
      const shift = toOneKey(notes);
      const order = sortNotes([...notes]);
      const tokens = order.map((n, i) => {
        const since = n.tick - (i ? order[i - 1].tick : 0);
        const fields = [nearest(since, 0), inside(n.pitch + shift), nearest(n.ticks, 1)];
        return intensity ? [...fields, 20] : fields;
      });
      const way = `${many(Math.abs(shift), "semitone")} ${shift < 0 ? "down" : "up"}`;
      const said = shift ? [`The opening goes ${way} to the one key that the model knows, and the piece comes back.`] : [];
      return {tokens, shift, said};
    },
    reader(shift) {
      let now = 0;
      return {
        take([since, key, length, loud]) {
          now += times[since] * UNIT;
          const pitch = key + lowest - shift;
          if (pitch < 0 || pitch > 127) return [];
          const note = {tick: now, ticks: times[length + 1] * UNIT, pitch, track: 0};
          if (intensity) note.loud = Math.max(1, rint(Math.max(loud, 0.25) * 4));
          return [note];
        },
        end: () => [],
        known: () => now,
        now: () => now,
      };
    },
  };
}

// Rolls: a token is a sixteenth, two cells a key: it sounds; it is struck although it sounded.
function rollCodec({low, keys, channels, bar}) {
  const STEP = Q / 4;
  return {
    encode(notes) {
      const inside = notes.filter(n => n.pitch >= low && n.pitch < low + keys);
      const spans = inside.map(n => {
        const start = rint(n.tick / STEP);
        return {start, stop: Math.max(rint((n.tick + n.ticks) / STEP), start + 1), key: n.pitch - low};
      });
      const last = Math.max(0, ...spans.map(s => s.stop));
      const steps = Array.from({length: Math.ceil(last / bar) * bar}, () => Array(keys * channels).fill(0));
      for (const {start, stop, key} of spans) {
        for (let t = start; t < stop; t++) {
          steps[t][key * channels] = 1;
          if (channels > 2) steps[t][key * channels + 2] = 80 / 127;
        }
      }
      for (const {start, key} of spans) {
        if (start && steps[start - 1][key * channels]) steps[start][key * channels + 1] = 1;
      }
      const lost = notes.length - inside.length;
      const said = lost ? [`${many(lost, "note")} of the opening left out: outside the model's ${keys} keys.`] : [];
      return {tokens: steps, shift: 0, said};
    },
    reader() {
      const begun = new Map();
      let t = 0;
      const close = key => {
        const {from, loud} = begun.get(key);
        begun.delete(key);
        const note = {tick: from * STEP, ticks: (t - from) * STEP, pitch: low + key, track: 0};
        return loud ? {...note, loud} : note;
      };
      return {
        take(cells) {
          const made = [];
          for (let key = 0; key < keys; key++) {
            const [play, again, volume] = cells.slice(key * channels, (key + 1) * channels);
            if (begun.has(key) && (!play || again)) made.push(close(key));
            if (!play || begun.has(key)) continue;
            begun.set(key, {from: t, loud: channels > 2 && Math.max(1, rint(volume * 127))});
          }
          t++;
          return made;
        },
        end: () => [...begun.keys()].map(close),
        now: () => t * STEP,
        known: () => Math.min(t, ...[...begun.values()].map(b => b.from)) * STEP,
      };
    },
  };
}

// Voices on a grid of sixteenths: a token is a cell, the voices of a step from the highest down; a pitch begins a note,
// the last two symbols hold it and rest.
function gridCodec({lowest, symbols, voices, bar}) {
  const STEP = Q / 4;
  const hold = symbols - 2;
  const rest = symbols - 1;
  return {
    encode(notes) {
      const inside = notes.filter(n => n.pitch >= lowest && n.pitch - lowest < hold).map(n => {
        const start = rint(n.tick / STEP);
        return {start, stop: Math.max(rint((n.tick + n.ticks) / STEP), start + 1), symbol: n.pitch - lowest};
      });
      const last = inside.reduce((most, n) => Math.max(most, n.stop), 0);
      const tokens = [];
      const before = Array(voices);
      for (let t = 0; t < Math.ceil(last / bar) * bar; t++) {
        const sounding = inside.filter(n => n.start <= t && t < n.stop).sort((a, b) => b.symbol - a.symbol);
        for (let v = 0; v < voices; v++) {
          const note = sounding[v];
          tokens.push([!note ? rest : before[v] === note ? hold : note.symbol]);
          before[v] = note;
        }
      }
      const lost = notes.length - inside.length;
      const said = lost ? [`${many(lost, "note")} of the opening left out: outside the model's voices.`] : [];
      return {tokens, shift: 0, said};
    },
    reader() {
      const begun = Array(voices);
      let cell = 0;
      const close = (voice, t) => {
        const {from, pitch} = begun[voice];
        begun[voice] = undefined;
        return {tick: from * STEP, ticks: (t - from) * STEP, pitch, track: voice};
      };
      const now = () => Math.floor(cell / voices);
      const open = () => begun.filter(Boolean).map(b => b.from);
      return {
        take([symbol]) {
          const t = now();
          const voice = cell % voices;
          const made = symbol !== hold && begun[voice] ? [close(voice, t)] : [];
          if (symbol < hold) begun[voice] = {from: t, pitch: lowest + symbol};
          cell++;
          return made;
        },
        end: () => [...begun.keys()].filter(v => begun[v]).map(v => close(v, now())),
        known: () => Math.min(now(), ...open()) * STEP,
        now: () => now() * STEP,
      };
    },
  };
}

const CODECS = {grid: gridCodec, roll: rollCodec, tones: toneCodec, words: wordCodec};
