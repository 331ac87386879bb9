// A bet: a marker on a scale, an interval around it for whoever wants one, and the answer when it is asked for.
const NAMES = {from: "low end of your interval", guess: "your bet", to: "high end of your interval"};
const WIDEN = 0.1; // of the scale, on each side, when an interval is first asked for

wakeAll("bet", (root, about, part) => {
  const {slug, low, high, digits, truth, unit} = about, span = high - low;
  const percent = x => `${100 * (x - low) / span}%`, say = x => tell(x, digits);
  const round = x => Math.min(high, Math.max(low, Number(x.toFixed(digits))));
  const step = Math.max(10 ** -digits, Number((span / 100).toPrecision(1)));
  // What follows in the section of a built page is hidden while this cell has the class; elsewhere nothing is.
  const frame = root.closest("section > .cell");
  let mine = {guess: null, from: null, to: null}, held = null;

  const line = make("div", {class: "mg-bet-line", "data-role": "track"}), bar = make("u", {});
  const handles = Object.fromEntries(Object.entries(NAMES).map(([name, label]) => [name, make("span", {
    role: "slider", tabindex: 0, "data-handle": name, "aria-label": `${label}, ${unit}`, "aria-valuemin": low, "aria-valuemax": high,
  })]));
  line.append(bar, ...Object.values(handles));
  const said = make("span", {"data-role": "said"}), name = make("span", {});
  const row = make("div", {class: "mg-bet-row", "data-kind": "bet"}, name, said, line);
  const widen = press("widen", ""), reveal = press("reveal", "Reveal"), skip = press("skip", "Show me without betting");
  const forget = press("forget", "Forget this bet"), told = make("p", {role: "status", tabindex: -1, "data-role": "told"});
  const buttons = make("div", {class: "mg-bet-buttons"}, reveal, widen, skip), end = make("div", {class: "mg-bet-buttons"}, forget);
  const marks = root.querySelector(".mg-bet-marks"), its = root.querySelector(".mg-bet-unit");
  const below = make("div", {"data-role": "below"}, marks.cloneNode(true), its.cloneNode(true));
  const promise = make("p", {class: "mg-bet-unit"}, frame ? "The result, and what follows of this section, is shown when you reveal it." : "The result is shown when you reveal it.");
  part("ask").append(row, below, told, buttons, promise);
  root.append(end);

  function move(name, x) {
    x = round(x);
    if (name == "guess") {
      mine.guess = x;
      if (mine.from !== null) {mine.from = Math.min(mine.from, x); mine.to = Math.max(mine.to, x);}
    } else mine[name] = name == "from" ? Math.min(x, mine.guess) : Math.max(x, mine.guess);
    paint();
  }
  function paint() {
    const state = root.dataset.state, placed = mine.guess !== null, wide = mine.from !== null;
    for (const [key, handle] of Object.entries(handles)) {
      const x = mine[key] ?? (low + high) / 2;
      handle.hidden = key == "guess" ? state == "skipped" : !wide;
      handle.style.left = percent(x);
      handle.setAttribute("aria-valuenow", x);
      handle.setAttribute("aria-valuetext", mine[key] === null ? "not placed yet" : `${say(x)} ${unit}`);
      handle.setAttribute("aria-disabled", state != "asked");
      handle.tabIndex = state == "asked" ? 0 : -1;
    }
    handles.guess.toggleAttribute("data-placed", placed);
    bar.hidden = !wide;
    if (wide) Object.assign(bar.style, {left: percent(mine.from), width: `${100 * (mine.to - mine.from) / span}%`});
    name.textContent = state == "asked" && !placed ? "Drag the marker, or use the arrow keys" : "your bet";
    said.textContent = !placed ? "" : say(mine.guess) + (wide ? ` (${say(mine.from)} to ${say(mine.to)})` : "");
    widen.title = `An interval that you would expect to hold the result ${Math.round(10 * about.level)} times in 10`;
    row.hidden = state == "skipped";
    below.hidden = promise.hidden = buttons.hidden = state != "asked";
    end.hidden = state == "asked";
    reveal.disabled = widen.disabled = !placed;
    widen.textContent = wide ? "Without the interval" : `Add an ${Math.round(100 * about.level)} % interval`;
    forget.textContent = state == "skipped" ? "Bet after all" : "Forget this bet";
    told.textContent = state == "open" ? tellBet() : state == "skipped" ? "Shown without a bet." : "";
    if (!store.works && state == "open") told.textContent += " (This browser keeps nothing, so the bet is lost when you leave.)";
  }
  function tellBet() {
    const gap = Number((mine.guess - truth).toFixed(digits)), share = Math.round(100 * Math.abs(mine.guess - truth) / span);
    const off = `${say(truth)} came out: ${say(Math.abs(gap))} too ${gap > 0 ? "high" : "low"}, ${share || "less than 1"} % of the scale.`;
    const ending = mine.from === null ? "" : holds({...mine, truth, digits}) ? " Your interval holds it." : " Your interval misses it.";
    return `You said ${say(mine.guess)}, and ${gap == 0 ? "exactly that came out." : off}${ending}`;
  }
  function turn(state) {
    root.dataset.state = state;
    frame?.classList.toggle("mg-bet-waits", state == "asked");
    paint();
  }
  function keep() {
    const {question} = about;
    store.put(slug, {question, unit, low, high, truth, digits, ...mine});
  }

  const at = event => {
    const box = line.getBoundingClientRect();
    return low + span * (event.clientX - box.left) / box.width;
  };
  const shown = () => Object.keys(NAMES).filter(key => key == "guess" || mine.from !== null);
  const nearest = x => shown().reduce((best, key) => Math.abs(mine[key] - x) < Math.abs(mine[best] - x) ? key : best, "guess");
  line.addEventListener("pointerdown", event => {
    if (root.dataset.state != "asked" || event.button) return;
    event.preventDefault();
    const x = at(event), key = mine.guess === null ? "guess" : event.target.dataset.handle ?? nearest(x);
    // Where an end lies below the marker, the first move says which of them is meant.
    const stack = mine.guess === null ? [] : shown().filter(other => other != "guess" && mine[other] == mine[key]);
    held = {key, stack, from: x};
    line.setPointerCapture(event.pointerId);
    handles[key].focus();
    if (!stack.length) move(key, x);
  });
  line.addEventListener("pointermove", event => {
    if (!held) return;
    const x = at(event), end = x < held.from ? "from" : "to";
    if (held.stack.length && Math.abs(x - held.from) < span / 200) return;
    if (held.stack.includes(end)) held.key = end;
    held.stack = [];
    move(held.key, x);
  });
  for (const end of ["pointerup", "pointercancel"]) line.addEventListener(end, () => {held = null;});
  line.addEventListener("keydown", event => {
    const key = event.target.dataset.handle, x = mine[key] ?? (low + high) / 2;
    const to = {ArrowLeft: x - step, ArrowDown: x - step, ArrowRight: x + step, ArrowUp: x + step, PageDown: x - 10 * step,
      PageUp: x + 10 * step, Home: low, End: high}[event.key];
    if (!key || to === undefined || root.dataset.state != "asked") return;
    event.preventDefault();
    event.stopPropagation();
    move(key, to);
  });
  for (const some of [buttons, end]) some.addEventListener("click", ({target}) => {
    const action = target.dataset.action;
    if (action == "widen") {
      const wide = mine.from === null;
      mine.from = wide ? round(mine.guess - WIDEN * span) : null;
      mine.to = wide ? round(mine.guess + WIDEN * span) : null;
      paint();
    } else if (action == "reveal") {keep(); turn("open"); told.focus();}
    else if (action == "skip") {
      store.put(slug, {question: about.question, unit, skipped: true});
      turn("skipped");
      told.focus();
    } else if (action == "forget") {
      store.put(slug, null);
      mine = {guess: null, from: null, to: null};
      turn("asked");
      handles.guess.focus();
    }
  });

  // Whoever comes for something that stands below has not come to bet.
  function seek() {
    const wanted = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!wanted || !frame || root.dataset.state != "asked" || frame.contains(wanted)) return;
    for (let below = frame.nextElementSibling; below; below = below.nextElementSibling)
      if (below.contains(wanted)) {turn("skipped"); wanted.scrollIntoView(); return;}
  }
  const known = store.read()[slug];
  if (known && !known.skipped && known.guess >= low && known.guess <= high) {
    const ends = known.from !== null && known.from >= low && known.to <= high;
    mine = {guess: known.guess, from: ends ? known.from : null, to: ends ? known.to : null};
    keep(); // the records may have grown since
    turn("open");
  } else turn(known ? "skipped" : "asked");
  addEventListener("hashchange", seek);
  addEventListener("load", seek);
  seek();
});
