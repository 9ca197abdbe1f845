// Seconds from a picture of 512×512 to its PNG of 1024×1024, in one WebAssembly thread of one Chromium: the page that
// `superres export-site` writes, and UpscalerJS with its esrgan-slim on tensorflow.js.
//
//   superres export-site --out /tmp/site && cd bench/page && npm install && npm start -- /tmp/site ../../data/samples/astronaut.png
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const [site, picture, repetitions = '3'] = process.argv.slice(2);
if (!site || !picture) {
  throw new Error('usage: npm start -- SITE PICTURE [REPETITIONS]');
}
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json',
  '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };
const modules = join(import.meta.dirname, 'node_modules');
const upscaler = `<!DOCTYPE html>
<script src="/npm/@tensorflow/tfjs/dist/tf.min.js"></script>
<script src="/npm/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>
<script src="/npm/@upscalerjs/esrgan-slim/dist/umd/models/esrgan-slim/src/x2/index.min.js"></script>
<script src="/npm/upscaler/dist/browser/umd/upscaler.min.js"></script>`;

const server = createServer(async (request, response) => {
  const asked = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)), path = asked === '/' ? '/index.html' : asked;
  try {
    const content = path === '/upscaler.html' ? upscaler : path === '/picture' ? await readFile(picture)
      : await readFile(path.startsWith('/npm/') ? join(modules, path.slice(5)) : join(site, path));
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise(ready => server.listen(0, '127.0.0.1', ready));
const address = `http://127.0.0.1:${server.address().port}`;
const path = process.env.SUPERRES_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] });

// Processor seconds of this process's children and theirs so far, on Linux; machines that do other work too say little by the clock.
function processorSeconds() {
  if (!existsSync('/proc/self/stat')) {
    return NaN;
  }
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1'), fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return [{ id: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
    } catch {
      return [];
    }
  });
  const own = new Set([process.pid]);
  for (let size = 0; size < own.size;) {
    size = own.size;
    all.filter(one => own.has(one.parent)).forEach(one => own.add(one.id));
  }
  return all.filter(one => own.has(one.id) && one.id !== process.pid).reduce((sum, one) => sum + one.ticks, 0) / 100;
}

async function ours(page) {
  await page.goto(`${address}/`);
  await page.locator('#model').selectOption('lite-x2');
  const seconds = [];
  for (let i = 0; i < Number(repetitions); i++) {
    const begun = performance.now();
    await page.locator('#choose').setInputFiles(picture);
    await page.locator('#queue li[data-state=done], #queue li[data-state=failed]').nth(i).waitFor({ timeout: 300_000 });
    seconds.push((performance.now() - begun) / 1000);
  }
  return { name: `lite-x2 (${basename(site)})`, seconds, result: await page.locator('#queue li').last().innerText() };
}

async function theirs(page, backend) {
  await page.goto(`${address}/upscaler.html`);
  return page.evaluate(async ([name, count]) => {
    if (name === 'wasm') {
      tf.wasm.setWasmPaths('/npm/@tensorflow/tfjs-backend-wasm/dist/');
      tf.wasm.setThreadsCount(1);
    }
    await tf.setBackend(name);
    await tf.ready();
    const model = { ...ESRGANSlim2x, path: '/npm/@upscalerjs/esrgan-slim/models/x2/model.json' };
    const upscaler = new Upscaler({ model }), seconds = [];
    let size = '';
    for (let i = 0; i < count; i++) {
      const begun = performance.now(), image = new Image();
      image.src = '/picture';
      await image.decode();
      const made = await upscaler.upscale(image, { output: 'base64' });
      seconds.push((performance.now() - begun) / 1000);
      const shown = new Image();
      shown.src = made;
      await shown.decode();
      size = `${shown.naturalWidth}×${shown.naturalHeight}`;
    }
    return { name: `UpscalerJS esrgan-slim ×2 (tensorflow.js ${tf.version.tfjs ?? tf.version_core}, ${tf.getBackend()})`, seconds, result: size };
  }, [backend, Number(repetitions)]);
}

try {
  for (const measure of [ours, page => theirs(page, 'wasm'), ours]) {
    const context = await browser.newContext({ userAgent: 'bench' }), page = await context.newPage();
    const before = processorSeconds(), { name, seconds, result } = await measure(page);
    const each = (processorSeconds() - before) / seconds.length;
    console.log(`${name}: ${seconds.map(one => one.toFixed(1)).join(', ')} s, ${each.toFixed(1)} s of processor time each; ${result.replaceAll('\n', ' ')}`);
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}
