// What the drawings share: canvases in device pixels, scales, and colours of the page.
import { scaleLinear, scaleLog, scalePoint } from "d3-scale";

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A canvas of that size in CSS pixels, and its context. */
export function canvas(width, height) {
  const element = h("canvas", {});
  const ratio = window.devicePixelRatio || 1;
  element.width = Math.round(width * ratio);
  element.height = Math.round(height * ratio);
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  const context = element.getContext("2d");
  context.scale(ratio, ratio);
  return { element, context };
}

/** From values to pixels: the places of an axis's values, else linear, or logarithmic where the values span a lot. */
export function scaleOf(column, points, range) {
  if (column.values) {
    const scale = scalePoint(column.values.map((value) => JSON.stringify(value)), range).padding(0.5);
    const place = (point) => scale(JSON.stringify(column.of(point)));
    return { scale, place, ticks: column.values.map((value) => ({ text: value === null ? "\u2013" : String(value), at: scale(JSON.stringify(value)) })) };
  }
  const values = points.map(column.of).filter((value) => typeof value === "number");
  let low = Infinity, high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!values.length) [low, high] = [0, 1];
  const isLog = low > 0 && high / low > 30;
  const scale = isLog ? scaleLog([low / 1.1, high * 1.1], range) : scaleLinear([low - 0.03 * (high - low), high + 0.03 * (high - low)], range);
  if (low === high) scale.domain([low - 1, high + 1]);
  const ticks = scale.ticks(6);
  const text = scale.tickFormat(isLog ? 4 : 6, "~s");
  return { scale, isLog, place: (point) => scale(column.of(point)), ticks: ticks.map((value) => ({ text: text(value), at: scale(value) })) };
}
