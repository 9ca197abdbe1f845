// Keeps the page and the first model for use without network; other models and WebGPU's runtime are kept when they are first used.
const version = '{version}', files = {files};

addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(version);
  await cache.addAll(files.map(file => new Request(file, { cache: 'reload' })));
  await skipWaiting();
})()));

addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name !== version) {
      await caches.delete(name);
    }
  }
  await clients.claim();
})()));

addEventListener('fetch', event => {
  if (event.request.method !== 'GET' || new URL(event.request.url).origin !== location.origin) {
    return;
  }
  event.respondWith((async () => {
    const cache = await caches.open(version), kept = await cache.match(event.request, { ignoreSearch: true });
    if (kept) {
      return kept;
    }
    const fetched = await fetch(event.request);
    if (fetched.ok && /\/(models|runtime)\//.test(event.request.url)) {
      await cache.put(event.request, fetched.clone());
    }
    return fetched;
  })());
});
