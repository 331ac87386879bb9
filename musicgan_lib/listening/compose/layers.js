// The layers that a generator is made of. A value is a table: {rows, width, data}, row after row; a batch of one, or of as
// many rows as there are keys. A layer gets its node of the graph, its inputs, its weights, and what the step knows:
// whole numbers by name, and the states it may read and write. PyTorch's layers of the same names, for inference.
const table = (rows, width) => ({rows, width, data: new Float64Array(rows * width)});

function check(so, why) {
  if (!so) throw new Error(why);
}

// Adds x W' + b to the rows of out: weight (outputs, inputs). Four outputs at once, so that an input is read once for them.
function addProduct(x, weight, bias, out) {
  const inner = x.width;
  const outer = weight.rows;
  check(weight.width === inner, `a weight of ${weight.width} inputs meets ${inner}`);
  const w = weight.data;
  const given = x.data;
  const sums = out.data;
  const whole = outer - outer % 4;
  for (let r = 0; r < x.rows; r++) {
    const from = r * inner;
    const to = r * outer;
    for (let o = 0; o < whole; o += 4) {
      const first = o * inner;
      const second = first + inner;
      const third = second + inner;
      const fourth = third + inner;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let i = 0; i < inner; i++) {
        const value = given[from + i];
        a += w[first + i] * value;
        b += w[second + i] * value;
        c += w[third + i] * value;
        d += w[fourth + i] * value;
      }
      sums[to + o] += a;
      sums[to + o + 1] += b;
      sums[to + o + 2] += c;
      sums[to + o + 3] += d;
    }
    for (let o = whole; o < outer; o++) {
      let sum = 0;
      for (let i = 0; i < inner; i++) sum += w[o * inner + i] * given[from + i];
      sums[to + o] += sum;
    }
    if (bias) for (let o = 0; o < outer; o++) sums[to + o] += bias.data[o];
  }
  return out;
}

const linear = (x, weight, bias) => addProduct(x, weight, bias, table(x.rows, weight.rows));

// Two or more values, number by number; one with a single row counts for every row.
function combine(values, join) {
  const out = table(Math.max(...values.map(v => v.rows)), values[0].width);
  values.forEach((v, k) => {
    check(v.width === out.width, `rows of ${v.width} numbers meet rows of ${out.width}`);
    check(v.rows === out.rows || v.rows === 1, `${v.rows} rows meet ${out.rows}`);
    const step = v.rows === 1 ? 0 : v.width;
    for (let r = 0; r < out.rows; r++) {
      for (let i = 0; i < out.width; i++) {
        const at = r * out.width + i;
        const number = v.data[r * step + i];
        out.data[at] = k ? join(out.data[at], number) : number;
      }
    }
  });
  return out;
}

function softmax(numbers) {
  const top = numbers.reduce((a, b) => a > b ? a : b);
  const weights = numbers.map(x => exp(x - top));
  const total = weights.reduce((a, b) => a + b);
  return weights.map(x => x / total);
}

// One step of an LSTM: the gates stand as PyTorch has them, input, forget, candidate, output.
function lstm(node, [x], [intoInput, intoMemory, inputBias, memoryBias], step) {
  const units = intoMemory.width;
  const {h, c} = step.states[node.state] || {h: table(x.rows, units), c: table(x.rows, units)};
  const gates = addProduct(h, intoMemory, memoryBias, linear(x, intoInput, inputBias)).data;
  const next = {h: table(x.rows, units), c: table(x.rows, units)};
  for (let r = 0; r < x.rows; r++) {
    for (let u = 0; u < units; u++) {
      const at = r * units + u;
      const first = r * 4 * units + u;
      const enter = sigmoid(gates[first]);
      const keep = sigmoid(gates[first + units]);
      const fresh = tanh(gates[first + 2 * units]);
      const show = sigmoid(gates[first + 3 * units]);
      next.c.data[at] = keep * c.data[at] + enter * fresh;
      next.h.data[at] = show * tanh(next.c.data[at]);
    }
  }
  step.states[node.state] = next;
  return next.h;
}

// One step of a GRU: reset, update, candidate.
function gru(node, [x], [intoInput, intoMemory, inputBias, memoryBias], step) {
  const units = intoMemory.width;
  const h = step.states[node.state] || table(x.rows, units);
  const given = linear(x, intoInput, inputBias).data;
  const kept = linear(h, intoMemory, memoryBias).data;
  const next = table(x.rows, units);
  for (let r = 0; r < x.rows; r++) {
    for (let u = 0; u < units; u++) {
      const at = r * units + u;
      const first = r * 3 * units + u;
      const reset = sigmoid(given[first] + kept[first]);
      const stay = sigmoid(given[first + units] + kept[first + units]);
      const fresh = tanh(given[first + 2 * units] + reset * kept[first + 2 * units]);
      next.data[at] = (1 - stay) * fresh + stay * h.data[at];
    }
  }
  step.states[node.state] = next;
  return next;
}

const rowsOf = v => Array.from({length: v.rows}, (_, r) => v.data.subarray(r * v.width, (r + 1) * v.width));

// Attention of several heads. Without a state each row looks at all rows; with one the rows are moments that come one by
// one, and each looks at all that came before and at itself. A weight (heads, reach, numbers) embeds how far back they are.
function attention(node, [query, key, value], [distances], step) {
  const before = node.state && step.states[node.state] || {keys: [], values: []};
  const keys = [...before.keys, ...rowsOf(key)];
  const values = [...before.values, ...rowsOf(value)];
  check(node.state || !distances, "distances are of moments, which need a state");
  if (node.state) {
    check(query.rows === 1, "attention with a state takes one moment at a time");
    step.states[node.state] = {keys, values};
  }
  const size = query.width / node.heads;
  const scale = node.scale ?? 1 / Math.sqrt(size);
  const out = table(query.rows, value.width);
  const wide = value.width / node.heads;
  rowsOf(query).forEach((q, r) => {
    for (let head = 0; head < node.heads; head++) {
      const first = head * size;
      const scores = keys.map((k, at) => {
        let sum = 0;
        for (let i = first; i < first + size; i++) sum += q[i] * k[i];
        if (!distances) return sum * scale;
        const reach = distances.shape[1];
        const row = (head * reach + Math.min(keys.length - 1 - at, reach - 1)) * size;
        for (let i = 0; i < size; i++) sum += q[first + i] * distances.data[row + i];
        return sum * scale;
      });
      softmax(scores).forEach((weight, at) => {
        for (let i = head * wide; i < (head + 1) * wide; i++) out.data[r * value.width + i] += weight * values[at][i];
      });
    }
  });
  return out;
}

// A convolution along the rows, with rows of zeros put before and after; with a state the rows are moments that come one
// by one, and the moments before are remembered.
function conv1d(node, [x], [weight, bias], step) {
  const [outputs, inputs, kernel] = weight.shape;
  const dilation = node.dilation || 1;
  const reach = (kernel - 1) * dilation;
  const silence = new Float64Array(inputs);
  const filled = n => Array.from({length: n}, () => silence);
  const [before, after] = node.pad || [0, 0];
  const past = node.state ? step.states[node.state] || filled(reach) : filled(before);
  const rows = [...past, ...rowsOf(x), ...filled(node.state ? 0 : after)];
  if (node.state) step.states[node.state] = rows.slice(rows.length - reach);
  const out = table(rows.length - reach, outputs);
  for (let r = 0; r < out.rows; r++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias ? bias.data[o] : 0;
      for (let k = 0; k < kernel; k++) {
        const row = rows[r + k * dilation];
        for (let i = 0; i < inputs; i++) sum += weight.data[(o * inputs + i) * kernel + k] * row[i];
      }
      out.data[r * outputs + o] = sum;
    }
  }
  return out;
}

// A convolution over pictures: the rows of x are those of its channels, one channel below the other, and so are the
// rows that come out.
function conv2d(node, [x], [weight, bias]) {
  const [outputs, inputs, high, wide] = weight.shape;
  const [down, right] = node.stride || [1, 1];
  const height = x.rows / inputs;
  const lines = Math.floor((height - high) / down) + 1;
  const places = Math.floor((x.width - wide) / right) + 1;
  const out = table(outputs * lines, places);
  for (let o = 0; o < outputs; o++) {
    for (let line = 0; line < lines; line++) {
      for (let place = 0; place < places; place++) {
        let sum = bias ? bias.data[o] : 0;
        for (let i = 0; i < inputs; i++) {
          for (let a = 0; a < high; a++) {
            const at = (i * height + line * down + a) * x.width + place * right;
            const w = ((o * inputs + i) * high + a) * wide;
            for (let b = 0; b < wide; b++) sum += weight.data[w + b] * x.data[at + b];
          }
        }
        out.data[(o * lines + line) * places + place] = sum;
      }
    }
  }
  return out;
}

function layerNorm(node, [x], [weight, bias]) {
  const out = table(x.rows, x.width);
  rowsOf(x).forEach((row, r) => {
    const mean = row.reduce((a, b) => a + b) / x.width;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.width;
    const scale = 1 / Math.sqrt(variance + (node.eps ?? 1e-5));
    row.forEach((v, i) => {
      out.data[r * x.width + i] = (v - mean) * scale * weight.data[i] + (bias ? bias.data[i] : 0);
    });
  });
  return out;
}

function activate(node, [x]) {
  const bend = ACTIVATIONS[node.kind];
  check(bend, `there is no activation ${node.kind}`);
  return {...x, data: x.data.map(v => bend(v, node.slope))};
}

function softmaxRows(_, [x]) {
  const out = table(x.rows, x.width);
  rowsOf(x).forEach((row, r) => out.data.set(softmax(row), r * x.width));
  return out;
}

// The rows of a table at a whole number that the step knows, counted from 0 again after so many where the node says so;
// or at those that the node names.
function embedding(node, _, [weight], step) {
  const number = step.numbers[node.index];
  const wanted = node.rows || [node.modulo ? number % node.modulo : number];
  const out = table(wanted.length, weight.width);
  wanted.forEach((at, r) => {
    check(at >= 0 && at < weight.rows, `a table of ${weight.rows} rows has no row ${at}`);
    out.data.set(weight.data.subarray(at * weight.width, (at + 1) * weight.width), r * weight.width);
  });
  return out;
}

// Values side by side; one with a single row is repeated beside every row.
function concat(_, values) {
  const rows = Math.max(...values.map(v => v.rows));
  const out = table(rows, values.reduce((sum, v) => sum + v.width, 0));
  let column = 0;
  for (const v of values) {
    const step = v.rows === 1 ? 0 : v.width;
    for (let r = 0; r < rows; r++) out.data.set(v.data.subarray(r * step, r * step + v.width), r * out.width + column);
    column += v.width;
  }
  return out;
}

function columns(node, [x]) {
  const out = table(x.rows, node.to - node.from);
  rowsOf(x).forEach((row, r) => out.data.set(row.subarray(node.from, node.to), r * out.width));
  return out;
}

// A fixed mixture of rows: weight (rows out, rows in).
function mixRows(_, [x], [weight]) {
  const out = table(weight.rows, x.width);
  for (let r = 0; r < weight.rows; r++) {
    for (let k = 0; k < x.rows; k++) {
      const share = weight.data[r * weight.width + k];
      if (share) for (let i = 0; i < x.width; i++) out.data[r * x.width + i] += share * x.data[k * x.width + i];
    }
  }
  return out;
}

const LAYERS = {
  activate, attention, columns, concat, conv1d, conv2d, embedding, gru, lstm,
  add: (_, values) => combine(values, (a, b) => a + b),
  flatten: (_, [x]) => ({rows: 1, width: x.rows * x.width, data: x.data}),
  layer_norm: layerNorm,
  linear: (_, [x], [weight, bias]) => linear(x, weight, bias),
  mix_rows: mixRows,
  multiply: (_, values) => combine(values, (a, b) => a * b),
  row: (node, [x], _, step) => {
    const at = step.numbers[node.index];
    return {rows: 1, width: x.width, data: x.data.subarray(at * x.width, (at + 1) * x.width)};
  },
  softmax: softmaxRows,
};
