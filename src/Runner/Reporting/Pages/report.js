// report.html: the curves from the data that stand in the page.
"use strict";
(() => {
  const place = document.getElementById("curves");
  if (!place) return;
  const runs = JSON.parse(document.getElementById("data").textContent);
  window.board = new Charts.Board(place, runs);
})();
