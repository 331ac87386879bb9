// A generator that writes: its file is a graph of layers and their weights; a stepper begins, advances by what was written,
// and gives the logits of what comes next, as models/interface.py has it for PyTorch.

const HALF = (() => {  // every number of 16 bits, exactly
  const numbers = new Float32Array(65536);
  for (let bits = 0; bits < 32768; bits++) {
    const power = bits >> 10;
    const digits = bits & 1023;
    const size = power ? (1024 + digits) * POWERS_OF_TWO[1022 + power - 25] : digits * POWERS_OF_TWO[1022 - 24];
    numbers[bits] = power === 31 ? NaN : size;
    numbers[bits + 32768] = -numbers[bits];
  }
  return numbers;
})();

const PART = 32768;  // numbers, or characters, between two looks at the clock

// One weight from its bytes: "half" is 16 bits a number; "byte" is 8 bits a number and a scale of 32 bits a row before them.
async function unpackTensor({shape, kind}, bytes, wait) {
  const rows = shape[0];
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  const data = new Float32Array(rows * width);
  const halves = kind === "half" && new Uint16Array(bytes.buffer);
  const scales = kind === "byte" && new Float32Array(bytes.buffer, 0, rows);
  const small = kind === "byte" && new Int8Array(bytes.buffer, 4 * rows);
  for (let from = 0; from < data.length; from += PART) {
    const to = Math.min(from + PART, data.length);
    if (halves) for (let i = from; i < to; i++) data[i] = HALF[halves[i]];
    else for (let i = from; i < to; i++) data[i] = scales[Math.floor(i / width)] * small[i];
    await wait();
  }
  return {shape, rows, width, data};
}

const sizeOf = ({shape, kind}) => {
  const numbers = shape.reduce((a, b) => a * b, 1);
  return kind === "half" ? 2 * numbers : 4 * shape[0] + numbers;
};

// The weights of a model's file by name. Waits now and then, where it is told to.
async function unpackModel(model, wait = async () => {}) {
  const size = model.tensors.reduce((sum, about) => sum + sizeOf(about), 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let from = 0; from < model.weights.length; from += PART) {
    const text = atob(model.weights.slice(from, from + PART));
    check(at + text.length <= size, `the weights of ${model.name} are more than ${size} bytes`);
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    at += text.length;
    await wait();
  }
  check(at === size, `the weights of ${model.name} are ${at} bytes, not ${size}`);
  const tensors = {};
  at = 0;
  for (const about of model.tensors) {
    tensors[about.name] = await unpackTensor(about, bytes.slice(at, at + sizeOf(about)), wait);
    at += sizeOf(about);
  }
  return {graph: model.graph, tensors};
}

// Runs the nodes of a graph in order; values is what they may read, and gets what they make.
function run(nodes, tensors, values, step) {
  for (const node of nodes) {
    const layer = LAYERS[node.op];
    check(layer, `there is no layer ${node.op}`);
    const inputs = (node.in || []).map(name => values[name]);
    const weights = (node.weights || []).map(name => tensors[name]);
    values[node.out] = layer(node, inputs, weights, step);
  }
  return values;
}

// A number from its unnormalised logarithms: the place where their running sum passes a random share of it.
function drawNumber(logits, random, temperature) {
  let top = -Infinity;
  for (const x of logits) if (x > top) top = x;
  const weights = Array.from(logits, x => exp((x - top) / temperature));
  const share = random() * weights.reduce((a, b) => a + b);
  let running = 0;
  for (let k = 0; k < weights.length; k++) {
    running += weights[k];
    if (running > share) return k;
  }
  return weights.length - 1;
}

// Tokens of one or more fields, each drawn after those before it. A graph with a lag also reads the token so many before;
// one that says what is allowed draws no other in that place.
function fieldStepper({graph, tensors}) {
  const {lag = 0, allowed} = graph;
  const after = (states, position, fields, recent) => {
    const numbers = {position, earlier: (lag && recent.length === lag ? recent[0] : graph.start)[0]};
    fields.forEach((number, i) => numbers[`field${i}`] = number);
    const step = {numbers, states: {...states}};
    const values = run(graph.advance, tensors, {}, step);
    return {values, states: step.states, position: position + 1, recent};
  };
  const remember = (recent, token) => lag ? [...recent, token].slice(-lag) : recent;
  const stepper = {
    begin: () => after({}, 0, graph.start, []),
    advance: (memory, token) => after(memory.states, memory.position, token, remember(memory.recent, token)),
    logits: (memory, i, fields) => {
      const numbers = {position: memory.position};
      fields.forEach((number, k) => numbers[`field${k}`] = number);
      const values = run(graph.fields[i].nodes, tensors, Object.create(memory.values), {numbers, states: {}});
      return values[graph.fields[i].logits].data;
    },
    draw: (memory, random, temperature) => {
      const token = [];
      const [from, to] = allowed ? allowed[(memory.position - 1) % allowed.length] : [0, Infinity];
      for (let i = 0; i < graph.fields.length; i++) {
        token.push(from + drawNumber(stepper.logits(memory, i, token).slice(from, to), random, temperature));
      }
      return token;
    },
  };
  return stepper;
}

// Rolls: a token is a step, the cells of all keys from low to high, each drawn after those below it.
function rollStepper({graph, tensors}) {
  const {keys, channels, lags, bar: stepsPerBar} = graph;
  const size = keys * channels;
  const blank = new Float64Array(size);

  // The cells of each key so many steps ago, side by side.
  const hear = past => {
    const heard = table(keys, channels * lags.length);
    lags.forEach((lag, k) => {
      const step = past[past.length - lag] || blank;
      for (let key = 0; key < keys; key++) {
        for (let c = 0; c < channels; c++) heard.data[key * heard.width + k * channels + c] = step[key * channels + c];
      }
    });
    return heard;
  };
  // The last steps of whole bars as a picture, a channel below the other.
  const look = past => {
    const whole = past.slice(0, past.length - past.length % stepsPerBar);
    const picture = table(channels * graph.reach, keys);
    for (let back = 1; back <= Math.min(graph.reach, whole.length); back++) {
      const step = whole[whole.length - back];
      for (let c = 0; c < channels; c++) {
        const line = (c * graph.reach + graph.reach - back) * keys;
        for (let key = 0; key < keys; key++) picture.data[line + key] = step[key * channels + c];
      }
    }
    return picture;
  };
  const after = (states, past, around) => {
    const beat = past.length % stepsPerBar;
    if (graph.whole.length && (!around || beat === 0)) {
      around = run(graph.whole, tensors, {history: look(past)}, {numbers: {}, states: {}});
    }
    const step = {numbers: {beat}, states: {...states}};
    const heard = hear(past);
    const values = run(graph.time, tensors, {...around, heard}, step);
    return {values, states: step.states, past, around};
  };
  const stepper = {
    begin: () => after({}, []),
    advance: (memory, token) => after(memory.states, [...memory.past, Float64Array.from(token)], memory.around),
    // Of the cells of key i, after the cells of all lower keys: ask from the lowest key up.
    logits: (memory, i, cells) => {
      if (i === 0) memory.along = {};
      const below = table(1, channels);
      if (i) below.data.set(cells.slice(-channels));
      const step = {numbers: {key: i}, states: memory.along};
      const values = Object.create(memory.values);
      values.below = below;
      run(graph.note, tensors, values, step);
      return values[graph.logits].data;
    },
    draw: (memory, random, temperature) => {
      const before = memory.past[memory.past.length - 1] || blank;
      const cells = [];
      for (let key = 0; key < keys; key++) {
        const logits = stepper.logits(memory, key, cells);
        const chance = Array.from(logits, x => sigmoid(x / temperature));
        const play = random() < chance[0] ? 1 : 0;
        const again = random() < chance[1] ? 1 : 0;
        cells.push(play, play && before[key * channels] ? again : 0);
        if (channels > 2) cells.push(play ? sigmoid(logits[2]) : 0);
      }
      return cells;
    },
  };
  return stepper;
}

const STEPPERS = {fields: fieldStepper, roll: rollStepper};
const makeStepper = model => STEPPERS[model.graph.reads](model);

// Answers messages: weights that arrive, a piece to write, a stop. Tokens are told a few at a time; between them others get
// their turn, so that the same lines serve a worker and, where there is none, the page itself.
function serve(tell) {
  const SLICE = 12;  // milliseconds
  const known = {};
  let current = 0;
  return async message => {
    const job = ++current;
    if (message.stop) return;
    let begun = performance.now();
    let told = [];
    const flush = () => {
      if (told.length && job === current) tell({job: message.job, tokens: told});
      told = [];
    };
    const wait = async () => {
      if (performance.now() - begun < SLICE) return;
      flush();
      await new Promise(done => setTimeout(done));
      begun = performance.now();
    };
    try {
      const {model} = message;
      if (model.weights) known[model.name] = unpackModel(model, wait);  // a later piece may wait for it, too
      const stepper = makeStepper(await known[model.name]);
      const random = seedRandom(message.seed);
      let memory = stepper.begin();
      for (let n = 0; n < message.length && job === current; n++) {
        // an opening may leave places open, which are written, too
        const token = message.opening[n] || stepper.draw(memory, random, message.temperature);
        told.push(token);
        if (n + 1 < message.length) memory = stepper.advance(memory, token);
        await wait();
      }
      flush();
      if (job === current) tell({job: message.job, done: true});
    } catch (reason) {
      tell({job: message.job, failed: String(reason && reason.message || reason)});
    }
  };
}
