/**
 * The page of `foresight serve`: asks for videos, models and datasets, and shows each as a card. Text from disk
 * is only ever set as text.
 */

/** @import { DatasetFacts, DatasetsMessage, Model, ModelsMessage, Problem, Video, VideosMessage } from '../src/server/messages.ts' */

/**
 * An HTML element with attributes and children; a string becomes text.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {readonly (Node | string)[]} [children]
 */
function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * @param {string} title
 * @param {readonly Node[]} children
 */
function card(title, children) {
  return element('article', { class: 'card' }, [element('h3', {}, [title]), ...children]);
}

/** @param {Video} video */
function videoCard({ name, url, bytes, writtenAtMs }) {
  const written = new Date(writtenAtMs).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  const player = element('video', {
    src: url,
    controls: '',
    loop: '',
    playsinline: '',
    preload: 'metadata',
    'aria-label': name,
  });
  // As an attribute it counts only in markup that is parsed.
  Object.assign(player, { muted: true });
  return card(name, [player, element('p', { class: 'detail' }, [`${written}, ${size(bytes)}`])]);
}

/** @param {Model} model */
function modelCard(model) {
  const { name, network, frame, rig, dataset, episodes, dataMinutes, steps, trainingMinutes } = model;
  return card(name, [
    facts({
      Network: `${network}, frames of ${frame.width} × ${frame.height}`,
      Data: `${decimals(dataMinutes, 0)} minutes of play, ${whole(episodes)} episodes (${dataset}, rig ${rig})`,
      Training: `${whole(steps)} steps in ${decimals(trainingMinutes, 1)} minutes`,
      'Held-out frames': `PSNR ${decimals(model.psnrDb, 1)} dB, SSIM ${decimals(model.ssim, 3)}`,
    }),
    errorTable(model.errors),
    ...(model.curve.points.length > 1 ? [errorCurve(model.curve)] : []),
  ]);
}

/** @param {DatasetFacts} dataset */
function datasetCard({ name, rig, frame, controlHz, episodes, minutes }) {
  return card(name, [
    facts({
      Play: `${decimals(minutes, 1)} minutes, ${whole(episodes)} episodes`,
      Rig: rig,
      Frames: `${frame.width} × ${frame.height}, ${controlHz} a second`,
    }),
  ]);
}

/** @param {Problem} problem */
function problemCard({ name, problem }) {
  return card(name, [element('p', { class: 'problem' }, [problem])]);
}

/** @param {Record<string, string>} named */
function facts(named) {
  const rows = Object.entries(named).flatMap(([name, fact]) => [
    element('dt', {}, [name]),
    element('dd', {}, [fact]),
  ]);
  return element('dl', {}, rows);
}

/** @param {Model['errors']} errors */
function errorTable(errors) {
  /** @param {string} name */
  const columnHead = (name) => element('th', { scope: 'col' }, [name]);
  const rows = errors.map(({ stepsAhead, model, nothingMoves }) =>
    element('tr', {}, [
      element('th', { scope: 'row' }, [String(stepsAhead)]),
      element('td', model < nothingMoves ? { class: 'best' } : {}, [decimals(model, 2)]),
      element('td', model < nothingMoves ? {} : { class: 'best' }, [decimals(nothingMoves, 2)]),
    ]),
  );
  return element('table', {}, [
    element('caption', {}, ['Mean error in pixels']),
    element('thead', {}, [element('tr', {}, ['Steps ahead', 'Model', 'Nothing moves'].map(columnHead))]),
    element('tbody', {}, rows),
  ]);
}

/** The curve's drawing area, in units of the SVG: room on the left for numbers, below for steps. */
const PLOT = { width: 360, height: 150, left: 28, right: 8, top: 18, bottom: 20 };

/**
 * The model's error as training went, over that of predicting that nothing moves.
 * @param {Model['curve']} curve with two points at least
 */
function errorCurve({ stepsAhead, points }) {
  const last = points[points.length - 1];
  const mostPx = Math.ceil(Math.max(...points.flatMap(({ model, nothingMoves }) => [model, nothingMoves])));
  const right = PLOT.width - PLOT.right;
  const bottom = PLOT.height - PLOT.bottom;
  /** @param {number} step */
  const x = (step) => PLOT.left + (step / last.step) * (right - PLOT.left);
  /** @param {number} px */
  const y = (px) => bottom - (px / mostPx) * (bottom - PLOT.top);
  /** @param {'model' | 'nothingMoves'} whose */
  const line = (whose) => points.map((point) => `${x(point.step)},${y(point[whose])}`).join(' ');
  const summary = `Error ${stepsAhead} steps ahead: ${decimals(points[0].model, 2)} pixels at step ${whole(points[0].step)}, ${decimals(last.model, 2)} at step ${whole(last.step)}; ${decimals(last.nothingMoves, 2)} if nothing moved.`;

  const picture = svg(
    'svg',
    { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: 'img', 'aria-label': summary },
    [
      svg('line', { class: 'axis', x1: PLOT.left, x2: right, y1: bottom, y2: bottom }),
      svg('text', { x: PLOT.left - 6, y: bottom + 4, 'text-anchor': 'end' }, ['0']),
      svg('text', { x: PLOT.left - 6, y: y(mostPx) + 4, 'text-anchor': 'end' }, [String(mostPx)]),
      svg('text', { x: right, y: PLOT.height - 4, 'text-anchor': 'end' }, [`${whole(last.step)} steps`]),
      svg('polyline', { class: 'nothing-moves', points: line('nothingMoves') }),
      svg('polyline', { class: 'model', points: line('model') }),
      svg('circle', { class: 'model', cx: x(last.step), cy: y(last.model), r: 3 }),
      svg('text', { class: 'nothing-moves', x: right, y: y(last.nothingMoves) - 6, 'text-anchor': 'end' }, [
        'nothing moves',
      ]),
      svg(
        'text',
        { class: 'model', x: right, y: Math.min(y(last.model) + 16, bottom - 4), 'text-anchor': 'end' },
        ['model'],
      ),
    ],
  );
  const caption = element('figcaption', {}, [`Error ${stepsAhead} steps ahead, in pixels, as training went`]);
  return element('figure', {}, [caption, picture]);
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {readonly (Node | string)[]} [children]
 */
function svg(tag, attributes, children = []) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e6 ? `${decimals(bytes / 1e3, 0)} kB` : `${decimals(bytes / 1e6, 1)} MB`;
}

/** @param {number} value */
function whole(value) {
  return value.toLocaleString('en');
}

/**
 * @param {number} value
 * @param {number} digits
 */
function decimals(value, digits) {
  return value.toFixed(digits);
}

/**
 * Fills a section with what the server says; says what to do where there is nothing yet.
 * @template Message
 * @param {string} section
 * @param {string} next the command that makes the first one
 * @param {(message: Message) => readonly Node[]} cards
 */
async function show(section, next, cards) {
  const place = /** @type {Element} */ (document.querySelector(`#${section} .cards`));
  try {
    const response = await fetch(`/api/${section}`);
    if (!response.ok) throw new Error(await response.text());
    const shown = cards(await response.json());
    const nothing = element('p', { class: 'notice' }, ['None yet. Make one: ', element('code', {}, [next])]);
    place.replaceChildren(...(shown.length > 0 ? shown : [nothing]));
  } catch (error) {
    const reason = `Could not be read: ${error instanceof Error ? error.message : String(error)}`;
    place.replaceChildren(element('p', { class: 'problem', role: 'alert' }, [reason]));
  }
}

/** @param {VideosMessage} message */
const videoCards = ({ videos }) => videos.map(videoCard);

/** @param {ModelsMessage} message */
const modelCards = ({ models, problems }) => [...models.map(modelCard), ...problems.map(problemCard)];

/** @param {DatasetsMessage} message */
const datasetCards = ({ datasets, problems }) => [...datasets.map(datasetCard), ...problems.map(problemCard)];

await Promise.all([
  show('videos', 'npm run demo', videoCards),
  show('models', 'npx foresight train --data data/play --out models/mine', modelCards),
  show('datasets', 'npx foresight collect --out data/play', datasetCards),
]);
