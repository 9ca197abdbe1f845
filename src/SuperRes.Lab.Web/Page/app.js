// The page: pictures come in, wait in a queue, and are compared and downloaded. What computes is the engine's business (engine.js).
import * as engine from './engine.js';
import * as viewer from './viewer.js';

const $ = id => document.getElementById(id);
const words = { queued: 'waiting', running: 'computing', done: 'done', failed: 'failed', cancelled: 'cancelled', sending: 'sending' };
const tasks = {
  'super-resolution': 'makes photos larger', restoration: 'repairs photos; the size stays', colorization: 'colours grey photos; the size stays',
};
// What the models that come with the program do; others are told by their task.
const known = {
  'photo-x2': 'makes photos larger and crisp; some of the detail is made up', 'photo-x4': 'makes photos much larger; some of the detail is made up',
  'lite-x2': 'makes photos larger, nearest to the true pixels', 'lite-restore': 'takes JPEG blocks and noise off photos; the size stays',
  retouch: 'takes scratches, dust, folds, holes and text off photos; the size stays',
  'lite-color': 'gives grey photos faint colours; the size stays',
};
let models = [], shown = null;

function fault(text) {
  $('fault').textContent = text;
  $('fault').hidden = !text;
}

function say(text) {
  $('said').textContent = text;
}

function pickModel() {
  const model = models.find(one => one.name === $('model').value);
  $('scale').replaceChildren(...model.scales.map(scale => new Option(scale === 1 ? 'same size' : `×${scale}`, scale)));
  $('scale').disabled = model.scales.length === 1;
  engine.prepare?.(model);
  $('model-note').textContent = `${model.name} ${known[model.name] ?? tasks[model.task]}.` + (model.note ? ` ${model.note}` : '');
}

function duration(seconds) {
  return seconds < 60 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function describe(status) {
  if (status.state === 'queued' && status.ahead > 0) {
    return `waiting, ${status.ahead} before it`;
  }
  if (status.state === 'running') {
    return `${Math.round(status.fraction * 100)} %` + (status.secondsLeft ? `, ${duration(status.secondsLeft)} left` : '');
  }
  const size = status.state === 'done' ? `, ${status.width}×${status.height}` : '';
  return words[status.state] + size + (status.message ? `: ${status.message}` : '');
}

function button(text, label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

class Entry {
  constructor(file) {
    this.file = file;
    this.source = URL.createObjectURL(file);
    this.item = document.createElement('li');
    this.item.innerHTML = '<span class="name"></span><span class="state"></span><progress max="1" value="0"></progress><span class="actions"></span>';
    [this.name, this.state, this.bar, this.actions] = this.item.children;
    this.name.textContent = file.name;
    this.bar.setAttribute('aria-label', `Progress of ${file.name}`);
    $('queue').append(this.item);
    $('queue-part').hidden = false;
  }

  start(model, scale) {
    this.update({ state: 'sending', fraction: 0 });
    this.job = engine.submit(this.file, model, scale, status => this.update(status));
  }

  update(status) {
    const before = this.status?.state;
    this.status = status;
    this.state.textContent = describe(status);
    this.item.className = status.state;
    this.item.dataset.state = status.state;
    const isEnded = ['done', 'failed', 'cancelled'].includes(status.state);
    this.bar.hidden = isEnded;
    this.bar.value = status.fraction ?? 0;
    if (before === status.state) {
      return;
    }
    const name = this.file.name, remove = button('Remove', `Remove ${name}`, () => this.remove());
    if (status.state === 'done') {
      this.actions.replaceChildren(button('Compare', `Compare ${name}`, () => this.show()),
        button('Download', `Download the result of ${name}`, () => this.download()), remove);
      say(`${name} is done.`);
      if (!shown) {
        this.show();
      }
    } else if (isEnded) {
      this.actions.replaceChildren(remove);
      say(`${name}: ${this.state.textContent}`);
    } else {
      this.actions.replaceChildren(button('Cancel', `Cancel ${name}`, () => this.job.cancel()));
    }
  }

  async show() {
    shown = this;
    $('changes').checked = false;
    $('changes-note').hidden = true;
    try {
      this.result ??= await this.job.result();
      await viewer.show(this.source, this.result);
    } catch (error) {
      fault(error.message);
    }
  }

  async download() {
    this.result ??= await this.job.result();
    const link = document.createElement('a');
    link.href = this.result;
    link.download = this.status.resultName;
    link.click();
  }

  async remove() {
    this.item.remove();
    await this.job.remove();
    for (const url of [this.source, this.result, this.changes].filter(url => url?.startsWith('blob:'))) {
      URL.revokeObjectURL(url);
    }
    if (shown === this) {
      shown = null;
      viewer.hide();
    }
    $('queue-part').hidden = $('queue').children.length === 0;
  }
}

function add(files) {
  fault('');
  const pictures = [...files].filter(file => !file.type || file.type.startsWith('image/'));
  if (pictures.length < files.length) {
    fault('Only pictures can be taken: JPEG, PNG, WebP, BMP or GIF.');
  }
  const model = models.find(one => one.name === $('model').value);
  for (const file of pictures) {
    new Entry(file).start(model, Number($('scale').value));
  }
}

$('model').addEventListener('change', pickModel);
for (const input of [$('choose'), $('take')]) {
  input.addEventListener('change', () => {
    add(input.files);
    input.value = '';
  });
}
for (const name of ['dragenter', 'dragover']) {
  addEventListener(name, event => {
    event.preventDefault();
    $('drop').classList.add('over');
  });
}
addEventListener('dragleave', event => event.relatedTarget || $('drop').classList.remove('over'));
addEventListener('drop', event => {
  event.preventDefault();
  $('drop').classList.remove('over');
  add(event.dataTransfer.files);
});
addEventListener('paste', event => event.clipboardData.files.length && add(event.clipboardData.files));
$('changes').addEventListener('change', async () => {
  const entry = shown, wanted = $('changes').checked;
  $('changes-note').hidden = !wanted;
  try {
    if (wanted) {
      entry.changes ??= await entry.job.changes();
    }
    await viewer.replaceAfter(wanted ? entry.changes : entry.result);
  } catch (error) {
    fault(error.message);
  }
});

$('about').textContent = engine.about;
$('gpu').addEventListener('change', () => engine.useGpu($('gpu').checked));
try {
  models = await engine.models();
  $('model').replaceChildren(...models.map(model => new Option(`${model.name} – ${model.task}`, model.name)));
  $('model').value = models.find(model => model.name === 'lite-x2')?.name ?? models[0].name;
  pickModel();
  $('gpu-part').hidden = !await engine.hasGpu?.();
} catch (error) {
  fault(error.message);
}
