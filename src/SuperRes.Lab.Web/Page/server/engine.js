// What computes: the program on this machine, through its HTTP API.
export const about = 'Pictures go to the program that opened this page, and nowhere else. Results are deleted after an hour, and when it ends.';

const session = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
const jobs = new Map(), early = new Map();
let events = null, uploads = Promise.resolve();

async function problem(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).detail ?? text;
  } catch {
    return text || `The program answered ${response.status}.`;
  }
}

function listen() {
  if (events) {
    return;
  }
  events = new EventSource(`api/events?session=${session}`);
  events.onmessage = event => {
    const status = JSON.parse(event.data), tell = jobs.get(status.id);
    if (tell) {
      tell(status);
    } else {
      early.set(status.id, status);
    }
  };
  events.addEventListener('gone', event => jobs.get(event.data)?.({ state: 'cancelled', message: 'it is not kept any more' }));
}

export async function models() {
  const response = await fetch('api/models');
  if (!response.ok) {
    throw new Error(await problem(response));
  }
  return response.json();
}

// Uploads go one after the other, and wait where the program's queue is full.
async function upload(file, model, scale, isLeft) {
  for (;;) {
    const form = new FormData();
    form.append('model', model.name);
    form.append('scale', scale);
    form.append('file', file, file.name);
    const path = model.task === 'super-resolution' ? 'upscale' : 'restore';
    const response = await fetch(`api/${path}?session=${session}`, { method: 'POST', body: form });
    if (response.ok) {
      return response.json();
    }
    if (response.status !== 429 || isLeft()) {
      throw new Error(await problem(response));
    }
    await new Promise(done => setTimeout(done, 1000 * Number(response.headers.get('Retry-After') ?? 5)));
  }
}

export function submit(file, model, scale, tell) {
  let id = null, isLeft = false;
  listen();
  const started = uploads.then(async () => {
    if (isLeft) {
      return;
    }
    const status = await upload(file, model, scale, () => isLeft);
    id = status.id;
    jobs.set(id, update => isLeft || tell(update));
    if (isLeft) {
      await drop();
      return;
    }
    tell(early.get(id) ?? status);
    early.delete(id);
  }).catch(error => isLeft || tell({ state: 'failed', message: error.message }));
  uploads = started;
  async function drop() {
    if (id) {
      jobs.delete(id);
      await fetch(`api/jobs/${id}`, { method: 'DELETE' });
    }
  }
  return {
    async cancel() {
      isLeft = true;
      tell({ state: 'cancelled' });
      await drop();
    },
    async result() {
      return `api/jobs/${id}/result`;
    },
    async changes() {
      return `api/jobs/${id}/changes`;
    },
    async remove() {
      isLeft = true;
      await drop();
    },
  };
}
