/** The icons: a dozen strokes on a grid of 24, each always beside words. */

const SVG = "http://www.w3.org/2000/svg";

const STROKES = {
  back: ["M15 5l-7 7 7 7"],
  forth: ["M9 5l7 7-7 7"],
  why: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 11v5", "M12 8v.01"],
  draft: ["M4 7l8 6 8-6", "M4 6h16v12H4z"],
  insert: ["M12 4v11", "M7 11l5 5 5-5", "M5 20h14"],
  copy: ["M9 9h11v11H9z", "M15 9V4H4v11h5"],
  done: ["M5 13l4 4L19 7"],
  clock: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7v5l3 2"],
  alert: ["M12 4l9 16H3z", "M12 10v4", "M12 17v.01"],
  keys: ["M3 7h18v10H3z", "M7 11v.01", "M12 11v.01", "M17 11v.01", "M8 14h8"],
  fold: ["M8 10l4 4 4-4"],
  cup: ["M4 10h12v5a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5z", "M16 11h2a2.5 2.5 0 0 1 0 5h-2", "M8 7c-1-1.3 1-2 0-3.5", "M2.5 22.5h15", "M12 7c-1-1.3 1-2 0-3.5"],
  link: ["M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1", "M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"],
};

/**
 * @param {keyof typeof STROKES} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of STROKES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
