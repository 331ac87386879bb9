// Arithmetic that gives the same bits in every browser. Math.exp and Math.tanh may differ in their last digit from one
// browser to the next; + - * / and the square root may not. So a link draws the same notes on every machine.
const LN2_HIGH = Math.fround(Math.LN2);
const LN2_LOW = Math.LN2 - LN2_HIGH;
const LARGEST = 700;
const POWERS_OF_TWO = (() => {
  const powers = new Float64Array(2 * 1022 + 1);
  powers[1022] = 1;
  for (let k = 1; k <= 1022; k++) {
    powers[1022 + k] = powers[1021 + k] * 2;
    powers[1022 - k] = powers[1023 - k] / 2;
  }
  return powers;
})();
// 1 / n!, the coefficients of the series of exp
const C = [1, 1];
for (let n = 2; n < 12; n++) C.push(C[n - 1] / n);
const [, , C2, C3, C4, C5, C6, C7, C8, C9, C10, C11] = C;

// e^x as 2^k times the series of the rest, which is below 0.35. NaN stays NaN.
function exp(x) {
  if (x > LARGEST) x = LARGEST;
  else if (x < -LARGEST) x = -LARGEST;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  const far = C6 + r * (C7 + r * (C8 + r * (C9 + r * (C10 + r * C11))));
  const near = 1 + r * (1 + r * (C2 + r * (C3 + r * (C4 + r * (C5 + r * far)))));
  return near * POWERS_OF_TWO[1022 + k];
}

const sigmoid = x => 1 / (1 + exp(-x));
const tanh = x => 1 - 2 / (1 + exp(2 * x));

// The error function by the series of e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, whose terms have one sign.
function erf(x) {
  if (x > 6) return 1;
  if (x < -6) return -1;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 1.1283791670955126 * exp(-x * x) * sum;
}

const ACTIVATIONS = {
  sigmoid,
  tanh,
  relu: x => x > 0 ? x : 0,
  gelu: x => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  leaky_relu: (x, slope) => x > 0 ? x : slope * x,
};

// Random numbers in [0, 1) from a whole number: xoshiro128** (Blackman and Vigna, 2018), filled by splitmix32.
function seedRandom(seed) {
  let filler = seed >>> 0;
  const s = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    filler = filler + 0x9e3779b9 >>> 0;
    let z = filler;
    z = Math.imul(z ^ z >>> 16, 0x85ebca6b);
    z = Math.imul(z ^ z >>> 13, 0xc2b2ae35);
    s[i] = z ^ z >>> 16;
  }
  const turn = (x, by) => x << by | x >>> 32 - by;
  return () => {
    const whole = Math.imul(turn(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = turn(s[3], 11);
    return whole / 4294967296;
  };
}
