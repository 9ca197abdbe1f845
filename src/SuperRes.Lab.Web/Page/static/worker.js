// Decodes, computes and encodes a picture, away from the page.
import * as wasm from './runtime/ort.wasm.min.mjs';
import { plan, run } from './tiles.js';

// What the network sees at once: more is faster and takes more memory, about 700 bytes a pixel.
const comfortable = { small: 0.45e6, large: 1.1e6 };
const stops = [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 137, 97], [252, 253, 191]], fullScale = 64;
// Pictures of a graphics card that differ by more than a level from the processor's are not taken.
const warmingSides = [32, 96, 224], probeSide = 32, mostDifference = 1 / 255;
let engine = null, loaded = null;

async function open(ort, bytes, provider) {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = new URL('./runtime/', import.meta.url).href;
  // 3: errors alone, not that some operations on sizes stay on the processor.
  const session = await ort.InferenceSession.create(
    bytes, { executionProviders: [provider], enableMemPattern: false, logSeverityLevel: 3 });
  return {
    async predict(values, width, height) {
      const input = new ort.Tensor('float32', values, [1, 3, height, width]), { result } = await session.run({ image: input });
      input.dispose();
      const { data } = result;
      result.dispose?.();
      return data;
    },
    close: () => session.release(),
  };
}

// The graphics card's engine, if it computes what the processor's does; otherwise why not.
async function openGpu(bytes, processor) {
  try {
    const card = await open(await import('./runtime/ort.webgpu.min.mjs'), bytes, 'webgpu');
    const probe = Float32Array.from({ length: 3 * probeSide ** 2 }, (_, i) => i * 7919 % 256 / 255);
    const [expected, seen] = [await processor.predict(probe, probeSide, probeSide), await card.predict(probe, probeSide, probeSide)];
    if (expected.every((value, i) => Math.abs(value - seen[i]) <= mostDifference)) {
      return { card };
    }
    await card.close();
    return { why: 'its picture differs' };
  } catch (error) {
    return { why: error.message };
  }
}

async function load(model, gpu) {
  const name = `${model.name} ${gpu}`;
  if (loaded === name) {
    return;
  }
  await engine?.close();
  engine = loaded = null;
  const response = await fetch(`models/${model.file}`);
  if (!response.ok) {
    throw new Error(`the model ${model.name} could not be fetched (${response.status}); open the page again with a network`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  engine = await open(wasm, bytes, 'wasm');
  if (gpu) {
    const { card, why } = await openGpu(bytes, engine);
    if (card) {
      await engine.close();
      engine = card;
    }
    engine.note = card ? 'on the graphics card' : `on the processor, as the graphics card can't be used (${why})`;
  }
  loaded = name;
}

async function decode(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' });
  } catch {
    const isHeic = /\.(heic|heif)$/i.test(file.name ?? '');
    throw new Error(isHeic ? 'this browser can\'t open HEIC; save the picture as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)'
      : 'it is no picture that this browser can open; use JPEG, PNG or WebP');
  }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

// A part of a picture as the network takes it; pictures are bytes with alpha, or numbers in 0–1 between two passes.
function cutOut({ data, width: wide }, x, y, width, height) {
  const values = new Float32Array(3 * width * height), plane = width * height, [step, white] = data instanceof Float32Array ? [3, 1] : [4, 255];
  for (let row = 0, to = 0; row < height; row++) {
    for (let from = ((y + row) * wide + x) * step, end = from + width * step; from < end; from += step, to++) {
      values[to] = data[from] / white;
      values[to + plane] = data[from + 1] / white;
      values[to + 2 * plane] = data[from + 2] / white;
    }
  }
  return values;
}

function isGrey(pixels) {
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) {
      return false;
    }
  }
  return true;
}

// One pass over a picture; `take` is given finished rows, 3 numbers a pixel.
async function enlarge(picture, model, small, take, progress) {
  const { width, height } = picture, scale = model.scale;
  const cut = plan(width * scale, height * scale, model.radius, model.multiple, small ? comfortable.small : comfortable.large);
  await run(width, height, scale, cut, (x, y, wide, high) => engine.predict(cutOut(picture, x, y, wide, high), wide, high), take, progress);
}

async function between(picture, model, small, progress) {
  const width = picture.width * model.scale, height = picture.height * model.scale, data = new Float32Array(width * height * 3);
  await enlarge(picture, model, small, (row, values, count) => data.set(values.subarray(0, count * width * 3), row * width * 3), progress);
  return { width, height, data };
}

async function last(picture, model, small, grey, progress) {
  const w = picture.width * model.scale, result = new ImageData(w, picture.height * model.scale), pixels = result.data;
  await enlarge(picture, model, small, (row, values, count) => {
    for (let i = 0, to = row * w * 4; i < count * w * 3; i += 3, to += 4) {
      let [r, g, b] = [values[i], values[i + 1], values[i + 2]];
      if (grey) {
        r = g = b = (r + g + b) / 3;
      }
      pixels[to] = Math.round(r * 255);
      pixels[to + 1] = Math.round(g * 255);
      pixels[to + 2] = Math.round(b * 255);
      pixels[to + 3] = 255;
    }
  }, progress);
  return result;
}

// Transparency is enlarged by the browser; the colours under it are the network's.
async function enlargeAlpha(picture, result) {
  let isOpaque = true;
  for (let i = 3; i < picture.data.length && isOpaque; i += 4) {
    isOpaque = picture.data[i] === 255;
  }
  if (isOpaque) {
    return true;
  }
  const plane = new ImageData(picture.width, picture.height);
  for (let i = 0; i < plane.data.length; i += 4) {
    plane.data[i] = plane.data[i + 1] = plane.data[i + 2] = picture.data[i + 3];
    plane.data[i + 3] = 255;
  }
  const canvas = new OffscreenCanvas(result.width, result.height), context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(await createImageBitmap(plane), 0, 0, result.width, result.height);
  const large = context.getImageData(0, 0, result.width, result.height).data;
  for (let i = 0; i < large.length; i += 4) {
    result.data[i + 3] = large[i];
  }
  return false;
}

function encode(picture, type) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d').putImageData(picture, 0, 0);
  return canvas.convertToBlob({ type, quality: 0.95 });
}

async function compute({ file, model, scale, mostPixels, small, gpu }) {
  let picture = await decode(file);
  const original = picture, pixels = picture.width * picture.height * scale * scale;
  if (pixels > mostPixels) {
    throw new Error(`it is ${picture.width}×${picture.height}, and the result would be of ${Math.round(pixels / 1e6)} megapixels; this device `
      + `computes up to ${mostPixels / 1e6}: use a smaller picture`);
  }
  await load(model, gpu);
  const grey = model.task !== 'colorization' && isGrey(picture.data);
  const passes = scale === 1 ? 1 : Math.round(Math.log(scale) / Math.log(model.scale)), begun = performance.now();
  const work = Array.from({ length: passes }, (_, i) => model.scale ** (2 * (i + 1))), total = work.reduce((a, b) => a + b);
  for (let pass = 0, before = 0; pass < passes; before += work[pass++]) {
    const progress = part => {
      const fraction = (before + part * work[pass]) / total;
      postMessage({ fraction, secondsLeft: (performance.now() - begun) / 1000 / fraction * (1 - fraction) });
    };
    picture = pass < passes - 1 ? await between(picture, model, small, progress) : await last(picture, model, small, grey, progress);
  }
  const isOpaque = await enlargeAlpha(original, picture);
  const type = isOpaque && ['image/jpeg', 'image/webp'].includes(file.type) ? file.type : 'image/png';
  const suffix = scale > 1 ? `-x${scale}` : model.task === 'colorization' ? '-coloured' : '-restored';
  const stem = file.name.replace(/\.[^.]*$/, '') || 'picture', extension = { 'image/jpeg': 'jpg', 'image/webp': 'webp', 'image/png': 'png' }[type];
  postMessage({ result: await encode(picture, type), width: picture.width, height: picture.height, name: `${stem}${suffix}.${extension}`,
    note: engine.note });
}

// The largest difference of the three channels to the plain enlargement, as SuperRes.Lab's ChangeMap shows it.
async function drawChanges({ file, output }) {
  const [input, result] = [await decode(file), await decode(output)];
  const canvas = new OffscreenCanvas(result.width, result.height), context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(await createImageBitmap(input), 0, 0, result.width, result.height);
  const plain = context.getImageData(0, 0, result.width, result.height).data, pixels = result.data;
  for (let i = 0; i < pixels.length; i += 4) {
    const most = Math.max(Math.abs(pixels[i] - plain[i]), Math.abs(pixels[i + 1] - plain[i + 1]), Math.abs(pixels[i + 2] - plain[i + 2]));
    const position = Math.min(most, fullScale) / fullScale * (stops.length - 1), below = Math.min(Math.floor(position), stops.length - 2);
    for (let c = 0; c < 3; c++) {
      pixels[i + c] = Math.round(stops[below][c] + (stops[below + 1][c] - stops[below][c]) * (position - below));
    }
    pixels[i + 3] = 255;
  }
  postMessage({ result: await encode(result, 'image/png') });
}

// Loads a model and lets it compute small pictures, so that the browser has compiled what it needs and given it memory before a picture
// comes; one that comes meanwhile ends that.
async function prepare({ model }) {
  await load(model, false);
  for (const side of warmingSides) {
    await new Promise(done => setTimeout(done));
    if (asked > 1) {
      return;
    }
    await engine.predict(new Float32Array(3 * side ** 2), side, side);
  }
}

async function answer(data) {
  try {
    await { run: compute, changes: drawChanges, prepare }[data.kind](data);
  } catch (error) {
    if (data.kind !== 'prepare') {
      postMessage({ error: String(error?.message ?? error) });
    }
  }
}

let before = Promise.resolve(), asked = 0;
onmessage = ({ data }) => {
  asked++;
  before = before.then(() => answer(data)).finally(() => asked--);
};
