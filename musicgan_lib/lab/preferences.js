// The same as preferences.py, for a page: the exact interval of a share, and strengths from comparisons in pairs.
const preferences = (() => {
  const logs = [0]; // of factorials
  const logFactorial = n => {
    while (logs.length <= n) logs.push(logs.at(-1) + Math.log(logs.length));
    return logs[n];
  };

  function atLeast(right, trials, share) {
    if (share <= 0 || share >= 1) return Number(share >= 1 || right === 0);
    let sum = 0;
    for (let i = right; i <= trials; i++) {
      const ways = logFactorial(trials) - logFactorial(i) - logFactorial(trials - i);
      sum += Math.exp(ways + i * Math.log(share) + (trials - i) * Math.log1p(-share));
    }
    return Math.min(1, sum);
  }

  function bisect(isBelow) {
    let low = 0, high = 1;
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (isBelow(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  // Clopper and Pearson (1934): [low, high].
  function interval(right, trials, level = 0.95) {
    const tail = (1 - level) / 2;
    return [
      right === 0 ? 0 : bisect(p => atLeast(right, trials, p) < tail),
      right === trials ? 1 : bisect(p => atLeast(right + 1, trials, p) < 1 - tail),
    ];
  }

  // Bradley and Terry's strengths by the minorise-maximise iteration of Hunter (2004): an item's wins, over the sum, over
  // its games, of one over both strengths. Logarithms with mean 0; null for what no comparison joins with item 0.
  function bradleyTerry(wins, tie) {
    const met = (i, j) => i !== j && wins[i][j] + wins[j][i] > 0;
    const joined = new Set([0]);
    for (const i of joined) wins.forEach((_, j) => met(i, j) && joined.add(j));
    const own = [...joined];
    const won = (i, j) => met(i, j) ? wins[i][j] + tie : 0;
    const add = f => own.reduce((sum, j) => sum + f(j), 0);
    let strength = wins.map(() => 1);
    for (let round = 0, moved = 1; round < 20000 && moved > 1e-12; round++) {
      const next = [...strength];
      for (const i of own) {
        const over = add(j => (won(i, j) + won(j, i)) / (strength[i] + strength[j]));
        if (over) next[i] = add(j => won(i, j)) / over;
      }
      const mean = Math.exp(add(i => Math.log(next[i])) / own.length);
      own.forEach(i => next[i] /= mean);
      moved = Math.max(...own.map(i => Math.abs(Math.log(next[i] / strength[i]))));
      strength = next;
    }
    return strength.map((s, i) => joined.has(i) ? Math.log(s) : null);
  }

  return {interval, bradleyTerry};
})();
