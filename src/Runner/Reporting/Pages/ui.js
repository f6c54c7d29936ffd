// What the pages of `runner ui` need beyond Blazor: charts, and an editor that marks mistakes behind its text.
"use strict";
window.ui = {
  curves(place, json) {
    const runs = JSON.parse(json);
    if (place.board) place.board.show(runs); else place.board = new Charts.Board(place, runs);
  },
  close(place) {
    if (place && place.board) { place.board.close(); place.board = null; }
  },
  editor(area) {
    const box = area.closest(".editor");
    const follow = () => {
      box.querySelector(".back").scrollTop = area.scrollTop;
      box.querySelector(".back").scrollLeft = area.scrollLeft;
      box.querySelector(".lines").scrollTop = area.scrollTop;
    };
    area.addEventListener("scroll", follow);
    area.addEventListener("keydown", event => {
      if (event.key !== "Tab" || event.shiftKey) return;
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  },
  select(area, start, length) {
    area.focus();
    area.setSelectionRange(start, start + length);
    const line = area.value.slice(0, start).split("\n").length;
    area.scrollTop = Math.max(0, (line - 6) * 20);
  },
};
