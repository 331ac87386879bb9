// Four voices, of which the highest is given: a token is a mark or a voice's sixteenth, twin of data/voices.py. What a
// melody leaves open is null, and written under it.
function voiceCodec({lowest, pitches, sung}) {
  const STEP = Q / 4;
  const VOICES = 4;
  const REST = 2 * pitches;
  const [PLAIN, FERMATA] = [REST + 1, REST + 2];
  const inside = pitch => pitch >= sung[0] && pitch <= sung[1];

  // By how many octaves most of the notes come to lie where sopranos sing, and of equals the fewest.
  const octaveOf = notes => {
    const fit = k => notes.filter(n => inside(n.pitch + 12 * k)).length;
    return [0, 1, -1, 2, -2, 3, -3, 4, -4].reduce((best, k) => fit(k) > fit(best) ? k : best);
  };

  // The highest note of every sixteenth, undefined for silence
  const lineOf = notes => {
    const spans = notes.map(n => {
      const start = rint(n.tick / STEP);
      return {start, stop: Math.max(rint((n.tick + n.ticks) / STEP), start + 1), pitch: n.pitch};
    });
    const end = Math.ceil(spans.reduce((most, n) => Math.max(most, n.stop), 0) / 4) * 4;
    return Array.from({length: end}, (_, t) => {
      const sounding = spans.filter(n => n.start <= t && t < n.stop);
      return sounding.reduce((high, n) => !high || n.pitch > high.pitch ? n : high, undefined);
    });
  };

  return {
    encode(notes) {
      const up = 12 * octaveOf(notes);
      const kept = notes.map(n => ({...n, pitch: n.pitch + up})).filter(n => inside(n.pitch));
      const line = lineOf(kept);
      const tokens = [];
      // a line of text ends where the melody rests
      let ends = true;
      const marks = line.map(() => PLAIN);
      for (let t = line.length - 1; t >= 0; t--) {
        const last = line[t] && (ends || line[t + 1] === line[t] && marks[t + 1] === FERMATA);
        if (last) marks[t] = FERMATA;
        ends = !line[t];
      }
      line.forEach((note, t) => {
        const symbol = !note ? REST : note === line[t - 1] ? pitches + note.pitch - lowest : note.pitch - lowest;
        tokens.push([marks[t]], [symbol], null, null, null);
      });
      return {tokens, shift: 0, said: tell(notes, kept, line, up)};
    },
    reader() {
      const begun = Array(VOICES);
      let count = 0;
      const now = () => Math.floor(count / (VOICES + 1));
      const close = (voice, t) => {
        const {from, pitch} = begun[voice];
        begun[voice] = undefined;
        const note = {tick: from * STEP, ticks: (t - from) * STEP, pitch, track: voice};
        return voice ? {...note, given: false} : note;
      };
      return {
        take([symbol]) {
          const t = now();
          const voice = count++ % (VOICES + 1) - 1;
          if (voice < 0) return [];
          const held = symbol >= pitches && symbol < REST;
          const made = !held && begun[voice] ? [close(voice, t)] : [];
          if (symbol < pitches) begun[voice] = {from: t, pitch: lowest + symbol};
          return made;
        },
        end: () => [...begun.keys()].filter(v => begun[v]).map(v => close(v, now())),
        known: () => Math.min(now(), ...begun.filter(Boolean).map(b => b.from)) * STEP,
        now: () => now() * STEP,
      };
    },
  };

  function tell(notes, kept, line, up) {
    if (!notes.length) return ["There is no melody yet: open “Opening”, and type, click or drop one."];
    const said = [];
    const octaves = many(Math.abs(up / 12), "octave");
    if (up) said.push(`The melody moves ${octaves} ${up < 0 ? "down" : "up"}, to where sopranos sing.`);
    const lost = notes.length - kept.length;
    if (lost) said.push(`${many(lost, "note")} left out: no soprano of these chorales sings so low or so high.`);
    const below = kept.length - new Set(line.filter(Boolean)).size;
    const moved = kept.filter(n => n.tick % STEP || n.ticks % STEP).length;
    if (below > 0) said.push(`${many(below, "note")} below the highest left out: the melody alone is kept.`);
    if (moved) said.push(`${many(moved, "note")} moved to the nearest sixteenth.`);
    return said;
  }
}

CODECS.voices = voiceCodec;
