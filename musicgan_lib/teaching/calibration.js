// How well the reader's bets hold: a sentence, a figure, the list of bets, and a file to keep them in.
const LARGEST = 1 << 20; // bytes of a file of bets

// How often 'held' or fewer (or, where it is more than expected, as many or more) of n intervals hold, if each does with chance p.
function chanceOf(held, n, p) {
  const ways = [1];
  for (let k = 1; k <= n; k++) ways.push(ways[k - 1] * (n - k + 1) / k);
  const each = ways.map((w, k) => w * p ** k * (1 - p) ** (n - k));
  return each.reduce((sum, x, k) => sum + ((held < p * n ? k <= held : k >= held) ? x : 0), 0);
}

wakeAll("calibration", (root, about, part) => {
  const told = part("told"), list = part("list"), status = make("p", {role: "status", "data-role": "said"});
  const input = make("input", {type: "file", accept: "application/json,.json", "data-action": "import"});
  const clear = press("clear", "Forget all bets"), save = press("export", "Keep as a file");
  part("file").append(make("div", {class: "mg-bet-buttons"}, save, make("label", {class: "mg-bet-file"}, "Read from a file", input), clear), status);
  const isBet = bet => !bet.skipped;
  const off = bet => Math.abs(bet.guess - bet.truth) / (bet.high - bet.low);

  function sum(bets) {
    const made = bets.filter(isBet), wide = made.filter(bet => bet.from !== null), held = wide.filter(holds).length;
    if (!made.length) return ["You have made no bet yet. Each page below asks for one before it shows its main result."];
    const mean = made.reduce((all, bet) => all + off(bet), 0) / made.length;
    const lines = [`You made ${made.length} ${made.length == 1 ? "bet" : "bets"}. Your numbers were ${Math.round(100 * mean)} % of the scale away from what came out, on average.`];
    if (!wide.length) return [...lines, "None of them has an interval, so nothing says yet how sure you should be."];
    const level = Math.round(100 * about.level), chance = chanceOf(held, wide.length, about.level);
    const way = held < about.level * wide.length ? "so few, or fewer," : "so many, or more,";
    return [...lines, `${held} of your ${wide.length} intervals held the truth (${Math.round(100 * held / wide.length)} %), where ${level} % should. ` +
      `A reader whose intervals do hold ${level} % of the time gets ${way} in ${Math.round(100 * chance)} % of tries.`];
  }
  function draw(bet) {
    const at = x => `${100 * (x - bet.low) / (bet.high - bet.low)}%`, place = (tag, x) => {
      const made = make(tag, {});
      made.style.left = at(x);
      return made;
    };
    const line = make("div", {class: "mg-bet-line mg-bet-own", role: "img", "data-held": bet.from === null ? "none" : holds(bet) ? "yes" : "no",
      "aria-label": `bet ${tell(bet.guess, bet.digits)}, came out ${tell(bet.truth, bet.digits)}`});
    if (bet.from !== null) {
      const bar = place("u", bet.from);
      bar.style.width = `${100 * (bet.to - bet.from) / (bet.high - bet.low)}%`;
      line.append(bar);
    }
    line.append(place("s", bet.truth), place("i", bet.guess));
    return line;
  }
  function describe(bet) {
    if (!bet) return ["– no bet yet"];
    if (!isBet(bet)) return ["– shown without a bet"];
    const say = x => tell(x, bet.digits), range = bet.from === null ? "" : ` (${say(bet.from)} to ${say(bet.to)})`;
    const held = bet.from === null ? "" : holds(bet) ? "; the interval held" : "; the interval missed";
    return [`– you said ${say(bet.guess)}${range}, ${say(bet.truth)} came out${held}`, draw(bet)];
  }
  function paint() {
    const bets = store.read();
    told.replaceChildren(...sum(Object.values(bets)).map(text => make("p", {}, text)));
    for (const item of list.querySelectorAll("[data-own]")) item.remove();
    for (const item of list.children) item.querySelector("[data-role=of]").replaceChildren(...describe(bets[item.dataset.slug]));
    const known = new Set([...list.children].map(item => item.dataset.slug));
    for (const [slug, bet] of Object.entries(bets)) if (!known.has(slug)) {
      const of = make("span", {"data-role": "of"}, ...describe(bet));
      list.append(make("li", {"data-slug": slug, "data-own": 1}, bet.question || slug, " ", of));
    }
    const some = Object.keys(bets).length;
    save.disabled = clear.disabled = !some;
    clear.textContent = "Forget all bets";
    delete clear.dataset.sure;
    if (store.other) status.textContent = "This browser also keeps bets that this edition of the book cannot read. They stay, and are not counted.";
    if (!store.works) status.textContent = "This browser keeps nothing for this page, so bets are lost when you leave.";
  }

  save.addEventListener("click", () => {
    const link = make("a", {download: "bets.json", href: URL.createObjectURL(new Blob([store.pack(store.read())], {type: "application/json"}))});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    status.textContent = "Your bets are in bets.json.";
  });
  clear.addEventListener("click", () => {
    if (!clear.dataset.sure) {
      clear.dataset.sure = 1;
      clear.textContent = "Really forget all? Press again";
      return;
    }
    store.forget();
    paint();
    status.textContent = "All bets are forgotten.";
  });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      if (file.size > LARGEST) throw new Error("it is larger than a megabyte");
      const read = JSON.parse(await file.text());
      if (read?.format !== FORMAT || read.version !== VERSION) throw new Error("it holds no bets of this book");
      const come = store.clean(read), here = store.read(), fresh = Object.keys(come).filter(slug => !(slug in here));
      if (!Object.keys(come).length) throw new Error("none of its bets can be read");
      for (const slug of fresh) here[slug] = come[slug];
      store.write(here);
      paint();
      status.textContent = `${fresh.length} ${fresh.length == 1 ? "bet" : "bets"} came from ${file.name}; bets that were here already stay as they are.`;
    } catch (reason) {
      status.textContent = `${file.name} was not read: ${reason instanceof SyntaxError ? "it is not JSON" : reason.message}.`;
    }
    input.value = "";
  });
  // Other tabs, this page, and a page that comes back from the browser's own cache.
  for (const event of ["storage", KEY, "pageshow"]) addEventListener(event, paint);
  paint();
});
