// The opening that a reader gives: typed, clicked or dropped, always a list of notes {tick, ticks, pitch} with 480 ticks a
// quarter, and always to be written as one line of text, which the link holds, too. Nothing of it becomes markup.
const LETTERS = {C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11};
const KEY_NAMES = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
const SIGNS = {"": 0, "#": 1, "♯": 1, b: -1, "♭": -1};
const MOST_NOTES = 300;
const LONGEST = 32 * Q;

function check(so, why) {
  if (!so) throw new Error(why);
}

const nameOf = pitch => KEY_NAMES[pitch % 12] + (Math.floor(pitch / 12) - 1);

function readPitch(text) {
  const found = /^([A-Ga-g])([#♯b♭]?)(-?\d)$/.exec(text);
  check(found, `“${text}” is no note: write a letter A to G, perhaps # or b, and an octave, as in F#4`);
  const pitch = 12 * (Number(found[3]) + 1) + LETTERS[found[1].toUpperCase()] + SIGNS[found[2]];
  check(pitch >= 0 && pitch <= 127, `“${text}” lies outside MIDI's keys`);
  return pitch;
}

// Quarter lengths as a number or a fraction, in ticks.
function readTicks(text) {
  const found = /^(\d{1,3}(?:\.\d{1,4})?)(?:\/(\d{1,2}))?$/.exec(text);
  check(found && found[2] !== "0", `“${text}” is no length: write quarters, as in 0.5, 2 or 1/3`);
  return Math.round(Number(found[1]) / Number(found[2] || 1) * Q);
}

// "C4 E4+G4:2 r:1 @0 C3:4": notes after one another, together with +, lengths in quarters after a colon (1 where there is
// none), r for a rest, @ to go on from a moment in quarters.
function readOpening(text) {
  const notes = [];
  let now = 0;
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    if (word.startsWith("@")) {
      now = word === "@0" ? 0 : readTicks(word.slice(1));
      continue;
    }
    const [names, length = "1", more] = word.split(":");
    check(more === undefined, `“${word}” has two lengths`);
    const ticks = readTicks(length);
    check(ticks > 0, `“${word}” has no length`);
    for (const name of names === "r" ? [] : names.split("+")) notes.push({tick: now, ticks, pitch: readPitch(name)});
    now += ticks;
    check(notes.length <= MOST_NOTES, `an opening has at most ${MOST_NOTES} notes`);
    check(now <= LONGEST, `an opening lasts at most ${LONGEST / Q} quarters`);
  }
  return sortNotes(notes);
}

const sortNotes = notes => notes.sort((a, b) => a.tick - b.tick || a.pitch - b.pitch);

const writeTicks = ticks => {
  for (const parts of [1, 2, 3, 4, 6, 8, 12, 16]) {
    const whole = ticks * parts / Q;
    if (Number.isInteger(whole)) return parts === 1 || [2, 4, 8].includes(parts) ? String(ticks / Q) : `${whole}/${parts}`;
  }
  return String(Number((ticks / Q).toFixed(4)));
};

// The shortest way to say the same notes.
function writeOpening(notes) {
  const words = [];
  let now = 0;
  const groups = new Map();
  for (const n of sortNotes([...notes])) {
    const key = `${n.tick} ${n.ticks}`;
    groups.set(key, [...groups.get(key) || [], n]);
  }
  for (const group of groups.values()) {
    const {tick, ticks} = group[0];
    if (tick > now) words.push(`r:${writeTicks(tick - now)}`);
    else if (tick < now) words.push(`@${writeTicks(tick)}`);
    words.push(group.map(n => nameOf(n.pitch)).join("+") + (ticks === Q ? "" : `:${writeTicks(ticks)}`));
    now = tick + ticks;
  }
  return words.join(" ");
}

// The first bars of notes from a file, from the first one on.
function cutOpening(notes) {
  const first = notes.reduce((least, n) => Math.min(least, n.tick), Infinity);
  const begin = first - first % (4 * Q);
  const moved = notes.map(n => ({...n, tick: n.tick - begin})).filter(n => n.tick < LONGEST);
  const kept = sortNotes(moved).slice(0, MOST_NOTES);
  return {
    notes: kept.map(n => ({...n, ticks: Math.min(n.ticks, LONGEST - n.tick)})),
    cut: kept.length < notes.length,
  };
}

// A Standard MIDI File as notes. Every number in it is checked before it is used; names in it are not read at all.
function readMidi(bytes) {
  check(bytes.length <= 2 ** 20, "that file is larger than a megabyte: no MIDI file of one piece is");
  let at = 0;
  const byte = () => {
    check(at < bytes.length, "that MIDI file ends in the middle");
    return bytes[at++];
  };
  const number = size => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + byte();
    return value;
  };
  const variable = () => {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const next = byte();
      value = value * 128 + (next & 127);
      if (next < 128) return value;
    }
    throw new Error("a number in that MIDI file does not end");
  };
  check(number(4) === 0x4d546864, "that is no MIDI file");
  const header = number(4);
  check(header >= 6 && header <= 64, "the header of that MIDI file is broken");
  number(2);
  const tracks = number(2);
  const division = number(2);
  check(division > 0 && division < 32768, "that MIDI file counts frames of film, not beats");
  at += header - 6;
  const notes = [];
  for (let k = 0; k < tracks && at + 8 <= bytes.length; k++) {
    const kind = number(4);
    const end = at + 4 + number(4);
    check(end <= bytes.length, "that MIDI file ends in the middle");
    if (kind === 0x4d54726b) readTrack(end);
    at = end;
  }
  check(notes.length, "that MIDI file has no notes");
  return notes.map(n => {
    const tick = Math.round(n.from * Q / division);
    return {tick, ticks: Math.max(1, Math.round(n.to * Q / division) - tick), pitch: n.pitch};
  });

  function readTrack(end) {
    const held = new Map();
    let now = 0;
    let running = 0;
    const release = key => {
      const from = held.get(key);
      if (from === undefined) return;
      held.delete(key);
      if (now > from) notes.push({from, to: now, pitch: key & 127});
      check(notes.length <= 50000, "that MIDI file has more notes than anybody plays");
    };
    while (at < end) {
      now += variable();
      check(now < 2 ** 31, "that MIDI file lasts for ever");
      let status = byte();
      if (status < 128) {
        check(running, "that MIDI file has numbers where a command belongs");
        status = running;
        at -= 1;
      }
      if (status === 255) byte();
      if (status >= 240) {
        const size = variable();
        at += size;
        check(at <= end, "an event of that MIDI file is longer than its track");
        continue;
      }
      running = status;
      const first = byte();
      const second = status >> 5 === 6 ? 0 : byte();  // programs and pressure have one number
      check(first < 128 && second < 128, "that MIDI file has a number beyond 127");
      const command = status >> 4;
      if (command !== 8 && command !== 9 || (status & 15) === 9) continue;  // the tenth channel is drums
      const key = (status & 15) * 128 + first;
      release(key);
      if (command === 9 && second) held.set(key, now);
    }
    for (const key of [...held.keys()]) release(key);
  }
}
