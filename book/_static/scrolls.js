// What scrolls by itself can be scrolled by keyboard: tables, equations and code that are wider than the column.
(() => {
  const mark = () => {
    for (const e of document.querySelectorAll(".bd-article :is(table, div.math, pre, .cell_output)"))
      if (e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)) e.tabIndex = 0;
  };
  addEventListener("load", () => { mark(); setTimeout(mark, 1500); }); // equations are set after the page is there
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);
})();
