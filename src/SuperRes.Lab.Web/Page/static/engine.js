// What computes: ONNX Runtime in a web worker of this page. Nothing leaves the device.
export const about = 'Pictures never leave this device: the page computes by itself, and works without network after the first visit.';

// What a phone's browser can hold; a picture's bytes are in memory several times over.
const small = (navigator.deviceMemory ?? 8) <= 4 || /iPhone|iPad|Android/.test(navigator.userAgent);
const mostPixels = small ? 16e6 : 64e6;
const simd = WebAssembly.validate(new Uint8Array(
  [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]));
let worker = null, running = null, gpu = false;
const waiting = [];

export async function models() {
  if (!simd) {
    throw new Error('This browser has no WebAssembly SIMD, which the computation needs; use a current Firefox, Chrome, Edge or Safari.');
  }
  const list = await (await fetch('models/models.json')).json();
  return list.map(model => ({ ...model, note: `Results of up to ${mostPixels / 1e6} megapixels are computed on this device.` }));
}

// The chosen model is ready when the first picture comes.
export function prepare(model) {
  if (running || waiting.length > 0) {
    return;
  }
  worker ??= new Worker('worker.js', { type: 'module' });
  worker.onerror = event => event.preventDefault();
  worker.postMessage({ kind: 'prepare', model });
}

export async function hasGpu() {
  return Boolean(await navigator.gpu?.requestAdapter().catch(() => null));
}

export function useGpu(wanted) {
  gpu = wanted;
}

function ahead() {
  waiting.forEach((job, i) => job.tell({ state: 'queued', ahead: i + (running ? 1 : 0) }));
}

function next() {
  running = waiting.shift() ?? null;
  ahead();
  if (!running) {
    return;
  }
  const job = running;
  worker ??= new Worker('worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => {
    if (data.fraction !== undefined) {
      job.tell({ state: 'running', fraction: data.fraction, secondsLeft: data.secondsLeft });
      return;
    }
    if (data.error) {
      job.tell({ state: 'failed', message: data.error });
    } else {
      job.output = data.result;
      job.tell({ state: 'done', width: data.width, height: data.height, resultName: data.name, message: data.note });
    }
    next();
  };
  worker.onerror = event => {
    event.preventDefault();
    stop();
    job.tell({ state: 'failed', message: 'the browser ran out of memory or stopped the computation; try a smaller picture' });
    next();
  };
  job.tell({ state: 'running', fraction: 0 });
  worker.postMessage({ kind: 'run', file: job.file, model: job.model, scale: job.scale, mostPixels, small, gpu });
}

// Ending the worker is the one way to stop within a tile; it frees the processor at once.
function stop() {
  worker?.terminate();
  worker = null;
}

function drawChanges(file, output) {
  return new Promise((done, fail) => {
    const drawer = new Worker('worker.js', { type: 'module' });
    drawer.onmessage = ({ data }) => {
      drawer.terminate();
      data.error ? fail(new Error(data.error)) : done(URL.createObjectURL(data.result));
    };
    drawer.postMessage({ kind: 'changes', file, output });
  });
}

export function submit(file, model, scale, tell) {
  const job = { file, model, scale, tell };
  waiting.push(job);
  job.tell({ state: 'queued', ahead: waiting.length - 1 + (running ? 1 : 0) });
  if (!running) {
    setTimeout(() => running || next());
  }
  function cancel() {
    const at = waiting.indexOf(job);
    if (at >= 0) {
      waiting.splice(at, 1);
      ahead();
    } else if (running === job) {
      stop();
      next();
    }
  }
  return {
    async cancel() {
      cancel();
      tell({ state: 'cancelled' });
    },
    result: async () => URL.createObjectURL(job.output),
    changes: () => drawChanges(file, job.output),
    async remove() {
      cancel();
      job.output = null;
    },
  };
}

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('sw.js');
}
