// Curves of runs: one chart a figure, drawn by uPlot. Used by report.html and by `runner ui`.
"use strict";
const Charts = (() => {
  const colours = ["#1f77b4", "#d9730d", "#2a9d4b", "#c4302b", "#8455c9", "#8c564b", "#d1549f", "#0e9aa7", "#a08a00", "#5c6b7a"];
  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2, 1, 2]];
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colourOf = index => colours[index % colours.length];

  // The value people read: four digits that matter.
  function words(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    return value === Math.trunc(value) && size < 1e9 ? String(value) : size >= 1e-4 && size < 1e6 ? String(+value.toPrecision(5)) : value.toExponential(3);
  }

  // An exponential mean that begins at the first value, as TensorBoard smooths.
  function smooth(values, weight) {
    if (weight <= 0) return values;
    let mean = 0, share = 0;
    return values.map(value => {
      if (value === null || value === undefined) return value;
      mean = mean * weight + (1 - weight) * value;
      share = share * weight + (1 - weight);
      return mean / share;
    });
  }

  // One table of x for all series; where two measurements share an x, the later counts.
  function table(series, x, weight, log) {
    const tables = series.map(one => {
      const at = new Map();
      const xs = one[x] || one.step;
      const ys = smooth(one.value, weight);
      xs.forEach((key, i) => at.set(key, log && !(ys[i] > 0) ? null : ys[i]));
      const keys = [...at.keys()].sort((a, b) => a - b);
      return [keys, keys.map(key => at.get(key))];
    });
    return uPlot.join(tables);
  }

  function groups(runs) {
    const figures = new Map();
    runs.forEach((run, index) => run.curves.forEach(curve => {
      if (!figures.has(curve.figure)) figures.set(curve.figure, []);
      figures.get(curve.figure).push({ ...curve, run: run.run, index });
    }));
    return figures;
  }

  class Panel {
    constructor(place, figure, series, options, runs) {
      this.figure = figure;
      this.series = series;
      this.several = runs > 1;
      this.box = document.createElement("section");
      this.box.className = "chart";
      this.box.dataset.figure = figure;
      const title = document.createElement("h3");
      title.textContent = figure;
      this.box.append(title);
      this.plotPlace = document.createElement("div");
      this.box.append(this.plotPlace);
      place.append(this.box);
      this.draw(options);
    }

    label(one) { return this.several ? one.run + " · " + one.phase : one.phase; }

    draw(options) {
      this.options = options;
      const phases = [...new Set(this.series.map(one => one.phase))];
      const data = table(this.series, options.x, options.smoothing, options.log);
      const few = data[0].length < 60;
      const axis = { stroke: css("--faint"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
      const unit = { step: "step", epoch: "epoch", time: "seconds" }[options.x];
      const made = {
        width: this.width(), height: 260,
        cursor: { sync: { key: "curves", scales: ["x", null] }, drag: { x: true, y: false }, focus: { prox: 24 } },
        focus: { alpha: 0.35 },
        scales: { x: { time: false }, y: { distr: options.log ? 3 : 1 } },
        legend: { live: true },
        axes: [{ ...axis, label: unit, labelSize: 20, labelFont: "12px system-ui, sans-serif" }, { ...axis, size: 62, values: (_, ticks) => ticks.map(tick => tick === null ? "" : words(tick)) }],
        series: [{ label: unit, value: (_, value) => words(value) }, ...this.series.map(one => ({
          label: this.label(one),
          stroke: colourOf(this.several ? one.index : phases.indexOf(one.phase)),
          dash: this.several ? dashes[phases.indexOf(one.phase) % dashes.length] : [],
          width: 1.6,
          spanGaps: true,
          points: { show: few || one.value.length < 30, size: 5 },
          value: (_, value) => words(value),
        }))],
      };
      if (this.plot) this.plot.destroy();
      this.plot = new uPlot(made, data, this.plotPlace);
    }

    // New points without a new chart; the stretch that is looked at stays.
    update(series) {
      const same = series.length === this.series.length && series.every((one, i) => this.label(one) === this.label(this.series[i]));
      this.series = series;
      if (!same) return this.draw(this.options);
      const zoomed = this.plot.scales.x.min > this.plot.data[0][0] || this.plot.scales.x.max < this.plot.data[0].at(-1);
      const data = table(series, this.options.x, this.options.smoothing, this.options.log);
      if ((data[0].length < 60) !== (this.plot.data[0].length < 60)) this.draw(this.options); else this.plot.setData(data, !zoomed);
    }

    width() { return Math.max(240, this.box.clientWidth - 18); }

    resize() { this.plot.setSize({ width: this.width(), height: 260 }); }
  }

  // All charts of some runs, with what people may choose above them.
  class Board {
    constructor(place, runs, open = {}) {
      this.place = place;
      this.options = { x: "step", log: false, smoothing: 0, ...open };
      this.panels = new Map();
      this.bar = document.createElement("div");
      this.bar.className = "choices";
      this.grid = document.createElement("div");
      this.grid.className = "charts";
      place.replaceChildren(this.bar, this.grid);
      this.choices();
      this.show(runs);
      this.watch = new ResizeObserver(() => this.panels.forEach(panel => panel.resize()));
      this.watch.observe(place);
      this.redrawn = () => this.panels.forEach(panel => panel.draw(this.options));
      document.addEventListener("themechange", this.redrawn);
    }

    choices() {
      const add = (text, control) => {
        const label = document.createElement("label");
        label.append(text + " ", control);
        this.bar.append(label);
        return control;
      };
      const x = add("along", document.createElement("select"));
      x.name = "x";
      for (const [value, text] of [["step", "steps"], ["epoch", "epochs"], ["time", "seconds"]]) x.add(new Option(text, value));
      x.value = this.options.x;
      x.onchange = () => this.choose({ x: x.value });
      const log = add("log scale", document.createElement("input"));
      log.type = "checkbox";
      log.name = "log";
      log.checked = this.options.log;
      log.onchange = () => this.choose({ log: log.checked });
      const smoothing = add("smoothing", document.createElement("input"));
      Object.assign(smoothing, { type: "range", name: "smoothing", min: 0, max: 0.99, step: 0.01, value: this.options.smoothing });
      smoothing.oninput = () => this.choose({ smoothing: +smoothing.value });
      const hint = document.createElement("span");
      hint.className = "hint";
      hint.textContent = "drag to zoom, double-click for all";
      this.bar.append(hint);
    }

    choose(change) {
      Object.assign(this.options, change);
      this.panels.forEach(panel => panel.draw(this.options));
    }

    show(runs) {
      const figures = groups(runs);
      for (const [figure, panel] of this.panels) if (!figures.has(figure)) { panel.plot.destroy(); panel.box.remove(); this.panels.delete(figure); }
      for (const [figure, series] of figures) {
        const panel = this.panels.get(figure);
        if (panel && panel.several === runs.length > 1) panel.update(series);
        else if (panel) { panel.several = runs.length > 1; panel.series = series; panel.draw(this.options); }
        else this.panels.set(figure, new Panel(this.grid, figure, series, this.options, runs.length));
      }
    }

    close() {
      this.watch.disconnect();
      document.removeEventListener("themechange", this.redrawn);
      this.panels.forEach(panel => panel.plot.destroy());
      this.place.replaceChildren();
    }
  }

  return { Board, colourOf, words };
})();

// Light or dark: as the system has it, until someone chooses.
const Theme = {
  key: "experiment-runner-theme",
  stored() { try { return localStorage.getItem(Theme.key); } catch { return null; } },
  dark() { return (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark"; },
  start() {
    const stored = Theme.stored();
    if (stored === "dark" || stored === "light") document.documentElement.dataset.theme = stored;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
    document.addEventListener("click", event => { if (event.target.closest && event.target.closest("[data-toggle-theme]")) Theme.toggle(); });
  },
  toggle() {
    const next = Theme.dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem(Theme.key, next); } catch { /* a file from disk may have no storage */ }
    document.dispatchEvent(new Event("themechange"));
  },
};
Theme.start();
