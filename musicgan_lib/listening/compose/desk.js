// The controls of a panel: which models, how, how long, from which opening; all as a link and back.
function readWhole(text, most) {
  check(/^\d{1,10}$/.test(text) && Number(text) <= most, `“${text}” is no whole number from 0 to ${most}`);
  return Number(text);
}

function readBetween(text, least, most) {
  const value = Number(text);
  check(text !== "" && value >= least && value <= most, `“${text}” is no number from ${least} to ${most}`);
  return value;
}

const sentence = text => text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
const option = (value, text) => Object.assign(D.createElement("option"), {value, textContent: text});
const SEEDS = 2 ** 32 - 1;
const TEMPERATURES = [0.3, 1.7];

class Desk {
  constructor(panel, data) {
    this.panel = panel;
    this.data = data;
    this.notes = [];
    this.action("model").append(...data.models.map(m => option(m.name, m.label)));
    this.action("beside").append(option("", "nothing"), ...data.models.map(m => option(m.name, m.label)));
    this.paintBoard = makeBoard(this.action("board"), {
      notes: () => this.notes,
      keys: () => this.notes.reduce(([low, high], n) => {
        return [Math.min(low, n.pitch), Math.max(high, n.pitch)];
      }, this.chosen[0].keys),
      size: () => Number(this.action("size").value),
      say: text => this.say(text),
      toggle: (known, note) => this.trying(() => {
        const others = known ? this.notes.filter(n => n !== known) : [...this.notes, note];
        this.setOpening(readOpening(writeOpening(others)));
      }),
    });
    this.set({...data, model: data.models[0].name, length: ""});
  }

  part(name) {
    return this.panel.querySelector(`[data-role=${name}]`);
  }

  action(name) {
    return this.panel.querySelector(`[data-action=${name}]`);
  }

  say(text) {
    this.part("status").textContent = text;
  }

  // Does what may refuse something that the reader gave, and says why.
  trying(act) {
    try {
      return act();
    } catch (reason) {
      this.say(sentence(reason.message));
    }
  }

  get chosen() {
    const names = [this.action("model").value, this.action("beside").value];
    return names.filter(Boolean).map(name => this.data.models.find(m => m.name === name));
  }

  get settings() {
    return {
      seed: readWhole(this.action("seed").value, SEEDS),
      temperature: readBetween(this.action("temperature").value, ...TEMPERATURES),
      length: readWhole(this.action("length").value, 512),
      notes: this.notes,
    };
  }

  // Checked before anything is set, so that a broken link changes nothing.
  set({model, beside, seed, temperature, length, opening}) {
    const known = this.data.models.map(m => m.name);
    check(known.includes(model) && ["", ...known].includes(beside), "that link names a model that is not here");
    const {lengths} = this.data.models.find(m => m.name === model);
    const wanted = length === "" ? lengths[0] : readWhole(String(length), 512);
    check(lengths.includes(wanted), `a length of ${wanted} is not offered`);
    const whole = readWhole(String(seed), SEEDS);
    const warm = readBetween(String(temperature), ...TEMPERATURES);
    const notes = readOpening(opening);
    this.action("model").value = model;
    this.action("beside").value = beside;
    this.action("seed").value = whole;
    this.action("temperature").value = warm;
    this.showTemperature();
    this.showChoice();
    this.action("length").value = wanted;
    this.setOpening(notes);
  }

  showTemperature() {
    this.part("temperature").textContent = Number(this.action("temperature").value).toFixed(2);
  }

  showChoice() {
    const models = this.chosen;
    const [first] = models;
    const before = this.action("length").value;
    this.action("length").replaceChildren(...first.lengths.map(n => option(n, `${n} ${first.unit}`)));
    this.action("length").value = first.lengths.map(String).includes(before) ? before : first.lengths[0];
    this.part("examples").replaceChildren(...Object.entries(first.openings).map(([name, text]) => {
      const example = Object.assign(D.createElement("button"), {type: "button", textContent: `Begin as ${name}`});
      Object.assign(example.dataset, {action: "example", text});
      return example;
    }));
    this.part("about").textContent = models.map((m, k) => models.length > 1 ? `${"AB"[k]}: ${m.about}` : m.about).join(" ");
    this.paintBoard();
  }

  setOpening(notes) {
    this.notes = notes;
    this.action("opening").value = writeOpening(notes);
    this.part("count").textContent = notes.length ? many(notes.length, "note") : "none";
    this.paintBoard();
  }

  readText() {
    this.setOpening(readOpening(this.action("opening").value));
  }

  async readFile(file) {
    try {
      check(file, "what was dropped is no file");
      check(file.size <= 2 ** 20, "that file is larger than a megabyte: no MIDI file of one piece is");
      const {notes, cut} = cutOpening(readMidi(new Uint8Array(await file.arrayBuffer())));
      this.setOpening(notes);
      this.say(`${many(notes.length, "note")} from ${file.name}${cut ? `, the first ${LONGEST / Q} quarters of it` : ""}.`);
    } catch (reason) {
      this.say(sentence(reason.message));
    }
  }

  // The weights of some models, in a few digits; nothing where one of them is not here.
  tellEdition(...names) {
    const editions = names.filter(Boolean).map(name => this.data.models.find(m => m.name === name)?.edition);
    return editions.every(Boolean) ? editions.join("-") : "";
  }

  writeLink() {
    const {seed, temperature, length} = this.settings;
    const words = new URLSearchParams({
      compose: this.data.id,
      model: this.action("model").value,
      beside: this.action("beside").value,
      temperature,
      seed,
      length,
      opening: writeOpening(this.notes),
      edition: this.tellEdition(this.action("model").value, this.action("beside").value),
    });
    return `${location.href.split("#")[0]}#${words}`;
  }

  // True where the page's address is a link to a piece of this panel, whose settings then are set.
  followLink() {
    const words = new URLSearchParams(location.hash.slice(1));
    if (words.get("compose") !== this.data.id) return false;
    const asked = Object.fromEntries(words);
    return this.trying(() => {
      const {model, beside = "", edition} = asked, here = this.tellEdition(model, beside);
      check(!edition || !here || edition === here,
        "that link is of another edition of this book, whose generators wrote other notes: compose anew");
      this.set({beside: "", seed: this.data.seed, temperature: 1, length: "", opening: "", ...asked});
      return true;
    });
  }
}
