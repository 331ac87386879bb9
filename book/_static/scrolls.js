// What scrolls by itself can be scrolled by keyboard: tables, equations and code that are wider than the column. On paper
// nothing scrolls, so an equation is told by how much it has to shrink there.
(() => {
  const mark = () => {
    for (const e of document.querySelectorAll(".bd-article :is(table, div.math, pre, .cell_output)"))
      if (e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)) e.tabIndex = 0;
  };
  const PAPER = 640, INK = 0.82; // pixels between the margins of a sheet; its letters beside those of the screen
  const shrink = () => {
    for (const e of document.querySelectorAll('.bd-article mjx-container[display="true"]')) {
      const wide = Math.max(...[...e.querySelectorAll("mjx-table, mjx-math:not([width])")].map(t => t.scrollWidth));
      const label = e.querySelector("mjx-labels") ? 80 : 0;
      if (INK * wide + label > PAPER) e.style.setProperty("--fits-paper", ((PAPER - label) / (INK * wide)).toFixed(3));
    }
  };
  addEventListener("load", () => { mark(); setTimeout(() => { mark(); shrink(); }, 1500); }); // equations are set after the page is there
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);
})();
