// Charts from numbers the page carries: <div data-chart="line"> with a JSON block inside.
//
// {"categories": [...], "series": [{"name": ..., "values": [...], "tone": "danger"}], "unit": ...}

import "./polyfills.js";
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { enhance } from "./page.js";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const root = document.documentElement;
const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const PALETTE = ["primary", "teal", "orange", "purple", "cyan", "yellow"];
const colour = (name) => token(`--lc-chart-${name}`) || token(`--tblr-${name}`);
const size = () => parseFloat(getComputedStyle(root).fontSize) * 0.75;

function frame() {
  return {
    color: PALETTE.map(colour),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: token("--lc-text-soft"), fontSize: size() },
    animationDuration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    tooltip: {
      trigger: "axis", confine: true, backgroundColor: token("--lc-surface"),
      borderColor: token("--lc-line"), textStyle: { color: token("--lc-text"), fontSize: size() },
    },
  };
}

function axes(asked) {
  const line = { lineStyle: { color: token("--lc-line") } };
  const words = { color: token("--lc-text-soft"), fontSize: size() };
  const names = { type: "category", data: asked.categories, axisLine: line, axisTick: { show: false }, axisLabel: words };
  const values = { type: "value", splitLine: line, axisLabel: words, minInterval: asked.whole ? 1 : 0 };
  return asked.across ? { xAxis: values, yAxis: { ...names, inverse: true } } : { xAxis: names, yAxis: values };
}

// A line is drawn between neighbours; a value that has none would not be seen at all.
function seen(values) {
  const isNone = (value) => value === null || value === undefined;
  return values.map((value, index) =>
    !isNone(value) && isNone(values[index - 1]) && isNone(values[index + 1])
      ? { value, symbol: "circle", symbolSize: 7 } : { value, symbol: "none" });
}

function series(kind, asked) {
  return asked.series.map((row) => ({
    name: row.name,
    type: kind === "area" ? "line" : kind,
    data: kind === "line" || kind === "area" ? seen(row.values) : row.values,
    stack: asked.stacked ? "all" : undefined,
    smooth: kind === "area" ? 0.25 : false,
    showSymbol: true,
    barMaxWidth: 22,
    lineStyle: kind === "bar" ? undefined : { width: 2 },
    areaStyle: kind === "area" ? { opacity: 0.12 } : undefined,
    itemStyle: { ...(row.tone ? { color: colour(row.tone) } : {}), borderRadius: kind === "bar" ? [3, 3, 0, 0] : 0 },
  }));
}

function pie(asked) {
  const [row] = asked.series;
  return {
    ...frame(),
    tooltip: { ...frame().tooltip, trigger: "item" },
    legend: { orient: "vertical", right: 0, top: "middle", icon: "circle", textStyle: { color: token("--lc-text-soft"), fontSize: size() } },
    series: [{
      type: "pie", radius: ["44%", "64%"], center: ["34%", "50%"], name: row.name,
      data: asked.categories.map((name, index) => ({ name, value: row.values[index] })),
      label: { show: false }, itemStyle: { borderColor: token("--lc-surface"), borderWidth: 2 },
    }],
  };
}

function option(kind, asked) {
  if (kind === "pie") return pie(asked);
  const many = asked.series.length > 1;
  return {
    ...frame(),
    ...axes(asked),
    grid: { left: 8, right: 12, top: many ? 34 : 14, bottom: 4, containLabel: true },
    legend: many
      ? { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: token("--lc-text-soft"), fontSize: size() } }
      : undefined,
    series: series(kind, asked),
  };
}

enhance("[data-chart]", (place) => {
  const asked = JSON.parse(place.querySelector("script[type='application/json']").textContent);
  const canvas = place.querySelector(".lc-chart-canvas");
  const chart = init(canvas);
  const draw = () => chart.setOption(option(place.dataset.chart, asked), true);
  draw();
  canvas.setAttribute("aria-hidden", "true");
  new ResizeObserver(() => chart.resize()).observe(canvas);
  document.addEventListener("display:change", draw);
  place.addEventListener("chart:numbers", (event) => {
    Object.assign(asked, event.detail);
    draw();
  });
});
