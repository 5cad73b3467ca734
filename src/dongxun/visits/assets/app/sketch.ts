/** The route as a drawing: numbered homes, what is behind us in green, what is ahead dotted red. */
import { isOver, type Door, type Round, type Stop } from "./model.ts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 358;
const HEIGHT = 214;

function shape(name: string, values: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, String(value));
  return element;
}

function line(stops: Stop[], name: string): SVGElement {
  const points = stops.map((stop) => `${stop.x},${stop.y}`).join(" ");
  return shape("polyline", { class: name, points });
}

/** Draw a round; undefined when fewer than two homes have a point. */
export function sketch(
  round: Round,
  order: Stop[],
  doors: Record<string, Door>,
  current: Stop | undefined,
  label: string,
): SVGElement | undefined {
  const placed = order.filter((stop) => stop.x !== null && stop.y !== null);
  if (placed.length < 2) return undefined;
  const over = placed.filter((stop) => isOver(stop, doors[stop.id]));
  const ahead = placed.filter((stop) => !isOver(stop, doors[stop.id]));
  const drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  drawing.append(shape("rect", { class: "ground", width: WIDTH, height: HEIGHT }));
  drawing.append(line(placed, "lane"));
  drawing.append(line([...over, ...ahead.slice(0, over.length > 0 ? 1 : 0)], "past"));
  drawing.append(line(ahead, "next"));
  for (const stop of placed) drawing.append(spot(stop, round, doors, stop === current));
  return drawing;
}

function spot(stop: Stop, round: Round, doors: Record<string, Door>, isNow: boolean): SVGElement {
  const state = isNow ? "is-now" : isOver(stop, doors[stop.id]) ? "is-done" : "";
  const group = shape("g", { class: state });
  const [x, y] = [stop.x ?? 0, stop.y ?? 0];
  group.append(shape("circle", { cx: x, cy: y, r: isNow ? 17 : 12 }));
  const text = shape("text", { x, y, dy: isNow ? 6 : 4.5, "text-anchor": "middle" });
  text.textContent = String(round.stops.indexOf(stop) + 1);
  group.append(text);
  return group;
}
