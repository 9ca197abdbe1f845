// The picture before and after, one over the other: a handle between them, zoom and pan. Sizes are set in CSS pixels and not by a scaling
// transform, so that the browser draws each zoom anew and the pictures stay sharp.
const $ = id => document.getElementById(id);
const view = $('view'), before = $('before'), after = $('after'), handle = $('handle'), split = $('split');
const state = { width: 1, height: 1, zoom: 1, x: 0, y: 0 };
const most = 32;

function fitZoom() {
  return Math.min(view.clientWidth / state.width, view.clientHeight / state.height);
}

function clamp() {
  const room = (size, length) => [Math.min(0, length - size), Math.max(0, length - size)];
  const [left, right] = room(state.width * state.zoom, view.clientWidth), [top, bottom] = room(state.height * state.zoom, view.clientHeight);
  state.x = right > 0 ? right / 2 : Math.max(left, Math.min(0, state.x));
  state.y = bottom > 0 ? bottom / 2 : Math.max(top, Math.min(0, state.y));
}

function draw() {
  clamp();
  const width = state.width * state.zoom, height = state.height * state.zoom, at = split.value / 100 * view.clientWidth;
  for (const image of [before, after]) {
    Object.assign(image.style, { width: `${width}px`, height: `${height}px`, transform: `translate(${state.x}px, ${state.y}px)` });
  }
  after.style.clipPath = `inset(0 0 0 ${Math.max(0, Math.min(width, at - state.x))}px)`;
  after.classList.toggle('near', state.zoom * devicePixelRatio >= 3);
  handle.style.left = `${at}px`;
  $('zoom').value = `${Math.round(state.zoom * devicePixelRatio * 100)} %`;
}

function zoomTo(zoom, px = view.clientWidth / 2, py = view.clientHeight / 2) {
  const next = Math.max(Math.min(fitZoom(), 1 / devicePixelRatio), Math.min(most, zoom)), factor = next / state.zoom;
  state.x = px - (px - state.x) * factor;
  state.y = py - (py - state.y) * factor;
  state.zoom = next;
  draw();
}

function loaded(image, source) {
  return new Promise((done, fail) => {
    image.onload = done;
    image.onerror = () => fail(new Error('The picture can\'t be shown.'));
    image.src = source;
  });
}

// Shows a pair of pictures; both are drawn at the second one's size.
export async function show(first, second) {
  await Promise.all([loaded(before, first), loaded(after, second)]);
  [state.width, state.height] = [after.naturalWidth, after.naturalHeight];
  $('view-part').hidden = false;
  view.style.aspectRatio = state.width / state.height;
  state.zoom = fitZoom();
  zoomTo(state.zoom);
}

export async function replaceAfter(source) {
  await loaded(after, source);
}

export function hide() {
  $('view-part').hidden = true;
  before.removeAttribute('src');
  after.removeAttribute('src');
}

split.addEventListener('input', draw);
$('smooth').addEventListener('change', () => before.classList.toggle('pixels', !$('smooth').checked));
$('in').addEventListener('click', () => zoomTo(state.zoom * 1.5));
$('out').addEventListener('click', () => zoomTo(state.zoom / 1.5));
$('fit').addEventListener('click', () => zoomTo(fitZoom()));
$('one').addEventListener('click', () => zoomTo(1 / devicePixelRatio));
view.addEventListener('wheel', event => {
  event.preventDefault();
  const box = view.getBoundingClientRect();
  zoomTo(state.zoom * Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
view.addEventListener('keydown', event => {
  const step = 40, moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
  if (moves[event.key]) {
    state.x += moves[event.key][0];
    state.y += moves[event.key][1];
    draw();
  } else if (event.key === '+' || event.key === '=') {
    zoomTo(state.zoom * 1.5);
  } else if (event.key === '-') {
    zoomTo(state.zoom / 1.5);
  } else {
    return;
  }
  event.preventDefault();
});

// One pointer moves the handle or the picture, two zoom.
const pointers = new Map();
let dragsHandle = false, pinch = 0;
view.addEventListener('pointerdown', event => {
  view.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, event);
  const box = view.getBoundingClientRect(), at = split.value / 100 * view.clientWidth;
  dragsHandle = pointers.size === 1 && Math.abs(event.clientX - box.left - at) < 24;
  pinch = 0;
});
view.addEventListener('pointermove', event => {
  const last = pointers.get(event.pointerId);
  if (!last) {
    return;
  }
  pointers.set(event.pointerId, event);
  const box = view.getBoundingClientRect();
  if (pointers.size === 2) {
    const [a, b] = [...pointers.values()], apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    if (pinch > 0) {
      zoomTo(state.zoom * apart / pinch, (a.clientX + b.clientX) / 2 - box.left, (a.clientY + b.clientY) / 2 - box.top);
    }
    pinch = apart;
  } else if (dragsHandle) {
    split.value = (event.clientX - box.left) / view.clientWidth * 100;
    draw();
  } else {
    state.x += event.clientX - last.clientX;
    state.y += event.clientY - last.clientY;
    draw();
  }
});
for (const end of ['pointerup', 'pointercancel']) {
  view.addEventListener(end, event => pointers.delete(event.pointerId));
}
new ResizeObserver(() => $('view-part').hidden || draw()).observe(view);
