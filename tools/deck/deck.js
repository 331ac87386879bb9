// A deck begins: its colours, its equations, then its slides, each as large as fits.
const SMALLEST = 0.5; // of its size; what is still too tall then scrolls
const LARGEST = 1.25, PICTURE = 1.6; // words alone grow as far as this, and pictures beside words

window.MathJax = {
  tex: {inlineMath: [["$", "$"], ["\\(", "\\)"]], processEscapes: true},
  chtml: {matchFontHeight: false},
  options: {ignoreHtmlClass: "notes|musicgan-.*|mg-.*", enableMenu: false},
  startup: {typeset: false},
};

const root = document.documentElement;
const asked = new URLSearchParams(location.search).get("theme");
root.dataset.theme = asked || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function fitEquations(fit) {
  for (const box of fit.querySelectorAll('mjx-container[display="true"]')) {
    const math = box.querySelector("mjx-math");
    box.style.fontSize = "";
    const wide = Math.max(math.scrollWidth, ...[...math.querySelectorAll("mjx-table")].map(t => t.scrollWidth + 90));
    if (wide > box.clientWidth) box.style.fontSize = `${Math.floor(100 * box.clientWidth / wide)}%`;
  }
}

function measure(slide, fit) { // height that the slide needs, in the slide's own pixels
  const scale = Reveal.getScale() || 1, top = slide.getBoundingClientRect().top + slide.scrollTop * -scale;
  return (fit.getBoundingClientRect().bottom - top) / scale;
}

function fitSlide(slide) {
  const fit = slide?.querySelector(":scope > .deck-fit");
  if (!fit) return;
  slide.classList.remove("tall");
  slide.scrollTop = 0;
  const room = slide.clientHeight - parseFloat(getComputedStyle(slide).paddingBottom);
  const fits = () => (fitEquations(fit), measure(slide, fit) <= room);
  const picture = fit.querySelector(".musicgan-figure, .jp-RenderedSVG, .jp-RenderedImage, .mg-player");
  let size = picture ? 1 : LARGEST, grown = picture ? PICTURE : 1;
  const set = () => {fit.style.zoom = size; fit.style.setProperty("--picture", grown);};
  for (set(); !fits() && size > SMALLEST; set())
    if (grown > 1) grown = Math.max(1, grown - 0.1);
    else size = Math.max(SMALLEST, size - 0.05);
  if (measure(slide, fit) > room + 1) slide.classList.add("tall");
}

function begin() {
  document.body.removeAttribute("data-jp-theme-light"); // players and bets follow the deck's colours
  for (const slide of document.querySelectorAll(".slides > section > section")) {
    slide.classList.add("deck-slide");
    slide.classList.toggle("deck-title", Boolean(slide.querySelector("h1")));
    const fit = document.createElement("div");
    fit.className = "deck-fit";
    fit.append(...[...slide.childNodes].filter(n => !n.matches?.("aside.notes")));
    slide.prepend(fit);
  }
  // Keys that a button, a link or a marker on a scale understands are theirs.
  const busy = e => e.target.closest?.("[role=slider], select") ? true : [" ", "Enter"].includes(e.key) && e.target.closest?.("button, a, summary");
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t", transition: "none",
    keyboardCondition: e => !busy(e), plugins: [RevealNotes],
  });
  let seen = null;
  const grown = new ResizeObserver(() => seen && isTall(seen) && fitSlide(seen));
  const isTall = slide => !slide.classList.contains("tall") && measure(slide, slide.firstElementChild) > slide.clientHeight + 1;
  const show = slide => {
    dispatchEvent(new CustomEvent("musicgan-play", {detail: null})); // who plays stops
    seen = slide;
    grown.disconnect();
    fitSlide(slide);
    if (slide.firstElementChild) grown.observe(slide.firstElementChild);
  };
  Reveal.on("ready", e => show(e.currentSlide));
  Reveal.on("slidechanged", e => show(e.currentSlide));
  Reveal.on("resize", () => fitSlide(Reveal.getCurrentSlide()));
  root.dataset.deck = "ready";
}

// A slide is drawn larger or smaller than it is laid out; a player's picture asks where in its own pixels it was touched.
for (const kind of ["pointerdown", "pointerup"])
  addEventListener(kind, e => {
    if (!e.isTrusted || e.target.localName != "canvas") return;
    const {target} = e, box = target.getBoundingClientRect(), ratio = box.width / target.clientWidth;
    if (Math.abs(ratio - 1) < 0.01) return;
    e.stopImmediatePropagation();
    const {pointerId, clientY} = e, clientX = box.left + (e.clientX - box.left) / ratio;
    target.dispatchEvent(new PointerEvent(kind, {pointerId, clientX, clientY, bubbles: true}));
  }, true);

addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-action=theme]")?.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme == "dark" ? "light" : "dark";
  });
  if (window.Reveal) MathJax.startup.promise.then(() => MathJax.typesetPromise()).then(begin);
});
